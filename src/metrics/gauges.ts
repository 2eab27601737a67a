import { levels } from '../risk/finding.ts';
import { metricQueries } from '../store/queries/metrics.ts';
import { presentFor } from '../store/queries/presence.ts';
import type { Store } from '../store/store.ts';
import type { Metric } from './format.ts';

/** What the database holds now, the same from every process. `quotaLeft`: null without a limit, undefined while unknown. */
export async function gauges(
  store: Store,
  { now, quotaLeft }: { now: number; quotaLeft: number | null | undefined },
): Promise<Metric[]> {
  const queries = metricQueries(store.sql);
  const [[waiting], deliveries, people, alerts, tries, [present]] = await Promise.all([
    store.read(queries.waiting()),
    store.read(queries.deliveries()),
    store.read(queries.people()),
    store.read(queries.alerts()),
    store.read(queries.tries()),
    store.read(queries.present(now - presentFor)),
  ]);
  const seconds = (since: number | null) => (since === null ? 0 : Math.max(0, (now - since) / 1000));
  const outbox = [
    { state: 'waiting', count: waiting?.count ?? 0, oldest: waiting?.oldest ?? null },
    ...['frozen', 'sending', 'unknown', 'dead'].map(
      (state) => deliveries.find((row) => row.state === state) ?? { state, count: 0, oldest: null },
    ),
  ];
  const queue = levels.map((level, rank) => {
    const of = (state: string) => people.find((row) => row.state === state && row.level === rank);
    return { level, waiting: of('waiting'), human: of('human') };
  });
  return [
    gauge(
      'madoguchi_outbox',
      'What is still to be sent, and what did not arrive, by state.',
      outbox.map(({ state, count }) => ({ labels: { state }, value: Number(count) })),
    ),
    gauge(
      'madoguchi_outbox_oldest_seconds',
      'Age of the oldest of them that is still to be sent.',
      outbox
        .filter(({ state }) => state !== 'unknown' && state !== 'dead')
        .map(({ state, oldest }) => ({ labels: { state }, value: seconds(oldest) })),
    ),
    gauge(
      'madoguchi_queue',
      'Consultations that wait for a counselor or have one, by risk level.',
      queue.flatMap(({ level, waiting, human }) => [
        { labels: { state: 'waiting', level }, value: Number(waiting?.count ?? 0) },
        { labels: { state: 'human', level }, value: Number(human?.count ?? 0) },
      ]),
    ),
    gauge(
      'madoguchi_oldest_wait_seconds',
      'How long the one who waits longest has waited, by risk level.',
      queue.map(({ level, waiting }) => ({ labels: { level }, value: seconds(waiting?.oldest ?? null) })),
    ),
    gauge('madoguchi_counselors_present', 'Counselors on duty whose console was heard of lately.', [
      { labels: {}, value: Number(present?.count ?? 0) },
    ]),
    gauge(
      'madoguchi_alerts',
      'Alerts by state; an open one is nobody seeing to it.',
      (['open', 'acknowledged', 'over'] as const).map((state) => ({
        labels: { state },
        value: Number(alerts.find((row) => row.state === state)?.count ?? 0),
      })),
    ),
    gauge(
      'madoguchi_alert_tries',
      'Tries to tell people, by way and how they ended.',
      tries.map(({ way, state, count }) => ({ labels: { way, state }, value: Number(count) })),
    ),
    // Without a limit, or before LINE was asked, there is no number to give.
    ...(typeof quotaLeft === 'number'
      ? [gauge('madoguchi_line_quota_left', 'Pushes left this month.', [{ labels: {}, value: quotaLeft }])]
      : []),
  ];
}

const gauge = (name: string, help: string, samples: Metric['samples']): Metric => ({
  name,
  help,
  type: 'gauge',
  samples,
});
