import { type ExpressionBuilder, type QueryCreator, sql as raw } from 'kysely';
import type { HoldTable } from '../audit_tables.ts';
import type { Tables } from '../tables.ts';
import { endTalk } from './talk.ts';

type Sql = QueryCreator<Tables>;

/**
 * Which consultations' time is over: closed since `closedBefore`, not held at `now`, their resident silent since
 * `quietBefore` (all ms). One that goes on is never among them.
 */
export type Over = { closedBefore: number; quietBefore: number; now: number };

const isOver =
  ({ closedBefore, quietBefore, now }: Over) =>
  (eb: ExpressionBuilder<Tables, 'consultation'>) =>
    eb.and([
      eb('consultation.closed_at', '<=', closedBefore),
      eb.not(
        eb.exists(
          eb
            .selectFrom('hold')
            .select('hold.at')
            .whereRef('hold.consultation_id', '=', 'consultation.id')
            .where('hold.until', '>', now),
        ),
      ),
      eb.not(
        eb.exists(
          eb
            .selectFrom('conversation')
            .select('conversation.version')
            .whereRef('conversation.id', '=', 'consultation.conversation_id')
            .where((inner) =>
              inner.or([
                inner('conversation.resident_at', '>', quietBefore),
                inner.and([
                  inner('conversation.state', '<>', 'closed'),
                  inner('conversation.consultation_id', '=', inner.ref('consultation.id')),
                ]),
              ]),
            ),
        ),
      ),
    ]);

/** Consultations whose content is to be forgotten, longest closed first. */
export const contentOver = (sql: Sql, over: Over, limit: number) =>
  sql
    .selectFrom('consultation')
    .select(['consultation.id', 'consultation.conversation_id', 'consultation.closed_at'])
    .select('consultation.sealed_key')
    .where('consultation.sealed_key', 'is not', null)
    .where(isOver(over))
    .orderBy('consultation.closed_at')
    .limit(limit)
    .compile();

/** Those whose notes are to be forgotten: before their content, or after it. */
export const notesOver = (sql: Sql, over: Over, limit: number) =>
  sql
    .selectFrom('consultation')
    .select(['consultation.id', 'consultation.conversation_id', 'consultation.closed_at'])
    .select('consultation.sealed_key')
    .where(isOver(over))
    .where('consultation.id', 'in', sql.selectFrom('staff_note').select('staff_note.consultation_id'))
    .orderBy('consultation.closed_at')
    .limit(limit)
    .compile();

/**
 * Holds the row until the commit and changes nothing. PostgreSQL looks at holds as they were when a statement began to wait for
 * the row; one that begins after this one sees the hold of whoever had it.
 */
export const claim = (sql: Sql, id: string) =>
  sql
    .updateTable('consultation')
    .set((eb) => ({ closed_at: eb.ref('closed_at') }))
    .where('id', '=', id)
    .compile();

/** Changes nothing; with `expect: 1`, a commit is refused when its time is not over any more. */
export const stillOver = (sql: Sql, id: string, over: Over) =>
  sql
    .updateTable('consultation')
    .set((eb) => ({ closed_at: eb.ref('closed_at') }))
    .where('id', '=', id)
    .where(isOver(over))
    .compile();

/**
 * Destroys the key of a consultation and its link to the resident; commit it after `claim`, with `expect: 1`: it changes
 * nothing when a hold was set or the resident wrote since it was listed. With a `notesKey` the notes stay under it, and whose they are.
 */
export const destroyKey = (sql: Sql, id: string, over: Over, notesKey: string | null) =>
  sql
    .updateTable('consultation')
    .set({ sealed_key: null, notes_key: notesKey, ...(notesKey === null ? { conversation_id: null } : {}) })
    .where('id', '=', id)
    .where('sealed_key', 'is not', null)
    .where(isOver(over))
    .compile();

/** LINE brings an event again for a while; its id is remembered for so long after its row is gone, ms. */
export const REMEMBER_MS = 30 * 24 * 3_600_000;

/** Event ids that LINE could still bring again, kept so that they are not applied again. */
export const rememberEvents = (
  sql: Sql,
  of: { consultation?: string; conversation?: string; before?: number },
  since: number,
  now: number,
) =>
  sql
    .insertInto('tombstone')
    .columns(['message_key', 'at'])
    .expression((eb) =>
      eb
        .selectFrom('event')
        .select(['event.id', raw<number>`cast(${now} as bigint)`.as('at')])
        .where('event.applied_at', '>', since)
        .$if(of.consultation !== undefined, (query) =>
          query.where('event.consultation_id', '=', of.consultation ?? ''),
        )
        .$if(of.conversation !== undefined, (query) =>
          query
            .where('event.conversation_id', '=', of.conversation ?? '')
            .where('event.version', '<', of.before ?? 0),
        ),
    )
    .onConflict((conflict) => conflict.column('message_key').doNothing())
    .compile();

/** The end of notes that outlived their content: nothing is left that opens, nor whose it was. After `claim`, with `expect: 1`. */
export const destroyNotesKey = (sql: Sql, id: string, over: Over) =>
  sql
    .updateTable('consultation')
    .set({ notes_key: null, conversation_id: null })
    .where('id', '=', id)
    .where('sealed_key', 'is', null)
    .where(isOver(over))
    .compile();

export const sealNoteAnew = (sql: Sql, id: string, sealed: string) =>
  sql.updateTable('staff_note').set({ sealed }).where('id', '=', id).compile();

/** Changes nothing; with `expect`, a commit is refused when there are more notes or fewer than were read. */
export const touchNotes = (sql: Sql, consultation: string) =>
  sql
    .updateTable('staff_note')
    .set((eb) => ({ sealed: eb.ref('sealed') }))
    .where('consultation_id', '=', consultation)
    .compile();

export const deleteNotes = (sql: Sql, consultation: string) =>
  sql.deleteFrom('staff_note').where('consultation_id', '=', consultation).compile();

const consultationsOf = (sql: Sql, conversation: string) =>
  sql.selectFrom('consultation').select('id').where('conversation_id', '=', conversation);

/** What was sent to a resident, in all their consultations. */
export const deleteDeliveries = (sql: Sql, conversation: string) =>
  sql.deleteFrom('delivery').where('consultation_id', 'in', consultationsOf(sql, conversation)).compile();

/** What staff wrote of a resident, in all their consultations. */
export const deleteStaffWords = (sql: Sql, conversation: string) => {
  const theirs = consultationsOf(sql, conversation);
  return [
    sql.deleteFrom('staff_note').where('consultation_id', 'in', theirs).compile(),
    sql.deleteFrom('hold').where('consultation_id', 'in', theirs).compile(),
    sql.updateTable('approval').set({ sealed_reason: '' }).where('consultation_id', 'in', theirs).compile(),
  ];
};

/** Everything sealed that a consultation leaves behind, also in the row of its conversation, should that still stand at it. */
export const deleteContent = (sql: Sql, consultation: string, conversation: string | null) => [
  sql.deleteFrom('event').where('consultation_id', '=', consultation).compile(),
  sql.deleteFrom('outbox').where('consultation_id', '=', consultation).compile(),
  sql.deleteFrom('delivery').where('consultation_id', '=', consultation).compile(),
  sql.deleteFrom('hold').where('consultation_id', '=', consultation).compile(),
  sql
    .updateTable('approval')
    .set({ sealed_reason: '' })
    .where('consultation_id', '=', consultation)
    .compile(),
  sql
    .updateTable('conversation')
    .set({ sealed_snapshot: '' })
    .where('id', '=', conversation ?? '')
    .where('consultation_id', '=', consultation)
    .compile(),
];

/** The conversation itself, with the sealed LINE user id, when no consultation of it is left. */
export const deleteEmptyConversation = (sql: Sql, conversation: string) => [
  sql
    .deleteFrom('conversation')
    .where('id', '=', conversation)
    .where('state', '=', 'closed')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('consultation')
            .select('consultation.id')
            .where('consultation.conversation_id', '=', conversation),
        ),
      ),
    )
    .compile(),
  // Only with the conversation: until then LINE still has to be told.
  sql
    .deleteFrom('menu_change')
    .where('conversation_id', '=', conversation)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('conversation').select('id').where('id', '=', conversation))),
    )
    .compile(),
  ...endTalk(sql, conversation),
];

/** How many notes and holds a list of the page needs: what is held, with the key that opens the reason. */
export const holds = (sql: Sql) =>
  sql
    .selectFrom('hold')
    .innerJoin('consultation', 'consultation.id', 'hold.consultation_id')
    .leftJoin('staff', 'staff.id', 'hold.staff_id')
    .selectAll('hold')
    .select(['consultation.sealed_key', 'consultation.notes_key', 'consultation.closed_at', 'staff.name'])
    .select('consultation.conversation_id')
    .orderBy('hold.until')
    .compile();

export const putHold = (sql: Sql, row: HoldTable) => {
  const { staff_id, sealed_reason, at, until } = row;
  return sql
    .insertInto('hold')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('consultation_id').doUpdateSet({ staff_id, sealed_reason, at, until }),
    )
    .compile();
};

export const deleteHold = (sql: Sql, consultation: string) =>
  sql.deleteFrom('hold').where('consultation_id', '=', consultation).compile();

/** The last block whose rows are all older than this. */
export const lastBlockBefore = (sql: Sql, at: number) =>
  sql
    .selectFrom('audit_block')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('at', '<=', at)
    .compile();

export const oldestBlockWithRows = (sql: Sql) =>
  sql
    .selectFrom('audit')
    .select(({ fn }) => fn.min('block').as('number'))
    .where('block', 'is not', null)
    .compile();

export const deleteBlockRows = (sql: Sql, upTo: number) =>
  sql.deleteFrom('audit').where('block', '<=', upTo).compile();

/** What helps for a while and then only takes room: old changes of the feed, tombstones, decided applications. */
export const sweep = (sql: Sql, before: { changes: number; tombstones: number; approvals: number }) => [
  sql.deleteFrom('change').where('at', '<', before.changes).compile(),
  sql.deleteFrom('tombstone').where('at', '<', before.tombstones).compile(),
  sql.deleteFrom('approval').where('asked_at', '<', before.approvals).compile(),
  sql.deleteFrom('rate').where('since', '<', before.changes).compile(),
];

/** How many consultations are held. */
export const holdsNow = (sql: Sql, now: number) =>
  sql
    .selectFrom('hold')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('until', '>', now)
    .compile();
