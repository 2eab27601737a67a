import { entryWrite } from '../audit/entry.ts';
import { afterErasing } from '../conversation/begin.ts';
import type { Flow } from '../conversation/flow.ts';
import {
  deleteDeliveries,
  deleteStaffWords,
  REMEMBER_MS,
  rememberEvents,
} from '../store/queries/retention.ts';
import { endTalk } from '../store/queries/talk.ts';
import type { Store, Write } from '../store/store.ts';
import { Unsealable } from '../vault/seal.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { type EventRecord, sealContext } from './record.ts';
import { type Decided, sealSnapshot, type Writers, writesOf } from './writes.ts';

/**
 * Unsend: the words leave the event that brought them; what was answered, and that there was something, stays. When the
 * message has not come yet, a tombstone waits for it.
 */
export async function eraseMessage(
  store: Store,
  vault: Vault,
  conversationId: string,
  messageId: string,
  now: number,
): Promise<Write[]> {
  const key = vault.messageKey(messageId);
  const query = store.sql
    .selectFrom('event')
    .innerJoin('consultation', 'consultation.id', 'event.consultation_id')
    .select(['event.version', 'event.consultation_id', 'event.sealed', 'consultation.sealed_key'])
    .where('event.message_key', '=', key)
    .where('event.conversation_id', '=', conversationId)
    .compile();
  const [row] = await store.read(query);
  if (!row) {
    const tombstone = store.sql
      .insertInto('tombstone')
      .values({ message_key: key, at: now })
      .onConflict((conflict) => conflict.column('message_key').doNothing())
      .compile();
    return [{ query: tombstone }];
  }
  if (row.sealed === null || row.sealed_key === null) return [];
  const context = sealContext.event(conversationId, row.version);
  const update = store.sql
    .updateTable('event')
    .set({ sealed: withoutWords(vault, row.sealed_key, row.consultation_id, context, row.sealed) })
    .set({ message_key: null })
    .where('conversation_id', '=', conversationId)
    .where('version', '=', row.version)
    .compile();
  const entry = { at: now, what: 'message-unsent', consultation: row.consultation_id } as const;
  return [{ query: update }, entryWrite(store.sql, entry)];
}

/**
 * For the first message of a conversation, which has no version yet where it could meet an unsend that another process handles. They meet
 * at the tombstone: the message takes its place and gives it back. Where one stands, the commit is refused; one that comes meanwhile
 * waits on PostgreSQL until this is committed, and then finds the message.
 */
export function meetUnsend({ sql }: Store, messageKey: string, now: number): Write[] {
  const take = sql
    .insertInto('tombstone')
    .values({ message_key: messageKey, at: now })
    .onConflict((conflict) => conflict.column('message_key').doNothing());
  const giveBack = sql.deleteFrom('tombstone').where('message_key', '=', messageKey);
  return [{ query: take.compile(), expect: 1 }, { query: giveBack.compile() }];
}

/** The record of an event without what the resident wrote; null, nothing at all, where it does not open any more. */
function withoutWords(
  vault: Vault,
  sealedKey: string,
  consultationId: string,
  context: string,
  sealed: string,
): string | null {
  try {
    const key = vault.unwrap(sealedKey, consultationId);
    const record = JSON.parse(vault.open(key, context, sealed)) as EventRecord;
    const left: EventRecord = {
      ...record,
      in: { kind: 'erased' },
      ...(record.risk ? { risk: { ...record.risk, hits: [] } } : {}),
    };
    return vault.seal(key, context, JSON.stringify(left));
  } catch (error) {
    if (error instanceof Unsealable) return null;
    throw error;
  }
}

/**
 * 「データを消して」: the keys of all the resident's consultations are destroyed and their rows removed; the facts stay
 * without a trace of whose they were. The answer lives in a consultation of its own (`answer`). Somebody in danger stays in the
 * queue, without content, because a human is on the way.
 */
export function eraseResident(
  writers: Writers,
  decided: Decided,
  flow: Flow,
  answer: { consultationId: string; key: DataKey },
): Write[] {
  const { store, vault } = writers;
  const { conversationId, version, now, snapshot, consultationId } = decided;
  const after = afterErasing(flow, snapshot);
  const sealedSnapshot = sealSnapshot(vault, { conversationId, version, key: answer.key, snapshot: after });
  const inDanger = after.talk.state !== 'closed';
  const [event, ...rest] = writesOf(writers, {
    ...decided,
    snapshot: after,
    sealedSnapshot,
    before: null,
    ...answer,
    incoming: { kind: 'erased' },
    finding: null,
    opening: { inHours: false, returning: true },
    effects: [
      ...decided.effects.filter(({ kind }) => kind === 'say' || kind === 'notify'),
      ...(inDanger ? [] : [{ kind: 'close', outcome: 'erased' } as const]),
      { kind: 'notify', what: 'queue' },
      { kind: 'notify', what: 'talk' },
    ],
  });
  const { counts } = snapshot;
  const forget: Write[] = [
    // What staff wrote of the resident, and what went out; before the consultations no longer say whose they were.
    ...deleteStaffWords(store.sql, conversationId),
    deleteDeliveries(store.sql, conversationId),
    store.sql
      .updateTable('consultation')
      .set({ messages_in: counts.resident, messages_bot: counts.bot, messages_counselor: counts.counselor })
      .where('id', '=', consultationId)
      .compile(),
    store.sql
      .updateTable('consultation')
      .set(({ fn, val }) => ({
        sealed_key: null,
        notes_key: null,
        conversation_id: null,
        closed_at: fn.coalesce('closed_at', val(now)),
        outcome: fn.coalesce('outcome', val('erased')),
      }))
      .where('conversation_id', '=', conversationId)
      .compile(),
    rememberEvents(store.sql, { conversation: conversationId, before: version }, now - REMEMBER_MS, now),
    store.sql
      .deleteFrom('event')
      .where('conversation_id', '=', conversationId)
      .where('version', '<', version)
      .compile(),

    store.sql.deleteFrom('outbox').where('conversation_id', '=', conversationId).compile(),
    store.sql.deleteFrom('timer').where('conversation_id', '=', conversationId).compile(),
    ...endTalk(store.sql, conversationId),
  ].map((query) => ({ query }));
  const logged = entryWrite(store.sql, { at: now, what: 'resident-deleted', consultation: consultationId });
  return [...(event ? [event] : []), ...forget, ...rest, logged];
}
