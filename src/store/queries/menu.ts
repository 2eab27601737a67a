import type { CompiledQuery } from 'kysely';
import type { Store, Write } from '../store.ts';
import type { TalkState } from '../tables.ts';

type Sql = Store['sql'];

/** The menu of this resident is to be changed, from now on. */
export function changeMenu(
  sql: Sql,
  row: { conversation_id: string; version: number; due_at: number },
): CompiledQuery {
  const { version, due_at } = row;
  return sql
    .insertInto('menu_change')
    .values({ ...row, attempts: 0 })
    .onConflict((conflict) =>
      conflict.column('conversation_id').doUpdateSet({ version, due_at, attempts: 0 }),
    )
    .compile();
}

export type DueMenu = { conversation_id: string; due_at: number; attempts: number };

export function dueMenus(sql: Sql, now: number, most: number): CompiledQuery<DueMenu> {
  return sql
    .selectFrom('menu_change')
    .select(['conversation_id', 'due_at', 'attempts'])
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(most)
    .compile();
}

/** Takes a change until then; refused when another process has it, or a newer one has come. */
export function takeMenu(sql: Sql, { conversation_id, due_at }: DueMenu, until: number): Write {
  const query = sql
    .updateTable('menu_change')
    .set({ due_at: until })
    .where('conversation_id', '=', conversation_id)
    .where('due_at', '=', due_at)
    .compile();
  return { query, expect: 1 };
}

export function nextMenu(sql: Sql): CompiledQuery<{ due_at: number }> {
  return sql.selectFrom('menu_change').select('due_at').orderBy('due_at').limit(1).compile();
}

/** Who has the talk, and whose it is. */
export function talkOf(
  sql: Sql,
  id: string,
): CompiledQuery<{ version: number; state: TalkState; sealed_user: string }> {
  return sql
    .selectFrom('conversation')
    .select(['version', 'state', 'sealed_user'])
    .where('id', '=', id)
    .compile();
}

/** Done, or given up, for all changes up to a version. */
export function menuDone(sql: Sql, id: string, version: number): CompiledQuery {
  return sql
    .deleteFrom('menu_change')
    .where('conversation_id', '=', id)
    .where('version', '<=', version)
    .compile();
}

/** To be tried again, unless something newer has come. */
export function menuLater(sql: Sql, id: string, version: number, dueAt: number): CompiledQuery {
  return sql
    .updateTable('menu_change')
    .set((to) => ({ due_at: dueAt, attempts: to('attempts', '+', 1) }))
    .where('conversation_id', '=', id)
    .where('version', '<=', version)
    .compile();
}
