import { randomBytes } from 'node:crypto';
import { settings } from '../../src/store/queries/setting.ts';
import type { Store } from '../../src/store/store.ts';
import { loadKeys } from '../../src/vault/keys.ts';
import { parseKeyRing } from '../../src/vault/ring.ts';
import { createVault, type Vault } from '../../src/vault/vault.ts';

/** A vault with a new key, its lasting keys in the store. */
export async function vaultOn(store: Store): Promise<Vault> {
  const parsed = parseKeyRing(randomBytes(32).toString('base64'));
  if (!parsed.ok) throw new Error(parsed.message);
  return createVault(await loadKeys(settings(store), parsed.ring, randomBytes), randomBytes);
}
