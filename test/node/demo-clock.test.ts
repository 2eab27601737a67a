import { afterEach, expect, test } from 'vitest';
import { createDemoClock, readInstant } from '../../src/node/demo-clock.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { readMigrations } from '../support/migrations.ts';

let store: Store;
afterEach(() => store.close());

test.each([
  ['forward', '2026-11-24T10:05'],
  ['back', '2026-11-24T02:00'],
])('while it leaps %s, nothing planned is due and nobody who is there seems gone', async (_, to) => {
  const clock = createDemoClock(readInstant('2026-11-24T10:00'));
  store = openSqlite({ file: ':memory:' });
  await store.migrate(readMigrations());
  const { sql } = store;
  const presence = { staff_id: 's', on_duty: 1, capacity: 1, seen_at: clock.now() };
  const timer = { conversation_id: 'c', name: 'idle', due_at: clock.now() + 60_000 };
  await store.commit([
    { query: sql.insertInto('presence').values(presence).compile() },
    { query: sql.insertInto('timer').values(timer).compile() },
  ]);
  const look = async () => {
    const [seen] = await store.read(sql.selectFrom('presence').select('seen_at').compile());
    const [due] = await store.read(sql.selectFrom('timer').select('due_at').compile());
    const now = clock.now();
    expect(now - (seen?.seen_at ?? 0)).toBeLessThan(30_000);
    expect((due?.due_at ?? 0) - now).toBeGreaterThan(30_000);
  };
  clock.attach({
    ...store,
    async commit(writes) {
      await look();
      const committed = await store.commit(writes);
      await look();
      return committed;
    },
  });
  await clock.set(readInstant(to));
  await look();
  expect(clock.now() - (readInstant(to) ?? 0)).toBeLessThan(30_000);
});
