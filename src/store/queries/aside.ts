import type { QueryCreator } from 'kysely';
import type { CannedTable, ReferralTable, StaffNoteTable } from '../console_tables.ts';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

/** What staff wrote beside one consultation, oldest first. */
export function notesOf(sql: Sql, consultation: string) {
  return sql
    .selectFrom('staff_note')
    .selectAll()
    .where('consultation_id', '=', consultation)
    .orderBy('at')
    .compile();
}

/** Repeated with the same id (a bad network), it is one note. */
export function addNote(sql: Sql, row: StaffNoteTable) {
  return sql
    .insertInto('staff_note')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();
}

/** Changes its one row only while the consultation has this key, and holds the row until the commit (PostgreSQL). */
export function stillSealedUnder(
  sql: Sql,
  consultation: string,
  key: string,
  column: 'sealed_key' | 'notes_key' = 'sealed_key',
) {
  return sql
    .updateTable('consultation')
    .set(column, key)
    .where('id', '=', consultation)
    .where(column, '=', key)
    .compile();
}

export function referralsOf(sql: Sql, consultation: string) {
  return sql
    .selectFrom('referral')
    .selectAll()
    .where('consultation_id', '=', consultation)
    .orderBy('at')
    .compile();
}

export function addReferral(sql: Sql, row: ReferralTable) {
  return sql
    .insertInto('referral')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();
}

/** Records what became of a referral of this consultation. */
export function endReferral(
  sql: Sql,
  referral: { id: string; consultation: string; outcome: ReferralTable['outcome']; now: number },
) {
  return sql
    .updateTable('referral')
    .set({ outcome: referral.outcome, outcome_at: referral.now })
    .where('id', '=', referral.id)
    .where('consultation_id', '=', referral.consultation)
    .compile();
}

export function cannedReplies(sql: Sql) {
  return sql.selectFrom('canned').selectAll().orderBy('title').compile();
}

export function putCanned(sql: Sql, row: CannedTable) {
  const { title, body, updated_by, updated_at } = row;
  return sql
    .insertInto('canned')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ title, body, updated_by, updated_at }))
    .compile();
}

export function deleteCanned(sql: Sql, id: string) {
  return sql.deleteFrom('canned').where('id', '=', id).compile();
}
