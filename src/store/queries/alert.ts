import { sql as raw } from 'kysely';
import type { AlertTable, AlertTryTable } from '../alert_tables.ts';
import type { Store, Write } from '../store.ts';

/** Written out, because SQLite uses a partial index only for a condition it can read. */
const standing = raw<boolean>`alert.state <> 'over'`;
const waits = ['absent', 'late'] as const;
const dueable = raw<boolean>`state in ('due', 'sending')`;

/** The queries of `alert/`; who is told when is decided there. Each change is refused when the row is no longer as read. */
export function alertQueries(sql: Store['sql']) {
  const dropDue = (alert: string, now: number): Write => ({
    query: sql
      .updateTable('alert_try')
      .set({ state: 'dropped', ended_at: now })
      .where('alert_id', '=', alert)
      .where('state', '=', 'due')
      .compile(),
  });
  const news = (at: number, consultation_id: string): Write => ({
    query: sql.insertInto('change').values({ at, consultation_id, what: 'alert' }).compile(),
  });

  return {
    /** Who waits for a person, from a level on; the most dangerous first. */
    waiting: (level: number) =>
      sql
        .selectFrom('conversation')
        .select(['consultation_id', 'level', 'waiting_since', 'updated_at'])
        .where('state', '=', 'waiting')
        .where('level', '>=', level)
        .orderBy('level', 'desc')
        .orderBy('waiting_since')
        .limit(2_000)
        .compile(),

    present: (since: number) =>
      sql
        .selectFrom('presence')
        .select('staff_id')
        .where('on_duty', '=', 1)
        .where('seen_at', '>', since)
        .limit(1)
        .compile(),

    standing: () =>
      sql.selectFrom('alert').selectAll().where(standing).where('reason', 'in', waits).compile(),

    /** Notices whose time to be told is over. */
    pastNotices: (now: number) =>
      sql
        .selectFrom('alert')
        .selectAll()
        .where(standing)
        .where('reason', 'not in', waits)
        .where('due_at', '<=', now)
        .compile(),

    /** How the tries of each open alert's last telling stand. */
    lastTries: () =>
      sql
        .selectFrom('alert')
        .innerJoin('alert_try', (join) =>
          join.onRef('alert_try.alert_id', '=', 'alert.id').onRef('alert_try.told', '=', 'alert.told'),
        )
        .select(['alert.id', 'alert_try.state', 'alert_try.person', 'alert_try.way'])
        .where(standing)
        .where('alert.state', '=', 'open')
        .compile(),

    dueTries: (now: number) =>
      sql
        .selectFrom('alert_try')
        .selectAll()
        .where(dueable)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(100)
        .compile(),

    nextTry: () =>
      sql.selectFrom('alert_try').select('due_at').where(dueable).orderBy('due_at').limit(1).compile(),

    one: (id: string) => sql.selectFrom('alert').selectAll().where('id', '=', id).compile(),

    /** What stands, and what happened since. */
    recent: (since: number) =>
      sql
        .selectFrom('alert')
        .selectAll()
        .where((where) => where.or([where('state', '<>', 'over'), where('opened_at', '>=', since)]))
        .where('reason', 'in', waits)
        .orderBy('opened_at', 'desc')
        .limit(100)
        .compile(),

    triesSince: (since: number) =>
      sql
        .selectFrom('alert_try')
        .innerJoin('alert', 'alert.id', 'alert_try.alert_id')
        .selectAll('alert_try')
        .where((where) =>
          where.or([where('alert.state', '<>', 'over'), where('alert.opened_at', '>=', since)]),
        )
        .orderBy('alert_try.due_at')
        .limit(2_000)
        .compile(),

    open: (row: AlertTable): Write[] => [
      {
        query: sql
          .insertInto('alert')
          .values(row)
          .onConflict((conflict) => conflict.column('occasion').doNothing())
          .compile(),
        expect: 1,
      },
      news(row.opened_at, row.consultation_id),
    ],

    goOn: (
      { id, told }: Pick<AlertTable, 'id' | 'told'>,
      change: { told: number; due_at: number },
    ): Write => ({
      query: sql
        .updateTable('alert')
        .set(change)
        .where('id', '=', id)
        .where('told', '=', told)
        .where('state', '=', 'open')
        .compile(),
      expect: 1,
    }),

    acknowledge: (row: Pick<AlertTable, 'id' | 'consultation_id'>, by: string, now: number): Write[] => [
      {
        query: sql
          .updateTable('alert')
          .set({ state: 'acknowledged', acknowledged_at: now, acknowledged_by: by })
          .where('id', '=', row.id)
          .where('state', '=', 'open')
          .compile(),
        expect: 1,
      },
      dropDue(row.id, now),
      news(now, row.consultation_id),
    ],

    end: (row: Pick<AlertTable, 'id' | 'consultation_id' | 'state'>, now: number): Write[] => [
      {
        query: sql
          .updateTable('alert')
          .set({ state: 'over', ended_at: now })
          .where('id', '=', row.id)
          .where('state', '=', row.state)
          .compile(),
        expect: 1,
      },
      dropDue(row.id, now),
      news(now, row.consultation_id),
    ],

    /** What a process that died was trying is free at once; only where there is one process. */
    endLeases: (now: number): Write => ({
      query: sql
        .updateTable('alert_try')
        .set({ due_at: now })
        .where(dueable)
        .where('state', '=', 'sending')
        .compile(),
    }),

    firstTry: (
      id: string,
      alert: Pick<AlertTable, 'id' | 'told'>,
      person: string,
      way: string,
      at: number,
    ): Write => ({
      query: sql
        .insertInto('alert_try')
        .values({
          id,
          alert_id: alert.id,
          told: alert.told,
          person,
          way,
          attempt: 1,
          state: 'due',
          due_at: at,
          began_at: null,
          ended_at: null,
          reason: null,
        })
        .compile(),
    }),

    addTry: (row: AlertTryTable): Write => ({ query: sql.insertInto('alert_try').values(row).compile() }),

    changeTry: (
      { id, state, due_at }: Pick<AlertTryTable, 'id' | 'state' | 'due_at'>,
      change: Partial<AlertTryTable>,
    ): Write => ({
      query: sql
        .updateTable('alert_try')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', state)
        .where('due_at', '=', due_at)
        .compile(),
      expect: 1,
    }),
  };
}
