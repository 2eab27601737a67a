import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** One key of the ring, as the purposes derived from it. `id` is a fingerprint: it says which key, and nothing about it. */
export type RingKey = { id: string; wrap: KeyObject; identity: KeyObject };

/** The keys of `MADOGUCHI_KEY`; the first seals, all open. */
export type KeyRing = { current: RingKey; byId: ReadonlyMap<string, RingKey> };

export type ParsedRing = { ok: true; ring: KeyRing } | { ok: false; message: string };

/**
 * Reads `MADOGUCHI_KEY`: the base64 of 32 random bytes, or, while keys are being changed, several of them separated by
 * commas, the newest first, each with a label in front if wanted (`2027:…,2026:…`). A label is for people only: what is
 * stored with a sealed value is the fingerprint of the key, so labels may change. Weak and malformed keys are refused
 * with a sentence for whoever starts the server; it never contains the key.
 */
export function parseKeyRing(text: string | undefined): ParsedRing {
  const entries = (text ?? '').split(',').map((entry) => entry.trim().replace(/^[A-Za-z0-9._-]+:/u, ''));
  if (entries.length === 1 && entries[0] === '') return refuse('is not set', '設定されていません');
  const keys: RingKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const which = entries.length === 1 ? '' : ` (key ${index + 1})`;
    const bytes = decode(entry);
    if (!bytes)
      return refuse(`is not the base64 of 32 bytes${which}`, `32バイトのbase64ではありません${which}`);
    if (isWeak(bytes))
      return refuse(`is not random enough${which}`, `でたらめさが足りず、推測できるおそれがあります${which}`);
    keys.push(deriveRingKey(bytes));
  }
  const byId = new Map(keys.map((key) => [key.id, key]));
  const [current] = keys;
  if (!current || byId.size !== keys.length)
    return refuse('names one key twice', '同じ鍵が二度書かれています');
  return { ok: true, ring: { current, byId } };
}

function refuse(english: string, japanese: string): ParsedRing {
  return {
    ok: false,
    message:
      `MADOGUCHI_KEY が${japanese}。「openssl rand -base64 32」で作った値を設定し、データベースとは別の場所に控えてください。` +
      `(MADOGUCHI_KEY ${english})`,
  };
}

function decode(entry: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/u.test(entry)) return undefined;
  const bytes = Buffer.from(entry, 'base64');
  return bytes.length === 32 ? bytes : undefined;
}

/** What 32 random bytes are not, but for one time in 10^13: repetitive, evenly rising, or a typed phrase. */
function isWeak(bytes: Buffer): boolean {
  if (new Set(bytes).size < 16) return true;
  if (new Set(bytes.map((byte, i) => byte - (bytes[i - 1] ?? byte - 1))).size <= 2) return true;
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function deriveRingKey(master: Buffer): RingKey {
  return {
    id: Buffer.from(derive(master, 'id')).toString('hex').slice(0, 8),
    wrap: createSecretKey(derive(master, 'wrap')),
    identity: createSecretKey(derive(master, 'identity')),
  };
}

/** A key for one purpose out of a key for several: HKDF-SHA256 (RFC 5869), so that neither tells about the other. */
export function derive(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `madoguchi ${purpose} v1`, 32));
}
