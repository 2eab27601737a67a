import { useQuery } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { api, need, type Talk } from '../api.ts';

type Card = NonNullable<InferResponseType<typeof api.emergency.$get, 200>['card']>;

export function useEmergency() {
  return useQuery({ queryKey: ['emergency'], queryFn: () => need(api.emergency.$get()), staleTime: 60_000 });
}

/** The city's emergency card beside a talk: open when a life may be in danger, one press away otherwise. */
export function EmergencyBeside({ talk, wide }: { talk: Talk; wide: boolean }) {
  const emergency = useEmergency();
  const danger = talk.state !== 'closed' && (talk.level === 'high' || talk.level === 'imminent');
  if (!emergency.data) return null;
  return (
    <details
      key={String(danger)} // opens by itself when the level rises
      open={danger && wide}
      className={
        wide
          ? `rounded-lg bg-surface px-3 py-2 ${danger ? 'border-2 border-imminent' : 'border border-line'}`
          : ''
      }
    >
      <summary className={`py-1 ${danger ? 'font-bold text-imminent' : 'text-accent'}`}>
        緊急のとき: だれに電話するか
      </summary>
      <div className={wide ? 'mt-1' : 'max-h-[36dvh] overflow-y-auto py-2'}>
        <EmergencyCalls card={emergency.data.card} compact />
      </div>
    </details>
  );
}

/**
 * Whom to call and what to say, in order; what the city has not written is said to be missing. `compact`: every number is
 * seen at once, and what to say opens beneath it.
 */
export function EmergencyCalls({ card, compact = false }: { card: Card | null; compact?: boolean }) {
  if (!card)
    return (
      <p className="text-sm">
        緊急時カードがまだありません。フローの emergency.yaml に市が書くと、ここに出ます。いのちの危険が
        せまっているときは <strong>110</strong>（警察）、<strong>119</strong>（救急）に電話します。
      </p>
    );
  const lines = (call: Card['calls'][number]) => (
    <ul>
      {call.lines.map((line) => (
        <li key={line.name} className={`flex flex-wrap items-baseline gap-x-3 ${compact ? 'text-sm' : ''}`}>
          <span>{line.name}</span>
          <Phone line={line} />
        </li>
      ))}
    </ul>
  );
  const remember = (
    <ul className="ml-5 list-disc text-sm">
      {card.remember.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
  if (compact)
    return (
      <div className="flex flex-col gap-1">
        <ol className="flex flex-col gap-1">
          {card.calls.map((call) => (
            <li key={call.when} className="border-t border-line pt-1 first:border-0 first:pt-0">
              {lines(call)}
              <details className="group text-sm">
                <summary className="min-h-6 truncate font-bold group-open:whitespace-normal">
                  {call.when}
                </summary>
                <p className="mt-1 mb-2 break-words whitespace-pre-wrap">{call.say}</p>
              </details>
            </li>
          ))}
        </ol>
        {card.remember.length > 0 && (
          <details className="border-t border-line pt-1 text-sm">
            <summary className="min-h-6 font-bold">忘れないこと</summary>
            {remember}
          </details>
        )}
      </div>
    );
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex flex-col gap-4">
        {card.calls.map((call) => (
          <li key={call.when} className="border-t border-line pt-3 first:border-0 first:pt-0">
            <p className="text-sm font-bold">{call.when}</p>
            {lines(call)}
            <p className="mt-1 text-sm break-words whitespace-pre-wrap">{call.say}</p>
          </li>
        ))}
      </ol>
      {card.remember.length > 0 && remember}
    </div>
  );
}

function Phone({ line }: { line: Card['calls'][number]['lines'][number] }) {
  if (line.phone === null)
    return <strong className="bg-high-wash px-1 text-high">電話番号（市で記入）</strong>;
  return (
    <>
      <a href={`tel:${line.phone}`} className="text-xl font-bold text-imminent underline tabular-nums">
        {line.phone}
      </a>
      {line.unconfirmed && <span className="text-sm text-high">未確認の番号</span>}
    </>
  );
}
