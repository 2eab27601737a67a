import { env } from 'cloudflare:workers';
import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { openD1 } from '../../../src/store/d1.ts';
import { settings } from '../../../src/store/queries/setting.ts';
import { loadKeys } from '../../../src/vault/keys.ts';
import { parseKeyRing } from '../../../src/vault/ring.ts';
import { Unsealable } from '../../../src/vault/seal.ts';
import { createVault } from '../../../src/vault/vault.ts';

test('the vault seals, opens and refuses inside workerd, with its keys in D1', async () => {
  const store = openD1(env.DB);
  await store.migrate(inject('migrations'));
  const parsed = parseKeyRing(randomBytes(32).toString('base64'));
  if (!parsed.ok) throw new Error(parsed.message);
  const vault = createVault(await loadKeys(settings(store), parsed.ring, randomBytes), randomBytes);

  const key = vault.unwrap(vault.wrap(vault.newDataKey(), 'c'), 'c');
  const sealed = vault.seal(key, 'event:c:1', 'だれにも言えない');
  expect(vault.open(key, 'event:c:1', sealed)).toBe('だれにも言えない');
  expect(() => vault.open(key, 'event:c:2', sealed)).toThrow(Unsealable);
  expect(vault.openUser('p', vault.sealUser('p', 'U1'))).toBe('U1');

  const again = createVault(await loadKeys(settings(store), parsed.ring, randomBytes), randomBytes);
  expect(again.pseudonym('line', 'U1')).toBe(vault.pseudonym('line', 'U1'));
});
