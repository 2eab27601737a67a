import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeyStore, loadKeys } from '../../src/vault/keys.ts';
import { nameOf } from '../../src/vault/name.ts';
import { type KeyRing, parseKeyRing } from '../../src/vault/ring.ts';
import { Unsealable } from '../../src/vault/seal.ts';
import { createVault } from '../../src/vault/vault.ts';

const newKey = () => randomBytes(32).toString('base64');

function ringOf(text: string): KeyRing {
  const parsed = parseKeyRing(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.ring;
}

function memory(): KeyStore & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (name) => values.get(name),
    add: async (name, value) => {
      if (!values.has(name)) values.set(name, value);
    },
  };
}

const vaultWith = async (text: string, settings: KeyStore = memory()) =>
  createVault(await loadKeys(settings, ringOf(text), randomBytes), randomBytes);

describe('the key ring', () => {
  test('takes one bare key, or several with labels, newest first', () => {
    const [old, young] = [newKey(), newKey()];
    const both = ringOf(`2027:${young}, 2026:${old}`);
    expect(both.byId.size).toBe(2);
    expect(both.current.id).toBe(ringOf(young).current.id);
    expect(both.byId.has(ringOf(old).current.id)).toBe(true);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['a password', 'madoguchi-password'],
    ['too short', randomBytes(16).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['a typed phrase', Buffer.from('himitsu-no-kagi-himitsu-no-kagi!').toString('base64')],
    ['rising bytes', Buffer.from(Array.from({ length: 32 }, (_, i) => i * 3)).toString('base64')],
    ['one key twice', (() => ((key) => `${key},a:${key}`)(newKey()))()],
    ['a good key and a bad one', `${newKey()},AAAA`],
  ])('refuses %s and says how to make one, without repeating it', (_, text) => {
    const parsed = parseKeyRing(text);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.message).toContain('openssl rand -base64 32');
    expect(parsed.message).toMatch(/設定/u);
    if (text)
      for (const part of text.split(',')) if (part.length > 8) expect(parsed.message).not.toContain(part);
  });

  test('takes every key openssl makes', () => {
    for (let i = 0; i < 1_000; i++) expect(parseKeyRing(newKey()).ok).toBe(true);
  });
});

describe('sealing', () => {
  test('what was sealed opens to the same text, and only with its key and context', async () => {
    const vault = await vaultWith(newKey());
    const key = vault.newDataKey();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
        const sealed = vault.seal(key, context, plain);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/u);
        expect(vault.open(key, context, sealed)).toBe(plain);
        expect(() => vault.open(key, `${context}x`, sealed)).toThrow(Unsealable);
        expect(() => vault.open(vault.newDataKey(), context, sealed)).toThrow(Unsealable);
      }),
    );
  });

  test('a change of any character is noticed', async () => {
    const vault = await vaultWith(newKey());
    const key = vault.newDataKey();
    const sealed = vault.seal(key, 'event:c:1', 'もう限界です');
    for (let i = 0; i < sealed.length; i++) {
      const other = sealed[i] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, i) + other + sealed.slice(i + 1);
      if (Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'))) continue;
      expect(() => vault.open(key, 'event:c:1', changed)).toThrow(Unsealable);
    }
    expect(() => vault.open(key, 'event:c:1', '')).toThrow(Unsealable);
    expect(() => vault.open(key, 'event:c:1', sealed.slice(0, -1))).toThrow(Unsealable);
  });

  test('the same text never seals to the same value, over many more than one fetch of randomness', async () => {
    const vault = await vaultWith(newKey());
    const key = vault.newDataKey();
    const seen = new Set(Array.from({ length: 2_000 }, () => vault.seal(key, 'c', 'x').slice(0, 16)));
    expect(seen.size).toBe(2_000);
  });

  test('a data key opens only for its consultation, a user id only for its conversation', async () => {
    const vault = await vaultWith(newKey());
    const dataKey = vault.newDataKey();
    const wrapped = vault.wrap(dataKey, 'consultation-1');
    const sealed = vault.seal(dataKey, 'c', 'はい');
    expect(vault.open(vault.unwrap(wrapped, 'consultation-1'), 'c', sealed)).toBe('はい');
    expect(() => vault.unwrap(wrapped, 'consultation-2')).toThrow(Unsealable);
    const user = vault.sealUser('conversation-1', 'U0123');
    expect(user).not.toContain('U0123');
    expect(vault.openUser('conversation-1', user)).toBe('U0123');
    expect(() => vault.openUser('conversation-2', user)).toThrow(Unsealable);
  });
});

describe('keys that last', () => {
  test('pseudonyms, message keys and the session secret survive a change of the ring', async () => {
    const settings = memory();
    const [old, young] = [newKey(), newKey()];
    const before = await vaultWith(old, settings);
    const after = await vaultWith(`${young},${old}`, settings);
    expect(after.pseudonym('line', 'U1')).toBe(before.pseudonym('line', 'U1'));
    expect(after.messageKey('100')).toBe(before.messageKey('100'));
    const user = before.sealUser('c', 'U1');
    expect(after.openUser('c', user)).toBe('U1');
    expect([after.isOld(user), after.isOld(after.sealUser('c', 'U1'))]).toEqual([true, false]);
  });

  test('pseudonyms differ by channel, user and installation, and contain neither', async () => {
    const vault = await vaultWith(newKey());
    const other = await vaultWith(newKey());
    const one = vault.pseudonym('line', 'U1');
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/u);
    expect(
      new Set([
        one,
        vault.pseudonym('line', 'U2'),
        vault.pseudonym('web', 'U1'),
        other.pseudonym('line', 'U1'),
      ]).size,
    ).toBe(4);
    expect(vault.messageKey('U1')).not.toBe(one);
  });

  test('a database of another key is refused with a sentence, and nothing is changed', async () => {
    const settings = memory();
    await vaultWith(newKey(), settings);
    const stored = new Map(settings.values);
    await expect(vaultWith(newKey(), settings)).rejects.toThrow(
      /MADOGUCHI_KEY がこのデータベースの鍵と違います/u,
    );
    expect(settings.values).toEqual(stored);
  });

  test('two processes that start together agree on the keys', async () => {
    const settings = memory();
    const key = newKey();
    const [a, b] = await Promise.all([vaultWith(key, settings), vaultWith(key, settings)]);
    expect(a.pseudonym('line', 'U1')).toBe(b.pseudonym('line', 'U1'));
  });
});

describe('the name of a conversation', () => {
  test('is the same for the same pseudonym and differs for most others', () => {
    const names = Array.from({ length: 500 }, () => nameOf(randomBytes(32).toString('base64url')));
    for (const name of names) expect(name).toMatch(/^[ぁ-んー]+色の[ァ-ヶー]+$/u);
    expect(new Set(names).size).toBeGreaterThan(450);
    expect(nameOf('abc')).toBe(nameOf('abc'));
  });
});
