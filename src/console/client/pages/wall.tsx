import type { Entry, Queue } from '../api.ts';
import { useNow, useQueue } from '../desk-data.ts';
import { AlertsBar } from '../parts/alerts.tsx';
import { Level } from '../parts/level.tsx';
import { Link } from '../parts/link.tsx';
import { lasting } from '../time.ts';

/** The supervisor's view: who is on duty with whom, how long, and who has been left without an answer. */
export function WallPage() {
  const queue = useQueue();
  const now = useNow(queue.data, queue.dataUpdatedAt);
  if (!queue.data) return <p className="p-8 text-soft">読み込んでいます…</p>;
  const { entries, duty } = queue.data;
  const waiting = entries.filter((entry) => entry.state === 'waiting');
  const talks = entries.filter((entry) => entry.state === 'human');
  const unanswered = talks.filter((entry) => (entry.residentAt ?? 0) > (entry.counselorAt ?? 0));
  const oldest = Math.min(...waiting.map((entry) => entry.waitingSince ?? now));
  return (
    <div className="mx-auto max-w-6xl p-4 sm:p-6">
      <h1 className="mb-4 text-2xl font-bold">全体</h1>
      <AlertsBar entries={entries} now={now} />
      <dl className="mb-6 grid grid-cols-2 gap-3 md:grid-cols-4">
        <Figure name="待っている方" value={`${waiting.length}人`} />
        <Figure name="いちばん長い待ち" value={waiting.length > 0 ? lasting(now - oldest) : '―'} />
        <Figure name="対応中" value={`${talks.length}件`} />
        <Figure name="返事を待っている方" value={`${unanswered.length}人`} alarm={unanswered.length > 0} />
      </dl>
      <h2 className="mb-2 text-xl font-bold">対応中の相談</h2>
      <Talks talks={talks} now={now} />
      <h2 className="mt-8 mb-2 text-xl font-bold">当番</h2>
      <People duty={duty} now={now} talks={talks} />
    </div>
  );
}

function Figure({ name, value, alarm = false }: { name: string; value: string; alarm?: boolean }) {
  return (
    <div className="rounded-lg border border-line bg-surface p-3">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className={`text-2xl font-bold ${alarm ? 'text-high' : ''}`}>{value}</dd>
    </div>
  );
}

function Talks({ talks, now }: { talks: readonly Entry[]; now: number }) {
  if (talks.length === 0) return <p className="text-soft">いま対応中の相談はありません。</p>;
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
      tabIndex={0}
      aria-label="対応中の相談の表"
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full min-w-2xl text-left text-sm">
        <thead className="bg-sunken">
          <tr>
            {['危険度', '相談', '担当', '分野', 'はじまりから', '相談者の最後の発言'].map((name) => (
              <th key={name} scope="col" className="px-3 py-2 whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {talks.map((talk) => {
            const left = (talk.residentAt ?? 0) > (talk.counselorAt ?? 0);
            return (
              <tr key={talk.id} className="border-t border-line">
                <td className="px-3 py-2">
                  <Level level={talk.level} />
                </td>
                <td className="px-3 py-2">
                  <Link to={`/talk/${talk.id}`} className="font-bold text-accent underline">
                    {talk.name}
                  </Link>
                </td>
                <td className="px-3 py-2">{talk.owner?.name}</td>
                <td className="px-3 py-2">{talk.topic ?? talk.categories[0] ?? '―'}</td>
                <td className="px-3 py-2 whitespace-nowrap">{lasting(now - talk.openedAt)}</td>
                <td className={`px-3 py-2 whitespace-nowrap ${left ? 'font-bold text-high' : ''}`}>
                  {talk.residentAt ? `${lasting(now - talk.residentAt)}前` : '―'}
                  {left && '（返事待ち）'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
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
