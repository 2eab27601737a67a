import { type CompiledQuery, type QueryCreator, sql as raw } from 'kysely';
import type { Tables, TalkState } from '../tables.ts';
import { ofTopic, type Scope, visible } from './scope.ts';

type Sql = QueryCreator<Tables>;

export type TalkRow = {
  id: string;
  conversation_id: string;
  sealed_key: string | null;
  notes_key: string | null;
  opened_at: number;
  closed_at: number | null;
  /** When a person took it for the first time. */
  accepted_at: number | null;
  in_hours: number;
  returning: number;
  highest: number;
  categories: string;
  outcome: string | null;
  /** Whether it is the conversation's current consultation. */
  current_id: string;
  version: number;
  state: TalkState;
  level: number;
  owner: string | null;
  topic: string | null;
  language: string;
  unreachable: number;
  sealed_snapshot: string;
  waiting_since: number | null;
  resident_at: number | null;
  counselor_at: number | null;
};

/** One consultation and the conversation it belongs to, if the person may see that conversation. */
export function talk(sql: Sql, id: string, scope: Scope): CompiledQuery<TalkRow> {
  return sql
    .selectFrom('consultation')
    .innerJoin('conversation', 'conversation.id', 'consultation.conversation_id')
    .select([
      'consultation.id',
      'conversation.id as conversation_id',
      'consultation.sealed_key',
      'consultation.notes_key',
      'consultation.opened_at',
      'consultation.closed_at',
      'consultation.accepted_at',
      'consultation.in_hours',
      'consultation.returning',
      'consultation.level as highest',
      'consultation.categories',
      'consultation.outcome',
      'conversation.consultation_id as current_id',
      'conversation.version',
      'conversation.state',
      'conversation.level',
      'conversation.owner',
      'conversation.topic',
      'conversation.language',
      'conversation.unreachable',
      'conversation.sealed_snapshot',
      'conversation.waiting_since',
      'conversation.resident_at',
      'conversation.counselor_at',
    ])
    .where('consultation.id', '=', id)
    .where((eb) => {
      const past = eb('consultation.id', '!=', eb.ref('conversation.consultation_id'));
      const readable = eb.and([
        past,
        eb(eb.val(scope.states.includes('closed') ? 1 : 0), '=', 1),
        ofTopic(scope)(eb),
      ]);
      return eb.or([readable, eb.and([eb.not(past), visible(scope)(eb)])]);
    })
    .compile();
}

export type EventRow = {
  version: number;
  kind: string;
  at: number;
  staff_id: string | null;
  level: number;
  sealed: string | null;
};

/** The events of one consultation, oldest first. */
export function events(sql: Sql, consultation: string): CompiledQuery<EventRow> {
  return sql
    .selectFrom('event')
    .select(['version', 'kind', 'at', 'staff_id', 'level', 'sealed'])
    .where('consultation_id', '=', consultation)
    .orderBy('version')
    .compile();
}

export type UnsentRow = { first_version: number; version: number; state: string };

/** Messages of ours that have not reached LINE, by the first and the last event they come from; `waiting` ones too. */
export function unsent(sql: Sql, conversation: string): CompiledQuery<UnsentRow> {
  return (
    sql
      .selectFrom('delivery')
      .select(['first_version', 'version', raw<string>`state`.as('state')])
      .where('conversation_id', '=', conversation)
      // Written out, because SQLite uses a partial index only for a condition it can read.
      .where(raw<boolean>`state <> 'sent'`)
      .unionAll(
        sql
          .selectFrom('outbox')
          .select(['version as first_version', 'version', raw<string>`'waiting'`.as('state')])
          .where('conversation_id', '=', conversation),
      )
      .compile()
  );
}

export type EarlierRow = {
  id: string;
  opened_at: number;
  closed_at: number | null;
  level: number;
  categories: string;
  outcome: string | null;
};

/** Other consultations of the same resident, newest first. */
export function earlier(sql: Sql, conversation: string, except: string): CompiledQuery<EarlierRow> {
  return sql
    .selectFrom('consultation')
    .select(['id', 'opened_at', 'closed_at', 'level', 'categories', 'outcome'])
    .where('conversation_id', '=', conversation)
    .where('id', '!=', except)
    .orderBy('opened_at', 'desc')
    .limit(20)
    .compile();
}

/** A consultation that was forgotten, on time or at the resident's wish; its row holds facts alone, and no longer whose it was. */
export const forgottenConsultation = (sql: Sql, id: string) =>
  sql
    .selectFrom('consultation')
    .select('id')
    .where('id', '=', id)
    .where('conversation_id', 'is', null)
    .where('sealed_key', 'is', null)
    .compile();
