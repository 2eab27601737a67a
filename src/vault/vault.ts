import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Keys } from './keys.ts';
import { ivSize, openWith, type Random, sealWith, Unsealable } from './seal.ts';

/** The key of one consultation's content. Destroying its wrapped form forgets the content everywhere. */
export type DataKey = { readonly key: KeyObject };

/**
 * Seals and opens what may not stand in the database in clear: AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV.
 * The context (`event:<conversation>:<version>`, `outbox:<id>` …) is authenticated with the value, so a sealed value
 * moved to another row does not open. Everything comes out as base64url; what the key ring seals starts with the id of
 * its key. Opening throws `Unsealable`.
 */
export type Vault = {
  /** The conversation's id: HMAC-SHA256 of channel and LINE user id; the same for ever, useless without the key. */
  pseudonym(channel: string, userId: string): string;
  /** Finds the event of a LINE message id (unsend) without storing the id. */
  messageKey(messageId: string): string;
  sealUser(conversationId: string, userId: string): string;
  openUser(conversationId: string, sealed: string): string;
  newDataKey(): DataKey;
  wrap(dataKey: DataKey, consultationId: string): string;
  unwrap(sealed: string, consultationId: string): DataKey;
  seal(dataKey: DataKey, context: string, plain: string): string;
  open(dataKey: DataKey, context: string, sealed: string): string;
  /** Keyed hash (HMAC-SHA256) over a block of the log: whoever has only the database cannot make one. */
  auditHash(text: string): string;
  /** True when a wrapped or user value was sealed by an older key of the ring; `keys rotate` seals it anew. */
  isOld(sealed: string): boolean;
};

export function createVault({ ring, pseudonym, message, audit }: Keys, random: Random): Vault {
  const nextIv = ivSource(random);
  const seal = (key: KeyObject, context: string, plain: Uint8Array | string) =>
    sealWith(key, nextIv(), context, plain);

  const ringKey = (sealed: string) => {
    const dot = sealed.indexOf('.');
    const key = ring.byId.get(sealed.slice(0, dot));
    if (!key) throw new Unsealable('sealed by a key that is not in MADOGUCHI_KEY');
    return { key, body: sealed.slice(dot + 1) };
  };

  return {
    pseudonym: (channel, userId) =>
      createHmac('sha256', pseudonym).update(`${channel}\0${userId}`).digest('base64url'),
    messageKey: (messageId) => createHmac('sha256', message).update(messageId).digest('base64url'),
    sealUser: (conversationId, userId) =>
      `${ring.current.id}.${seal(ring.current.identity, `user:${conversationId}`, userId)}`,
    openUser(conversationId, sealed) {
      const { key, body } = ringKey(sealed);
      return openWith(key.identity, `user:${conversationId}`, body).toString('utf8');
    },
    newDataKey: () => ({ key: createSecretKey(random(32)) }),
    wrap: (dataKey, consultationId) =>
      `${ring.current.id}.${seal(ring.current.wrap, `key:${consultationId}`, dataKey.key.export())}`,
    unwrap(sealed, consultationId) {
      const { key, body } = ringKey(sealed);
      return { key: createSecretKey(openWith(key.wrap, `key:${consultationId}`, body)) };
    },
    seal: (dataKey, context, plain) => seal(dataKey.key, context, plain),
    open: (dataKey, context, sealed) => openWith(dataKey.key, context, sealed).toString('utf8'),
    auditHash: (text) => createHmac('sha256', audit).update(text).digest('base64url'),
    isOld: (sealed) => !sealed.startsWith(`${ring.current.id}.`),
  };
}

/** Fetches randomness for many IVs at once: one call an IV would cost as much as the sealing. */
function ivSource(random: Random): () => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used + ivSize > pool.length) [pool, used] = [random(ivSize * 256), 0];
    used += ivSize;
    return pool.subarray(used - ivSize, used);
  };
}
