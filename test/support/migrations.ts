import { readdirSync, readFileSync } from 'node:fs';
import type { Migration } from '../../src/store/store.ts';

/** The files of `migrations/`, as the doors read them. */
export function readMigrations(): Migration[] {
  const folder = new URL('../../migrations/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8') }));
}
