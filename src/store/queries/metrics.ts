import { sql as raw } from 'kysely';
import type { Store } from '../store.ts';

/** Counts of what is open now; each is answered from an index that holds only that. */
export function metricQueries(sql: Store['sql']) {
  return {
    waiting: () =>
      sql
        .selectFrom('outbox')
        .select(({ fn }) => [
          fn.countAll<number>().as('count'),
          fn.min<number | null>('created_at').as('oldest'),
        ])
        .compile(),

    deliveries: () =>
      sql
        .selectFrom('delivery')
        .select(({ fn }) => [
          'state',
          fn.countAll<number>().as('count'),
          fn.min<number | null>('created_at').as('oldest'),
        ])
        // Written out, because SQLite uses a partial index only for a condition it can read.
        .where(raw<boolean>`state <> 'sent'`)
        .groupBy('state')
        .compile(),

    people: () =>
      sql
        .selectFrom('conversation')
        .select(({ fn }) => [
          'state',
          'level',
          fn.countAll<number>().as('count'),
          fn.min<number | null>('waiting_since').as('oldest'),
        ])
        .where('state', 'in', ['waiting', 'human'])
        .groupBy(['state', 'level'])
        .compile(),

    present: (since: number) =>
      sql
        .selectFrom('presence')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('on_duty', '=', 1)
        .where('seen_at', '>', since)
        .compile(),

    alerts: () =>
      sql
        .selectFrom('alert')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .compile(),

    tries: () =>
      sql
        .selectFrom('alert_try')
        .select(({ fn }) => ['way', 'state', fn.countAll<number>().as('count')])
        .groupBy(['way', 'state'])
        .orderBy('way')
        .orderBy('state')
        .compile(),
  };
}
