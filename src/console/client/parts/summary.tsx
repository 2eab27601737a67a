import type { Talk } from '../api.ts';
import { dayOf, timeOf } from '../time.ts';
import { Level } from './level.tsx';
import { Link } from './link.tsx';
import { Marked } from './timeline.tsx';

const kindWords: Record<string, string> = {
  suicide: '自殺',
  selfharm: '自傷',
  abuse: '虐待',
  dv: 'DV',
  sexual: '性被害',
  bullying: 'いじめ',
  harm_others: '他害',
  distress: '強い苦痛',
};
const languages = new Intl.DisplayNames('ja', { type: 'language', fallback: 'code' });
const languageWords = (tag: string) => (tag === 'easy' ? 'やさしい日本語' : languages.of(tag));
const subjectWords = { self: '本人', other: '本人以外', nobody: '' } as const;

/** What the counselor should know before the first word: why it is serious, and what the bot was told. */
export function Summary({ talk }: { talk: Talk }) {
  const [worst, ...others] = talk.reasons;
  return (
    <section
      aria-label="これまでにわかっていること"
      className="shrink-0 border-b border-line bg-surface px-4 py-3"
    >
      <div className="mx-auto flex max-h-[30dvh] max-w-3xl flex-col gap-2 overflow-y-auto">
        {worst && <Reason reason={worst} />}
        {others.length > 0 && (
          <details>
            <summary className="text-sm text-accent">ほかの気になる発言 {others.length}件</summary>
            <div className="mt-2 flex flex-col gap-2">
              {others.map((reason) => (
                <Reason key={reason.version} reason={reason} />
              ))}
            </div>
          </details>
        )}
        <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
          <Fact name="分野" value={talk.categories.join('、') || talk.topic || 'まだわかりません'} />
          {talk.answers.map((answer) => (
            <Fact key={answer.name} name={answer.name} value={answer.value} />
          ))}
          {talk.language !== 'ja' && (
            <Fact name="ことば" value={languageWords(talk.language) ?? talk.language} />
          )}
          {!talk.inHours && <Fact name="受付" value="時間外に届きました" />}
        </dl>
        {talk.earlier.length > 0 && (
          <details>
            <summary className="text-sm text-accent">この方の以前の相談 {talk.earlier.length}件</summary>
            <ul className="mt-1 flex flex-col gap-1 text-sm">
              {talk.earlier.map((past) => (
                <li key={past.id} className="flex flex-wrap items-center gap-2">
                  <Link to={`/talk/${past.id}`} className="text-accent underline">
                    {dayOf(past.openedAt)} {timeOf(past.openedAt)}
                  </Link>
                  <Level level={past.level} />
                  <span>{past.categories.join('、')}</span>
                  <span className="text-soft">{past.outcome}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  );
}

function Reason({ reason }: { reason: Talk['reasons'][number] }) {
  const { finding } = reason;
  const kinds = finding.kinds.map((kind) => kindWords[kind] ?? kind).join('・');
  const subject = subjectWords[finding.subject];
  return (
    <div className="rounded-lg border border-line bg-page px-3 py-2">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Level level={reason.level} />
        <span className="font-bold">{[kinds, subject].filter(Boolean).join(' / ')}</span>
        <span className="text-soft">{timeOf(reason.at)}</span>
      </p>
      <p className="mt-1">
        <Marked text={reason.text} hits={finding.hits} />
      </p>
      {finding.hits.length > 0 && (
        <p className="mt-1 text-sm text-soft">
          理由: {[...new Set(finding.hits.map((hit) => hit.why))].join('、')}
        </p>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-2">
      <dt className="text-soft">{name}</dt>
      <dd className="font-bold">{value}</dd>
    </div>
  );
}
