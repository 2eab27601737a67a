import { api, type Entry, inWords, need } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { go } from '../route.ts';
import { lasting } from '../time.ts';
import { Button } from './button.tsx';
import { Fault } from './field.tsx';
import { Level } from './level.tsx';
import { Link } from './link.tsx';

type Props = { entries: readonly Entry[]; me: string; now: number; open?: string; compact?: boolean };

/** Who waits, most danger first; then my talks, then those of others. */
export function QueueList({ entries, me, now, open, compact = false }: Props) {
  // Held here, not in the card: a card moves to another group when somebody else was faster.
  const accept = useAction(async (entry: Entry) => {
    await need(api.consultations[':id'].accept.$post({ param: { id: entry.id }, json: { id: intent() } }));
    go(`/talk/${entry.id}`);
  });
  const waiting = entries.filter((entry) => entry.state === 'waiting');
  const mine = entries.filter((entry) => entry.state === 'human' && entry.owner?.id === me);
  const theirs = entries.filter((entry) => entry.state === 'human' && entry.owner?.id !== me);
  const group = (title: string, list: readonly Entry[], empty?: string) =>
    (list.length > 0 || empty) && (
      <section aria-label={title}>
        <h2 className="mb-2 flex items-baseline gap-2 text-base font-bold">
          {title}
          <span className="text-sm font-normal text-soft">{list.length}件</span>
        </h2>
        {list.length === 0 && (
          <p className="rounded-lg border border-dashed border-line p-4 text-soft">{empty}</p>
        )}
        <ul className="flex flex-col gap-2">
          {list.map((entry) => (
            <li key={entry.id} className="[contain-intrinsic-size:auto_7rem] [content-visibility:auto]">
              <Card
                entry={entry}
                now={now}
                here={entry.id === open}
                compact={compact}
                busy={accept.isPending}
                onAccept={() => accept.mutate(entry)}
              />
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <div className="flex flex-col gap-6">
      {accept.isError && <Fault text={`${accept.variables.name}: ${inWords(accept.error)}`} />}
      {group('待っている方', waiting, 'いま待っている方はいません。')}
      {group('わたしが対応中', mine)}
      {group('ほかの人が対応中', theirs)}
    </div>
  );
}

const edges = {
  imminent: 'border-l-imminent',
  high: 'border-l-high',
  watch: 'border-l-watch',
  none: 'border-l-line',
} as const;

type CardProps = {
  entry: Entry;
  now: number;
  here: boolean;
  compact: boolean;
  busy: boolean;
  onAccept(): void;
};

function Card({ entry, now, here, compact, busy, onAccept }: CardProps) {
  const accepts = entry.actions.includes('accept');
  const waited = now - (entry.waitingSince ?? entry.openedAt);
  const unanswered = entry.state === 'human' && (entry.residentAt ?? 0) > (entry.counselorAt ?? 0);
  return (
    <article
      className={`rounded-lg border border-l-8 border-line p-3 ${edges[entry.level]} ${here ? 'bg-wash ring-2 ring-accent ring-inset' : 'bg-surface'}`}
    >
      <div className={`flex gap-3 ${compact ? 'relative' : 'flex-col sm:flex-row sm:items-center'}`}>
        <Link
          to={`/talk/${entry.id}`}
          aria-current={here ? 'true' : undefined}
          className="group min-w-0 flex-1"
        >
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Level level={entry.level} />
            <span className="font-bold group-hover:underline">{entry.name}</span>
            {entry.state === 'waiting' && (
              <span className="font-bold whitespace-nowrap">
                {waited < 60_000 ? 'いま来ました' : `${lasting(waited)}待ち`}
              </span>
            )}
            {unanswered && (
              <span className="text-sm font-bold whitespace-nowrap text-high">
                返事待ち {lasting(now - (entry.residentAt ?? now))}
              </span>
            )}
          </span>
          <span
            className={`mt-1 flex flex-wrap gap-x-3 text-sm text-soft ${compact && accepts ? 'min-h-9 items-end pr-24' : ''}`}
          >
            <span>{entry.topic ?? entry.categories[0] ?? '分野はまだわかりません'}</span>
            {entry.state === 'human' && <span>担当 {entry.owner?.name}</span>}
            {entry.state === 'waiting' && entry.owner && <span>{entry.owner.name}さんへの転送</span>}
            {entry.returning && <span>前にも相談あり</span>}
            {!entry.inHours && <span>時間外に届いた相談</span>}
            {entry.unreachable && <span className="font-bold text-high">ブロックされています</span>}
            {entry.viewers.map((viewer) => (
              <span key={viewer.name} className="text-watch">
                {viewer.name}さんが{viewer.writing ? '入力中' : '見ています'}
              </span>
            ))}
          </span>
        </Link>
        {accepts && (
          <Button
            kind={entry.level === 'none' || entry.level === 'watch' ? 'plain' : 'main'}
            small={compact}
            className={compact ? 'absolute right-0 bottom-0' : ''}
            disabled={busy}
            onClick={onAccept}
            aria-label={`${entry.name}に対応する`}
          >
            対応する
          </Button>
        )}
      </div>
    </article>
  );
}
