import { api, need, type Queue, type Session } from '../api.ts';
import { useAction, useNow, useQueue } from '../desk-data.ts';
import { AlertsBar } from '../parts/alerts.tsx';
import { FirstSteps } from '../parts/first-steps.tsx';
import { QueueList } from '../parts/queue-list.tsx';

/** The first page: the person in most danger on top, one click to answer. */
export function QueuePage({ session }: { session: Session }) {
  const queue = useQueue();
  const now = useNow(queue.data, queue.dataUpdatedAt);
  if (!queue.data) return <p className="p-8 text-soft">読み込んでいます…</p>;
  return (
    <div className="mx-auto grid max-w-6xl gap-6 p-4 sm:p-6 lg:grid-cols-[1fr_18rem]">
      <div className="min-w-0">
        <h1 className="sr-only">相談の列</h1>
        {!session.duty.on && (
          <p className="mb-4 rounded-lg border border-high bg-high-wash p-3 text-high">
            当番外です。相談者には「いま対応できる人がいる」と伝わりません。受けるときは、右上の「当番外」を押してください。
          </p>
        )}
        <AlertsBar entries={queue.data.entries} now={now} />
        <QueueList entries={queue.data.entries} me={session.id} now={now} />
      </div>
      <aside aria-label="今夜の体制" className="flex flex-col gap-4">
        {session.office.includes('people') && <FirstSteps />}
        <Desk queue={queue.data} />
        <Pushes queue={queue.data} />
        <OnDuty queue={queue.data} me={session.id} />
      </aside>
    </div>
  );
}

function Desk({ queue }: { queue: Queue }) {
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="font-bold">有人対応</h2>
      <p className={queue.desk.open ? 'font-bold text-calm' : 'text-soft'}>
        {queue.desk.open ? '受付中' : '受付時間外'}
      </p>
      <p className="text-sm text-soft">{queue.desk.hours}</p>
      {!queue.desk.open && queue.desk.nextOpen && (
        <p className="text-sm text-soft">次は {queue.desk.nextOpen}</p>
      )}
    </section>
  );
}

/** LINE counts pushes by the month; what a counselor writes on a fresh message of the resident costs none. */
function Pushes({ queue }: { queue: Queue }) {
  if (!queue.pushes?.low) return null;
  return (
    <section role="status" className="rounded-lg border border-high bg-surface p-4">
      <h2 className="font-bold text-high">LINEの送信数が残りわずかです</h2>
      <p className="text-sm text-soft">
        今月の残りは{queue.pushes.left ?? 0}
        通です。アンケートなどは止め、急ぎの相談のために残しています。さらに減ると、危険度が「要注意」「緊急」でない相談には、相談者が次に書いたときに届けます。相談者が書いてすぐの返事は、数に入りません。
      </p>
    </section>
  );
}

function OnDuty({ queue, me }: { queue: Queue; me: string }) {
  const own = queue.duty.find(({ id }) => id === me);
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-2 font-bold">当番</h2>
      {queue.duty.length === 0 && <p className="text-sm text-soft">当番の人がいません。</p>}
      <ul className="flex flex-col gap-1">
        {queue.duty.map((person) => (
          <li key={person.id} className="flex justify-between gap-2 text-sm">
            <span>{person.name}</span>
            <span className={person.present ? '' : 'text-high'}>
              {person.present ? `${person.talks}件 / ${person.capacity}件` : '応答なし'}
            </span>
          </li>
        ))}
      </ul>
      {own && <Capacity capacity={own.capacity} />}
    </section>
  );
}

const capacities = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** How many talks one takes on at a time tonight; residents hear whether somebody is free by it. */
function Capacity({ capacity }: { capacity: number }) {
  const change = useAction((wanted: number) =>
    need(api.presence.$post({ json: { on: true, capacity: wanted } })),
  );
  return (
    <label className="mt-3 flex items-center justify-between gap-2 text-sm">
      わたしが同時に受ける数
      <select
        value={capacity}
        disabled={change.isPending}
        onChange={(event) => change.mutate(Number(event.target.value))}
        className="min-h-9 rounded border border-edge bg-surface px-2"
      >
        {capacities.map((count) => (
          <option key={count} value={count}>
            {count}件
          </option>
        ))}
      </select>
    </label>
  );
}
