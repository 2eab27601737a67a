import { afterAll, beforeAll, expect, test } from 'vitest';
import { format } from '../../src/metrics/format.ts';
import { gauges } from '../../src/metrics/gauges.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { readMigrations } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';
import { engineOn, minute, someoneWaits } from './engine.ts';
import { openReceiver } from './receivers.ts';

const start = Date.parse('2026-11-24T02:00:00+09:00');
let server: Awaited<ReturnType<typeof startPostgres>>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
const stores: Store[] = [];

beforeAll(async () => {
  [server, receiver] = await Promise.all([startPostgres(), openReceiver()]);
  const url = await server.createDatabase('alerts');
  for (let i = 0; i < 3; i++) stores.push(openPostgres({ url }));
  await stores[0]?.migrate(readMigrations());
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all([server.stop(), receiver.close()]);
});

test('three processes on one PostgreSQL tell everybody once, and count the same', async () => {
  const clock = { now: start };
  const engines = stores.map((store) => engineOn(store, receiver.url, clock));
  const look = async () => {
    await Promise.all(engines.map((one) => one.tick()));
    await Promise.all(engines.map((one) => one.drain(10_000)));
    clock.now += 1_000;
  };
  const [store] = stores as [Store];
  for (const level of ['high', 'imminent', 'high', 'imminent'] as const)
    await someoneWaits(store, level, start);
  for (let i = 0; i < 3; i++) await look();
  expect(receiver.got.map(({ path }) => path)).toEqual(['/a', '/a', '/a', '/a']);

  // As a process leaves a try that died of SIGKILL while telling: the others wait for its lease to end, then one tells again.
  const [victim] = await store.read(store.sql.selectFrom('alert_try').select('id').limit(1).compile());
  const died = store.sql
    .updateTable('alert_try')
    .set({ state: 'sending', due_at: clock.now + minute, ended_at: null })
    .where('id', '=', victim?.id ?? '');
  await store.commit([{ query: died.compile(), expect: 1 }]);
  for (let i = 0; i < 3; i++) await look();
  expect(receiver.got).toHaveLength(4);
  clock.now += minute;
  for (let i = 0; i < 3; i++) await look();
  expect(receiver.got.map(({ path }) => path)).toEqual(['/a', '/a', '/a', '/a', '/a']);

  clock.now += 5 * minute;
  for (let i = 0; i < 3; i++) await look();
  expect(receiver.got.filter(({ path }) => path === '/b')).toHaveLength(4);
  expect(receiver.got).toHaveLength(9);

  const text = format(await gauges(store, { now: clock.now, quotaLeft: null }));
  expect(text).toContain('madoguchi_alerts{state="open"} 4\n');
  expect(text).toContain('madoguchi_alert_tries{way="webhook",state="sent"} 8\n');
  expect(text).toContain('madoguchi_alert_tries{way="webhook",state="unknown"} 1\n');
  // Who came second with the same alert left nothing behind.
  expect(text).not.toContain('state="dropped"');
  expect(text).toContain('madoguchi_queue{state="waiting",level="imminent"} 2\n');
  expect(text).toContain(`madoguchi_oldest_wait_seconds{level="high"} ${(clock.now - start) / 1000}\n`);
});
