import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { firstCode, join } from '../../src/console/invite.ts';
import { createSessions } from '../../src/console/session.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { readMigrations } from '../support/migrations.ts';

const folder = mkdtempSync(path(tmpdir(), 'madoguchi-first-code-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('only the newest first code opens the door, once', async () => {
  const store = openSqlite({ file: path(folder, 'test.db') });
  await store.migrate(readMigrations());
  const sessions = createSessions(store, {
    publicUrl: 'http://localhost:3000',
    secret: 'x'.repeat(43),
    demo: false,
  });
  const deps = { store, sessions, now: Date.now, random: (size: number) => randomBytes(size) };
  const codes = [await firstCode(deps), await firstCode(deps)];
  const as = (code: string | undefined, email: string) =>
    join(deps, { code: code ?? '', name: '管理者', email, password: 'a-long-password' });
  expect(await as(codes[0], 'first@city.test')).toMatchObject({ ok: false });
  expect(await as(codes[1], 'first@city.test')).toMatchObject({ ok: true });
  expect(await as(codes[1], 'second@city.test')).toMatchObject({ ok: false });
  expect(await firstCode(deps)).toBeUndefined();
  await store.close();
});
