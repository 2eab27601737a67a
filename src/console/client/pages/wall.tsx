import type { Entry, Queue } from '../api.ts';
import { useNow, useQueue } from '../desk-data.ts';
import { AlertsBar } from '../parts/alerts.tsx';
import { Level, ranks } from '../parts/level.tsx';
import { Link } from '../parts/link.tsx';
import { lasting } from '../time.ts';

/** The supervisor's view: who waits, who is on duty with whom, how long, and who has been left without an answer. */
export function WallPage() {
  const queue = useQueue();
  const now = useNow(queue.data, queue.dataUpdatedAt);
  if (!queue.data) return <p className="p-8 text-soft">読み込んでいます…</p>;
  const { entries, duty } = queue.data;
  const waiting = entries.filter((entry) => entry.state === 'waiting'); // the most urgent first, as the server sorts
  const talks = entries.filter((entry) => entry.state === 'human').sort(byNeed);
  const unanswered = talks.filter(isUnanswered);
  return (
    <div className="mx-auto max-w-6xl p-4 sm:p-6">
      <h1 className="mb-4 text-2xl font-bold">全体</h1>
      <AlertsBar entries={entries} now={now} />
      <dl className="mb-6 grid grid-cols-2 gap-3 md:grid-cols-4">
        <Figure name="待っている方" value={`${waiting.length}人`} alarm={waiting.some(isInDanger)} />
        <Figure name="いちばん長い待ち" value={longest(waiting.map(waitingSince), now)} />
        <Figure name="返事を待っている方" value={`${unanswered.length}人`} alarm={unanswered.length > 0} />
        <Figure name="いちばん長い返事待ち" value={longest(unanswered.map(residentAt), now)} />
      </dl>
      <Rows title="待っている方" rows={waiting} now={now} empty="いま待っている方はいません。" />
      <Rows title="対応中の相談" rows={talks} now={now} empty="いま対応中の相談はありません。" />
      <h2 className="mt-8 mb-2 text-xl font-bold">当番</h2>
      <People duty={duty} now={now} talks={talks} />
    </div>
  );
}

const waitingSince = (entry: Entry) => entry.waitingSince ?? entry.openedAt;
const residentAt = (entry: Entry) => entry.residentAt ?? entry.openedAt;
const isUnanswered = (entry: Entry) => (entry.residentAt ?? 0) > (entry.counselorAt ?? 0);
const isInDanger = ({ level }: Entry) => level === 'high' || level === 'imminent';

/** The most serious first; at the same level, who has waited longest for an answer. */
function byNeed(a: Entry, b: Entry): number {
  const answerless = Number(isUnanswered(b)) - Number(isUnanswered(a));
  return ranks.indexOf(a.level) - ranks.indexOf(b.level) || answerless || residentAt(a) - residentAt(b);
}

function longest(since: readonly number[], now: number): string {
  return since.length > 0 ? lasting(now - Math.min(...since)) : '―';
}

function Figure({ name, value, alarm = false }: { name: string; value: string; alarm?: boolean }) {
  return (
    <div className="rounded-lg border border-line bg-surface p-3">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className={`text-2xl font-bold ${alarm ? 'text-high' : ''}`}>{value}</dd>
    </div>
  );
}

function Rows(props: { title: string; rows: readonly Entry[]; now: number; empty: string }) {
  const { title, rows, now, empty } = props;
  return (
    <section aria-label={title} className="mt-8">
      <h2 className="mb-2 flex items-baseline gap-2 text-xl font-bold">
        {title}
        <span className="text-base font-normal text-soft">{rows.length}件</span>
      </h2>
      {rows.length === 0 && <p className="text-soft">{empty}</p>}
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface empty:hidden">
        {rows.map((entry) => (
          <li
            key={entry.id}
            className="grid grid-cols-2 items-center gap-x-4 gap-y-1 px-3 py-2 text-sm [contain-intrinsic-size:auto_3rem] [content-visibility:auto] md:grid-cols-[6rem_15rem_1fr_10rem_13rem]"
          >
            <span>
              <Level level={entry.level} />
            </span>
            <Link to={`/talk/${entry.id}`} className="text-base font-bold text-accent underline">
              {entry.name}
            </Link>
            <span className="text-soft">
              {entry.topic ?? entry.categories[0] ?? '分野はまだわかりません'}
              {!entry.inHours && ' ／ 時間外'}
              {entry.returning && ' ／ 前にも相談あり'}
            </span>
            <Since entry={entry} now={now} />
            <Last entry={entry} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How long somebody waits, or who has had the talk for how long. */
function Since({ entry, now }: { entry: Entry; now: number }) {
  if (entry.state === 'waiting')
    return (
      <strong className={isInDanger(entry) ? 'text-high' : ''}>
        {lasting(now - waitingSince(entry))}待ち
      </strong>
    );
  return (
    <span>
      {entry.owner?.name} {lasting(now - entry.openedAt)}
    </span>
  );
}

function Last({ entry, now }: { entry: Entry; now: number }) {
  if (entry.residentAt === null) return <span className="text-soft">発言なし</span>;
  const left = entry.state === 'human' && isUnanswered(entry);
  return (
    <span className={left ? 'font-bold text-high' : 'text-soft'}>
      {lasting(now - entry.residentAt)}前に発言{left && '（返事待ち）'}
    </span>
  );
}

function People({ duty, talks, now }: { duty: Queue['duty']; talks: readonly Entry[]; now: number }) {
  if (duty.length === 0) return <p className="text-soft">当番の人がいません。</p>;
  return (
    <ul className="grid gap-3 md:grid-cols-2">
      {duty.map((person) => {
        const own = talks.filter((talk) => talk.owner?.id === person.id);
        return (
          <li key={person.id} className="rounded-lg border border-line bg-surface p-4">
            <p className="flex justify-between gap-2 font-bold">
              {person.name}
              <span className={person.present ? 'font-normal text-soft' : 'text-high'}>
                {person.present ? `${own.length} / ${person.capacity}件` : '応答なし'}
              </span>
            </p>
            <p className="text-sm text-soft">
              {own.map((talk) => `${talk.name}（${lasting(now - talk.openedAt)}）`).join('、') ||
                '手が空いています'}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
