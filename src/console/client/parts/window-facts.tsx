import type { InferResponseType } from 'hono/client';
import type { api } from '../api.ts';

export type WindowEntry = InferResponseType<typeof api.windows.$get, 200>['windows'][number];

const states = {
  open: { words: '受付中', look: 'border-calm bg-calm-wash text-calm' },
  closed: { words: '時間外', look: 'border-edge bg-sunken text-soft' },
  unknown: { words: '要確認', look: 'border-high bg-high-wash text-high' },
} as const;

/** A window's facts; what the sources do not give stays away. */
export function WindowFacts({ window }: { window: WindowEntry }) {
  const state = states[window.state];
  return (
    <div className="text-sm">
      <p className="flex flex-wrap items-center gap-2 text-base font-bold">
        <span className={`rounded-full border px-2 text-sm ${state.look}`}>{state.words}</span>
        {window.name}
      </p>
      <p>{window.about}</p>
      <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-soft">
        {window.phone && <Fact name="電話" value={window.phone} />}
        {window.hours && (
          <Fact name="受付" value={[window.hours, window.stateText].filter(Boolean).join('　')} />
        )}
        {window.address && <Fact name="場所" value={window.address} />}
        {window.reservation && <Fact name="予約" value="必要" />}
        {window.note && <Fact name="備考" value={window.note} />}
      </dl>
      {window.unconfirmed && (
        <p className="mt-1 font-bold text-high">未確認（1年以内に確かめられていません）</p>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="text-ink">{value}</dd>
    </>
  );
}
