import type { CompiledQuery, QueryCreator } from 'kysely';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

/** A counselor whose console was not heard of for this long is no longer available, ms. */
export const presentFor = 30_000;

export type PresenceRow = {
  staff_id: string;
  name: string;
  capacity: number;
  seen_at: number;
  talks: number;
};

/** Everybody on duty, seen lately or not, with the number of talks they have. */
export function onDuty(sql: Sql): CompiledQuery<PresenceRow> {
  return sql
    .selectFrom('presence')
    .innerJoin('staff', 'staff.id', 'presence.staff_id')
    .select((eb) => [
      'presence.staff_id',
      'staff.name',
      'presence.capacity',
      'presence.seen_at',
      eb
        .selectFrom('conversation')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('conversation.owner', '=', 'presence.staff_id')
        .where('conversation.state', '=', 'human')
        .as('talks'),
    ])
    .where('presence.on_duty', '=', 1)
    .orderBy('staff.name')
    .compile() as CompiledQuery<PresenceRow>;
}

export function dutyOf(sql: Sql, staff: string) {
  return sql
    .selectFrom('presence')
    .select(['on_duty', 'capacity', 'seen_at'])
    .where('staff_id', '=', staff)
    .compile();
}

/** Goes on or off duty. */
export function setDuty(
  sql: Sql,
  row: { staff_id: string; on_duty: number; capacity: number; seen_at: number },
): CompiledQuery {
  return sql
    .insertInto('presence')
    .values(row)
    .onConflict((c) =>
      c
        .column('staff_id')
        .doUpdateSet({ on_duty: row.on_duty, capacity: row.capacity, seen_at: row.seen_at }),
    )
    .compile();
}

/** The heartbeat of a console; changes no row for people who were never on duty. */
export function heartbeat(sql: Sql, staff: string, now: number): CompiledQuery {
  return sql.updateTable('presence').set({ seen_at: now }).where('staff_id', '=', staff).compile();
}
