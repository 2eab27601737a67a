import { type ReactNode, useEffect, useRef } from 'react';
import type { Line, Talk } from '../api.ts';
import { dayOf, timeOf } from '../time.ts';
import { Level } from './level.tsx';
import { Picture } from './picture.tsx';

/** The talk, oldest first. Stays at its end while new lines come, unless somebody has scrolled up to read. */
export function Timeline({ talk }: { talk: Talk }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  // Lines take their true height only when they come into view, so the end moves a little after each.
  useEffect(() => {
    const { current } = box;
    if (!current?.firstElementChild) return;
    const grown = new ResizeObserver(() => {
      if (atEnd.current) current.scrollTo({ top: current.scrollHeight });
    });
    grown.observe(current.firstElementChild);
    grown.observe(current);
    return () => grown.disconnect();
  }, []);

  // On a low screen (200 % zoom) the page around scrolls too: its end shows the last message above the composer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each talk that is opened.
  useEffect(() => {
    const page = box.current?.closest('main');
    page?.scrollTo({ top: page.scrollHeight });
  }, [talk.id]);

  const scrolled = () => {
    const { current } = box;
    if (current) atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 80;
  };

  let day = '';
  return (
    <div
      ref={box}
      onScroll={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
      tabIndex={0}
      role="log"
      aria-label="やりとり"
      className="min-h-0 flex-1 overflow-y-auto px-4 py-3 low:min-h-52"
    >
      <ol className="mx-auto flex max-w-3xl flex-col gap-3">
        {talk.lines.map((line) => {
          const today = dayOf(line.at);
          const turned = today !== day;
          day = today;
          return (
            <li key={line.key} className="[contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
              {turned && <p className="my-3 text-center text-sm text-soft">{today}</p>}
              <One line={line} names={talk.names} consultation={talk.id} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function One({
  line,
  names,
  consultation,
}: {
  line: Line;
  names: Record<string, string>;
  consultation: string;
}) {
  if (line.who === 'system') return <Happened line={line} names={names} />;
  if (line.who === 'resident')
    return (
      <Bubble side="left" who="相談者" at={line.at} level={line.level} look="bg-surface border-line">
        <Said body={line.body} consultation={consultation} version={line.version} />
      </Bubble>
    );
  const counselor = line.who === 'counselor';
  const who = counselor ? (names[line.staff ?? ''] ?? '相談員') : 'ボット';
  return (
    <Bubble
      side="right"
      who={who}
      at={line.at}
      look={counselor ? 'bg-wash border-accent text-on-wash' : 'bg-sunken border-line'}
      delivery={line.delivery}
    >
      {line.messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one event never change.
        <Message key={index} message={message} />
      ))}
      {line.choices.length > 0 && (
        <p className="mt-1 text-sm text-soft">選択肢: {line.choices.join(' ／ ')}</p>
      )}
    </Bubble>
  );
}

type Body = Extract<Line, { who: 'resident' }>['body'];

function Said({ body, consultation, version }: { body: Body; consultation: string; version: number }) {
  if (body.kind === 'text') return <Marked text={body.text} hits={body.hits} />;
  if (body.kind === 'choice')
    return (
      <span>
        「{body.label}」を選びました
        {body.meaning && <span className="block text-sm text-soft">{body.meaning}</span>}
      </span>
    );
  if (body.kind === 'media' && body.opens)
    return <Picture consultation={consultation} version={version} media={body.media} />;
  if (body.kind === 'media')
    return <span className="text-soft">（{mediaWords[body.media] ?? '文章以外のもの'}が届きました）</span>;
  return (
    <span className="text-soft italic">
      {body.how === 'unsent' ? '（相談者が送信を取り消しました）' : '（保存期間が過ぎ、消去されました）'}
    </span>
  );
}

const mediaWords: Record<string, string> = {
  sticker: 'スタンプ',
  image: '写真',
  video: '動画',
  audio: '音声',
  file: 'ファイル',
  location: '位置情報',
};

/** A text with the places that raised the level marked; why, on hover and for screen readers. */
export function Marked({
  text,
  hits,
}: {
  text: string;
  hits: readonly { start: number; end: number; why: string }[];
}) {
  const parts: ReactNode[] = [];
  let done = 0;
  for (const hit of [...hits].sort((a, b) => a.start - b.start)) {
    if (hit.start < done || hit.end > text.length) continue;
    parts.push(text.slice(done, hit.start));
    parts.push(
      <mark key={hit.start} title={hit.why || undefined}>
        {text.slice(hit.start, hit.end)}
        {hit.why && <span className="sr-only">（{hit.why}）</span>}
      </mark>,
    );
    done = hit.end;
  }
  parts.push(text.slice(done));
  return <span className="break-words whitespace-pre-wrap">{parts}</span>;
}

type Saying = Extract<Line, { who: 'bot' | 'counselor' }>;

function Message({ message }: { message: Saying['messages'][number] }) {
  if (message.kind === 'text') return <p className="break-words whitespace-pre-wrap">{message.text}</p>;
  if (message.kind === 'link')
    return <p className="break-words whitespace-pre-wrap">{`${message.text}（${message.label}）`}</p>;
  return (
    <ul className="my-1 flex flex-col gap-1">
      {message.cards.map((card) => (
        <li key={card.id} className="rounded border border-line bg-surface px-2 py-1 text-sm text-ink">
          <span className="font-bold">{card.name}</span> {card.phone}{' '}
          <span className="text-soft">{card.stateText}</span>
        </li>
      ))}
    </ul>
  );
}

const deliveryWords = {
  sent: { text: '送信済み', look: 'text-soft' },
  waiting: { text: '送信中…', look: 'text-soft' },
  unknown: { text: '送達不明（届いたか確認できません）', look: 'font-bold text-high' },
  dead: { text: '送れませんでした', look: 'font-bold text-imminent' },
} as const;

function Bubble(props: {
  side: 'left' | 'right';
  who: string;
  at: number;
  look: string;
  level?: 'none' | 'watch' | 'high' | 'imminent';
  delivery?: Saying['delivery'];
  children: ReactNode;
}) {
  const { side, who, at, look, level, delivery, children } = props;
  const told = delivery && deliveryWords[delivery];
  return (
    <div className={`flex flex-col ${side === 'right' ? 'items-end pl-10' : 'items-start pr-10'}`}>
      <p className="mb-0.5 flex items-center gap-2 text-sm text-soft">
        <span>{who}</span>
        <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time>
        {level && level !== 'none' && <Level level={level} />}
      </p>
      <div className={`max-w-full rounded-2xl border px-4 py-2 ${look}`}>{children}</div>
      {told && <p className={`mt-0.5 text-xs ${told.look}`}>{told.text}</p>}
    </div>
  );
}

function Happened({
  line,
  names,
}: {
  line: Extract<Line, { who: 'system' }>;
  names: Record<string, string>;
}) {
  const who = names[line.staff ?? ''] ?? '';
  const words: Record<string, string> = {
    follow: '友だち追加されました',
    unfollow: 'ブロックされました。メッセージは届きません',
    unsend: '相談者が送信を取り消しました',
    accept: `${who}さんが対応をはじめました`,
    'take-over': `${who}さんが引き取りました`,
    'give-back': `${who}さんがボットに戻しました`,
    close: `${who}さんが相談を終了しました`,
    'set-level': `${who}さんが危険度を変えました`,
    'set-categories': `${who}さんが分野を変えました`,
    transfer: `${who}さんが転送しました`,
    mute: `${who}さん`,
    flag: `${who}さん`,
    'owner-gone': '担当者の応答がなくなり、列に戻りました',
    note: '',
  };
  return (
    <p className="flex flex-wrap justify-center gap-x-2 text-center text-sm text-soft">
      <time dateTime={new Date(line.at).toISOString()}>{timeOf(line.at)}</time>
      <span>{[words[line.what] ?? line.what, line.note].filter(Boolean).join('　')}</span>
    </p>
  );
}
