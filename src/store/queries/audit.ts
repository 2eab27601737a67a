import type { QueryCreator } from 'kysely';
import type { AuditBlockTable } from '../audit_tables.ts';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

/** Rows that no block holds yet, oldest first. */
export const unsealedRows = (sql: Sql, limit: number) =>
  sql.selectFrom('audit').selectAll().where('block', 'is', null).orderBy('seq').limit(limit).compile();

export const blockRows = (sql: Sql, block: number) =>
  sql.selectFrom('audit').selectAll().where('block', '=', block).orderBy('seq').compile();

export const countUnsealed = (sql: Sql) =>
  sql
    .selectFrom('audit')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('block', 'is', null)
    .compile();

/** Rows that claim a block which is not there. */
export const strayRows = (sql: Sql) =>
  sql
    .selectFrom('audit')
    .leftJoin('audit_block', 'audit_block.number', 'audit.block')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('audit.block', 'is not', null)
    .where('audit_block.number', 'is', null)
    .compile();

export const blocksAfter = (sql: Sql, number: number, limit: number) =>
  sql
    .selectFrom('audit_block')
    .selectAll()
    .where('number', '>', number)
    .orderBy('number')
    .limit(limit)
    .compile();

export const addBlock = (sql: Sql, block: AuditBlockTable) =>
  sql.insertInto('audit_block').values(block).compile();

/** Puts rows into a block; commit it with `expect` of how many there are. */
export const putInBlock = (sql: Sql, block: number, rows: { first: number; last: number }) =>
  sql
    .updateTable('audit')
    .set({ block })
    .where('block', 'is', null)
    .where('seq', '>=', rows.first)
    .where('seq', '<=', rows.last)
    .compile();

/** The newest reading of a consultation by a person since `after` (ms). */
export const lastReading = (
  sql: Sql,
  what: string,
  { staff, consultation }: { staff: string; consultation: string },
  after: number,
) =>
  sql
    .selectFrom('audit')
    .select('seq')
    .where('consultation_id', '=', consultation)
    .where('staff_id', '=', staff)
    .where('what', '=', what)
    .where('at', '>', after)
    .limit(1)
    .compile();

/** What the Log page asks for; all that is given must hold. `before`: a `seq`. `from` and `to`: ms. */
export type LogFilter = {
  before?: number | undefined;
  from?: number | undefined;
  to?: number | undefined;
  staff?: string | undefined;
  consultation?: string | undefined;
  /** Any of these conversations. */
  conversations?: readonly string[] | undefined;
  what?: string | undefined;
};

/** A page of the log, newest first, with the names of people. */
export function logPage(sql: Sql, filter: LogFilter, limit: number) {
  const { before, from, to, staff, consultation, conversations, what } = filter;
  return sql
    .selectFrom('audit')
    .leftJoin('staff', 'staff.id', 'audit.staff_id')
    .leftJoin('consultation', 'consultation.id', 'audit.consultation_id')
    .select(['audit.seq', 'audit.at', 'audit.staff_id', 'staff.name', 'consultation.conversation_id'])
    .select(['audit.what', 'audit.consultation_id', 'audit.detail', 'audit.block'])
    .$if(before !== undefined, (query) => query.where('audit.seq', '<', before ?? 0))
    .$if(from !== undefined, (query) => query.where('audit.at', '>=', from ?? 0))
    .$if(to !== undefined, (query) => query.where('audit.at', '<', to ?? 0))
    .$if(staff !== undefined, (query) => query.where('audit.staff_id', '=', staff ?? ''))
    .$if(consultation !== undefined, (query) => query.where('audit.consultation_id', '=', consultation ?? ''))
    .$if(conversations !== undefined, (query) =>
      query.where('consultation.conversation_id', 'in', conversations?.length ? [...conversations] : ['']),
    )
    .$if(what !== undefined, (query) => query.where('audit.what', '=', what ?? ''))
    .orderBy('audit.seq', 'desc')
    .limit(limit)
    .compile();
}

/** Every conversation that a consultation still belongs to. */
export const knownConversations = (sql: Sql) =>
  sql
    .selectFrom('consultation')
    .select('conversation_id')
    .distinct()
    .where('conversation_id', 'is not', null)
    .compile();
