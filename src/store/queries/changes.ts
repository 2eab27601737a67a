import type { CompiledQuery, QueryCreator } from 'kysely';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

export type ChangeRow = { seq: number; at: number; consultation_id: string | null; what: string };

/** Changes after a number, oldest first. */
export function changesAfter(sql: Sql, seq: number, limit: number): CompiledQuery<ChangeRow> {
  return sql
    .selectFrom('change')
    .select(['seq', 'at', 'consultation_id', 'what'])
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .compile();
}

/** The newest number, from which a console starts that has just loaded everything. */
export function newestChange(sql: Sql): CompiledQuery<{ seq: number | null }> {
  return sql
    .selectFrom('change')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .compile() as CompiledQuery<{ seq: number | null }>;
}

export function change(sql: Sql, row: Omit<ChangeRow, 'seq'>): CompiledQuery {
  return sql.insertInto('change').values(row).compile();
}
