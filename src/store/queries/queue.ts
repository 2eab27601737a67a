import type { CompiledQuery, QueryCreator } from 'kysely';
import type { Tables, TalkState } from '../tables.ts';
import { type Scope, visible } from './scope.ts';

type Sql = QueryCreator<Tables>;

export type QueueRow = {
  id: string;
  conversation_id: string;
  state: TalkState;
  level: number;
  /** Who has it; while waiting: whom a transfer is meant for. */
  owner: string | null;
  topic: string | null;
  unreachable: number;
  waiting_since: number | null;
  resident_at: number | null;
  counselor_at: number | null;
  opened_at: number;
  in_hours: number;
  returning: number;
  categories: string;
  messages_in: number;
};

/** More open consultations than this are not listed; the person in most danger is always among them. */
const most = 2000;

/**
 * Consultations that wait for a person or have one: the most dangerous first, then who has waited longest, then the
 * talks going on.
 */
export function queue(sql: Sql, scope: Scope): CompiledQuery<QueueRow> {
  return sql
    .selectFrom('conversation')
    .innerJoin('consultation', 'consultation.id', 'conversation.consultation_id')
    .select([
      'consultation.id',
      'conversation.id as conversation_id',
      'conversation.state',
      'conversation.level',
      'conversation.owner',
      'conversation.topic',
      'conversation.unreachable',
      'conversation.waiting_since',
      'conversation.resident_at',
      'conversation.counselor_at',
      'consultation.opened_at',
      'consultation.in_hours',
      'consultation.returning',
      'consultation.categories',
      'consultation.messages_in',
    ])
    .where('conversation.state', 'in', ['waiting', 'human'])
    .where(visible(scope))
    .orderBy('conversation.state', 'desc') // waiting before human
    .orderBy('conversation.level', 'desc')
    .orderBy('conversation.waiting_since', 'asc')
    .limit(most)
    .compile();
}

export type ViewRow = { staff_id: string; consultation_id: string | null; writing: number };

/** Who has which consultation open since `after` (ms). */
export function views(sql: Sql, after: number): CompiledQuery<ViewRow> {
  return sql
    .selectFrom('staff_view')
    .select(['staff_id', 'consultation_id', 'writing'])
    .where('seen_at', '>=', after)
    .where('consultation_id', 'is not', null)
    .compile();
}

/** Notes which consultation a person has open now. */
export function view(
  sql: Sql,
  row: { staff_id: string; consultation_id: string | null; writing: number; seen_at: number },
): CompiledQuery {
  return sql
    .insertInto('staff_view')
    .values(row)
    .onConflict((c) =>
      c
        .column('staff_id')
        .doUpdateSet({ consultation_id: row.consultation_id, writing: row.writing, seen_at: row.seen_at }),
    )
    .compile();
}
