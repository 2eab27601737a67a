import crypto, { randomBytes, randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { openPostgres } from '../store/postgres.ts';
import { settings } from '../store/queries/setting.ts';
import { openSqlite, type SqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { type Keys, loadKeys } from '../vault/keys.ts';
import { parseKeyRing } from '../vault/ring.ts';
import { createVault, type Vault } from '../vault/vault.ts';
import { readMigrations } from './files.ts';

export const random = (bytes: number): Uint8Array => randomBytes(bytes);
/** Ordered by time where Node can (24), so that what is made together lies together in the database's indexes. */
export const uuid: () => string = crypto.randomUUIDv7 ?? randomUUID;

/** Why the program does not start: a sentence for whoever started it. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

export type Opened = { store: Store; vault: Vault; keys: Keys; sqlite: SqliteStore | null };

/** Opens the database, brings its tables up to date, and loads the keys. Throws `CannotStart` with what to do. */
export async function openData(root: string, databaseUrl: string, keyRing: string): Promise<Opened> {
  const ring = parseKeyRing(keyRing);
  if (!ring.ok) throw new CannotStart(ring.message);
  const { store, sqlite } = await openTables(root, databaseUrl);
  const keys = await loadKeys(settings(store), ring.ring, random).catch((error: unknown) => {
    throw error instanceof Error && error.name === 'Unsealable' ? new CannotStart(error.message) : error;
  });
  return { store, vault: createVault(keys, random), keys, sqlite };
}

/** Opens the database without keys, for what is not sealed: revisions of flows. */
export const openStore = async (root: string, databaseUrl: string): Promise<Store> =>
  (await openTables(root, databaseUrl)).store;

async function openTables(root: string, databaseUrl: string): Promise<Pick<Opened, 'store' | 'sqlite'>> {
  const sqlite = databaseUrl.startsWith('sqlite:')
    ? openFile(root, databaseUrl.slice('sqlite:'.length))
    : null;
  const store = sqlite ?? openPostgres({ url: databaseUrl });
  await store.migrate(readMigrations(root));
  return { store, sqlite };
}

function openFile(root: string, path: string): SqliteStore {
  const file = resolve(root, path);
  return openSqlite({ file, backupBeforeMigrating: `${file}.before-migration`, thread: true });
}

/** `flows/ise`, `flows\ise\`, `flows/ise/flow.yaml`, `ise` or nothing, as somebody typed it: the folder's name below `flows/`. */
export const flowFolder = (typed: string | undefined): string =>
  (typed ?? 'ise')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)?flows\//u, '')
    .replace(/(?:\/flow\.yaml|\/)$/u, '');

export const rootFolder = join(import.meta.dirname, '..', '..');
