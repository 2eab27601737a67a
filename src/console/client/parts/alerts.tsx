import { useQuery } from '@tanstack/react-query';
import { type Alerts, api, type Entry, inWords, need } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { lasting, timeOf } from '../time.ts';
import { Button } from './button.tsx';
import { Fault } from './field.tsx';
import { Level } from './level.tsx';
import { Link } from './link.tsx';

const wayWords: Record<string, string> = {
  mail: 'メール',
  slack: 'Slack',
  teams: 'Teams',
  webhook: '外部の通知',
};
const tryWords = {
  due: 'これから送ります',
  sending: '送っています',
  sent: '送りました',
  failed: '届きませんでした',
  unknown: '届いたかわかりません',
  dropped: '取りやめました',
} as const;

/**
 * People who were told away from the screen because nobody answered. Quiet when there are none. Says who was told and
 * how, so that two people do not both drive to the office; who sees to it stops the telling with one click.
 */
export function AlertsBar({ entries, now }: { entries: readonly Entry[]; now: number }) {
  const alerts = useQuery({ queryKey: ['alerts'], queryFn: () => need(api.alerts.$get()) });
  const acknowledge = useAction((id: string) => need(api.alerts[':id'].acknowledge.$post({ param: { id } })));
  const standing = (alerts.data?.alerts ?? []).filter((alert) => alert.state !== 'over');
  return (
    // The region stands before there is anything in it, or a screen reader would not hear the first alert.
    <section aria-label="呼び出し" aria-live="polite" className={standing.length > 0 ? 'mb-6' : ''}>
      <ul className="flex flex-col gap-2">
        {standing.map((alert) => (
          <Standing
            key={alert.id}
            alert={alert}
            entry={entries.find((entry) => entry.id === alert.consultation)}
            now={now}
            busy={acknowledge.isPending}
            onAcknowledge={() => acknowledge.mutate(alert.id)}
          />
        ))}
      </ul>
      {acknowledge.isError && <Fault text={inWords(acknowledge.error)} />}
    </section>
  );
}

type Alert = Alerts['alerts'][number];
type Props = { alert: Alert; entry: Entry | undefined; now: number; busy: boolean; onAcknowledge(): void };

function Standing({ alert, entry, now, busy, onAcknowledge }: Props) {
  const waited = lasting(now - alert.waitingSince);
  return (
    <li className="flex flex-col gap-2 rounded-lg border border-high bg-high-wash p-3 sm:flex-row sm:items-center">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-bold">
          <Level level={alert.level} />
          {entry ? (
            <Link to={`/talk/${entry.id}`} className="text-accent underline">
              {entry.name}
            </Link>
          ) : (
            '相談者'
          )}
          <span className="text-high">
            {alert.reason === 'absent' ? 'だれも画面の前にいないあいだに来ました' : '返事がないままです'}（
            {waited}待ち）
          </span>
        </p>
        <p className="mt-1 text-sm">
          {alert.acknowledgedBy !== null && alert.acknowledgedAt !== null
            ? `${alert.acknowledgedBy}さんが ${timeOf(alert.acknowledgedAt)} に引き受けました。`
            : 'まだだれも引き受けていません。'}
          {alert.tries.map((one) => (
            <span key={`${one.person}.${one.way}.${one.at}`} className="ml-2 inline-block">
              {one.person}（{wayWords[one.way] ?? one.way}）{timeOf(one.at)} {tryWords[one.state]}
            </span>
          ))}
        </p>
      </div>
      {alert.state === 'open' && (
        <Button
          disabled={busy}
          onClick={onAcknowledge}
          aria-label={`${entry?.name ?? '相談者'}の呼び出しを引き受ける`}
        >
          引き受ける
        </Button>
      )}
    </li>
  );
}
