import { type CompiledQuery, type QueryCreator, sql as raw } from 'kysely';
import type { Tables } from '../tables.ts';
import type { TalkLinkTable, TalkSessionTable } from '../talk_tables.ts';

type Sql = QueryCreator<Tables>;

export function addLink(sql: Sql, row: Omit<TalkLinkTable, 'used_by'>): CompiledQuery {
  return sql
    .insertInto('talk_link')
    .values({ ...row, used_by: null })
    .compile();
}

/** Links and sessions that nobody can use any more, of whomever. */
export function forgetExpired(sql: Sql, now: number): CompiledQuery[] {
  return (['talk_link', 'talk_session'] as const).map((table) =>
    sql.deleteFrom(table).where('expires_at', '<=', now).compile(),
  );
}

export function linkOf(sql: Sql, hash: string): CompiledQuery<TalkLinkTable> {
  return sql.selectFrom('talk_link').selectAll().where('hash', '=', hash).compile();
}

/** Uses a link up; changes one row, or none when it is too late or another browser was first. */
export function spendLink(sql: Sql, hash: string, browser: string, now: number): CompiledQuery {
  return sql
    .updateTable('talk_link')
    .set({ used_by: browser })
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .where((eb) => eb.or([eb('used_by', 'is', null), eb('used_by', '=', browser)]))
    .compile();
}

export function addSession(sql: Sql, row: TalkSessionTable): CompiledQuery {
  return sql.insertInto('talk_session').values(row).compile();
}

export function endSession(sql: Sql, hash: string): CompiledQuery {
  return sql.deleteFrom('talk_session').where('hash', '=', hash).compile();
}

/** Everything said up to `now` has reached this browser. */
export function seenBy(sql: Sql, hash: string, now: number): CompiledQuery {
  return sql.updateTable('talk_session').set({ seen_at: now }).where('hash', '=', hash).compile();
}

/** Counts one thing sent in this minute; changes no row when `most` are reached. */
export function countSent(sql: Sql, hash: string, minute: number, most: number): CompiledQuery {
  return sql
    .updateTable('talk_session')
    .set({
      minute,
      sent: raw<number>`case when minute = ${minute} then sent + 1 else 1 end`,
    })
    .where('hash', '=', hash)
    .where((eb) => eb.or([eb('minute', '!=', minute), eb('sent', '<', most)]))
    .compile();
}

/** Up to when a page of this conversation has shown everything; null when none is open. */
export function pageSeen(sql: Sql, conversation: string): CompiledQuery<{ seen_at: number | null }> {
  return sql
    .selectFrom('talk_session')
    .select((eb) => eb.fn.max<number | null>('seen_at').as('seen_at'))
    .where('conversation_id', '=', conversation)
    .compile();
}

/** A resident's links and open pages end. */
export function endTalk(sql: Sql, conversation: string): CompiledQuery[] {
  return (['talk_link', 'talk_session'] as const).map((table) =>
    sql.deleteFrom(table).where('conversation_id', '=', conversation).compile(),
  );
}

export type PageRow = {
  id: string;
  version: number;
  state: 'bot' | 'waiting' | 'human' | 'closed';
  level: number;
  language: string;
  waiting_since: number | null;
  consultation_id: string;
  sealed_key: string | null;
  /** The browser's own row. */
  hash: string;
  expires_at: number;
};

/** The conversation whose page a browser has open. */
export function pageOf(sql: Sql, hash: string, now: number): CompiledQuery<PageRow> {
  return sql
    .selectFrom('talk_session')
    .innerJoin('conversation', 'conversation.id', 'talk_session.conversation_id')
    .leftJoin('consultation', 'consultation.id', 'conversation.consultation_id')
    .select([
      'conversation.id',
      'conversation.version',
      'conversation.state',
      'conversation.level',
      'conversation.language',
      'conversation.waiting_since',
      'conversation.consultation_id',
      'consultation.sealed_key',
      'talk_session.hash',
      'talk_session.expires_at',
    ])
    .where('talk_session.hash', '=', hash)
    .where('talk_session.expires_at', '>', now)
    .compile();
}

/** One row while a conversation waits for a counselor or has one. */
export function isTalkOpen(sql: Sql, conversation: string): CompiledQuery<{ id: string }> {
  return sql
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', conversation)
    .where('state', 'in', ['waiting', 'human'])
    .compile();
}

/** How many wait before a conversation: those in more danger, then those who came earlier. */
export function waitingBefore(
  sql: Sql,
  { level, waiting_since }: Pick<PageRow, 'level' | 'waiting_since'>,
): CompiledQuery<{ people: number }> {
  return sql
    .selectFrom('conversation')
    .select((eb) => eb.fn.countAll<number>().as('people'))
    .where('state', '=', 'waiting')
    .where((eb) =>
      eb.or([
        eb('level', '>', level),
        eb.and([eb('level', '=', level), eb('waiting_since', '<', waiting_since ?? 0)]),
      ]),
    )
    .compile();
}

export type PageEventRow = { id: string; version: number; kind: string; at: number; sealed: string | null };

/** The events of one consultation, oldest first, as its resident may see them. */
export function pageEvents(sql: Sql, consultation: string): CompiledQuery<PageEventRow> {
  return sql
    .selectFrom('event')
    .select(['id', 'version', 'kind', 'at', 'sealed'])
    .where('consultation_id', '=', consultation)
    .orderBy('version')
    .compile();
}
