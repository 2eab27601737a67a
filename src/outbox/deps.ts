import type { Log } from '../diagnostic/log.ts';
import type { outboxQueries } from '../store/queries/outbox.ts';
import type { Store } from '../store/store.ts';
import type { DeliveryKind, DeliveryTable } from '../store/tables.ts';
import type { Vault } from '../vault/vault.ts';
import type { MarkSent } from './mark.ts';
import type { Render } from './pack.ts';
import type { Quota } from './quota.ts';
import type { Send } from './send.ts';

/** What happened to a delivery; content-free, for metrics, alerts and consoles of this process. */
export type DeliveryEvent = {
  what: 'sent' | 'unknown' | 'dead' | 'retry';
  deliveryId: string;
  conversationId: string;
  consultationId: string;
  kind: DeliveryKind;
  via: 'reply' | 'push';
  reason: string | null;
  /** Pushes this delivery did without: one for each saying it carried, less the one it cost. */
  saved: number;
  /** ms since it was decided. */
  age: number;
};

export type OutboxDeps = {
  store: Store;
  vault: Vault;
  /** Has to settle within 12 s. */
  send: Send;
  render: Render;
  quota?: Quota;
  now(): number;
  /** 0 ≤ random < 1. */
  random(): number;
  uuid(): string;
  /** The fields hold no content and no ids of residents. */
  log: Log;
  onEvent?(event: DeliveryEvent): void;
};

/** What the parts of the outbox share. */
export type Inside = OutboxDeps & {
  queries: ReturnType<typeof outboxQueries>;
  markSent: MarkSent;
  /** Says what became of a delivery, once that is committed. */
  tell(row: DeliveryTable, what: DeliveryEvent['what'], reason: string | null): void;
};
