import type { QueryCreator } from 'kysely';
import type { ApprovalTable } from '../audit_tables.ts';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

/** Asked twice with the same id (a bad network), it is one. */
export const addApproval = (sql: Sql, row: ApprovalTable) =>
  sql
    .insertInto('approval')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();

export const approvalOf = (sql: Sql, id: string) =>
  sql.selectFrom('approval').selectAll().where('id', '=', id).compile();

/** What was asked since then, newest first, with the key that opens its reason. */
export const approvalsSince = (sql: Sql, since: number) =>
  sql
    .selectFrom('approval')
    .innerJoin('consultation', 'consultation.id', 'approval.consultation_id')
    .selectAll('approval')
    .select(['consultation.sealed_key', 'consultation.conversation_id'])
    .where('approval.asked_at', '>=', since)
    .orderBy('approval.asked_at', 'desc')
    .limit(100)
    .compile();

/** Decides; commit it with `expect: 1`, so that it is decided once. */
export const decideApproval = (
  sql: Sql,
  { id, ...decided }: Pick<ApprovalTable, 'id' | 'decision' | 'decided_by' | 'decided_as' | 'decided_at'>,
) => sql.updateTable('approval').set(decided).where('id', '=', id).where('decision', 'is', null).compile();

/** Uses it up; commit it with `expect: 1`. */
export const takeApproval = (sql: Sql, id: string, by: string, at: number) =>
  sql
    .updateTable('approval')
    .set({ used_by: by, used_at: at })
    .where('id', '=', id)
    .where('decision', '=', 'approved')
    .where('used_at', 'is', null)
    .compile();

/** Wrong numbers of the second factor by a person since then. */
export const wrongCodes = (sql: Sql, staff: string, since: number) =>
  sql
    .selectFrom('audit')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('staff_id', '=', staff)
    .where('what', '=', 'code-wrong')
    .where('at', '>', since)
    .compile();
