import { expect, test } from 'vitest';
import { freshSnapshot } from '../../src/conversation/snapshot.ts';
import { createOpener } from '../../src/handle/opener.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { readMigrations } from '../support/migrations.ts';
import { vaultOn } from '../support/vault.ts';

const place = { hash: 'h', step: 'start', answers: {}, misunderstood: 0, timers: 0 };
const snapshot = { ...freshSnapshot(place, 'ja'), topic: 'work' };

async function opened() {
  const store = openSqlite({ file: ':memory:' });
  await store.migrate(readMigrations());
  const vault = await vaultOn(store);
  const opener = createOpener(vault);
  const key = vault.newDataKey();
  const row = {
    id: 'c',
    version: 2,
    state: 'bot',
    consultation_id: 'k',
    language: 'ja',
    unreachable: 0,
    sealed_snapshot: opener.seal('c', 2, key, snapshot),
    sealed_key: vault.wrap(key, 'k'),
  } as const;
  return { vault, opener, key, row };
}

test('what was sealed a moment ago opens to the same, with and without having been kept', async () => {
  const { vault, opener, row } = await opened();
  expect(opener.open(row)).toMatchObject({ state: 'open', snapshot });
  expect(createOpener(vault).open(row)).toMatchObject({ state: 'open', snapshot });
});

test('a destroyed key forgets it at once, kept or not', async () => {
  const { opener, row } = await opened();
  expect(opener.open({ ...row, sealed_key: null })).toEqual({ state: 'forgotten' });
});

test('only the very same sealed value is taken for known: another is opened, or found broken', async () => {
  const { vault, opener, key, row } = await opened();
  const other = createOpener(vault).seal('c', 2, key, { ...snapshot, topic: 'home' });
  expect(opener.open({ ...row, sealed_snapshot: other })).toMatchObject({ snapshot: { topic: 'home' } });
  expect(opener.open({ ...row, sealed_snapshot: `${row.sealed_snapshot.slice(0, -4)}AAAA` })).toEqual({
    state: 'broken',
  });
  expect(opener.open({ ...row, id: 'd' })).toEqual({ state: 'broken' });
});
