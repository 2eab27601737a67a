import type { SayKind } from '../conversation/effect.ts';
import type { ReplyToken } from '../conversation/event.ts';
import type { Saying } from '../message/message.ts';
import type { Store, Write } from '../store/store.ts';
import type { DataKey, Vault } from '../vault/vault.ts';

/** Something to be said, as `handle` hands it to the outbox. */
export type Said = {
  id: string;
  conversationId: string;
  consultationId: string;
  /** Version of the event that says it: orders the rows of a conversation. */
  version: number;
  kind: SayKind;
  saying: Saying;
  now: number;
  /** A reply token that is this row's alone from now on. */
  token?: ReplyToken;
};

/** The sealed part of an outbox row. */
export type OutboxContent = { saying: Saying; token?: string };

/** The write that puts one saying into the outbox, in the commit of the event that says it. */
export function outboxRow(
  { store, vault, key }: { store: Store; vault: Vault; key: DataKey },
  said: Said,
): Write {
  const content: OutboxContent = { saying: said.saying, ...(said.token ? { token: said.token.token } : {}) };
  const query = store.sql
    .insertInto('outbox')
    .values({
      id: said.id,
      conversation_id: said.conversationId,
      consultation_id: said.consultationId,
      version: said.version,
      kind: said.kind,
      state: 'waiting',
      delivery_id: null,
      sealed: vault.seal(key, `outbox:${said.id}`, JSON.stringify(content)),
      token_at: said.token?.at ?? null,
      created_at: said.now,
    })
    .compile();
  return { query };
}
