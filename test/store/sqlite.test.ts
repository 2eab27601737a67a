import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openSqlite } from '../../src/store/sqlite.ts';
import { storeContract } from '../contract/store.ts';
import { readMigrations } from '../support/migrations.ts';

const folder = mkdtempSync(join(tmpdir(), 'madoguchi-'));
afterAll(() => rmSync(folder, { recursive: true }));

storeContract('SQLite', {
  open: async () => openSqlite({ file: join(folder, 'contract.db') }),
  migrations: readMigrations(),
});
