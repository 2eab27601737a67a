import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setDuty } from '../../src/store/queries/presence.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { readMigrations } from '../support/migrations.ts';
import { engineOn, minute, someoneAccepts, someoneWaits } from './engine.ts';
import { openReceiver } from './receivers.ts';

const start = Date.parse('2026-11-24T02:00:00+09:00');
let folder: string;
let store: Store;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let status: Record<string, number>;
const clock = { now: start };

beforeEach(async () => {
  clock.now = start;
  status = {};
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-alerts-'));
  store = openSqlite({ file: join(folder, 'test.db') });
  await store.migrate(readMigrations());
  receiver = await openReceiver((path) => status[path] ?? 200);
});
afterEach(async () => {
  await receiver.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const engine = (log: string[] = []) => engineOn(store, receiver.url, clock, log);
const told = () => receiver.got.map(({ path }) => path).join(' ');
/** Some time passes, and every engine looks until nothing is left to do. */
async function pass(ms: number, ...engines: ReturnType<typeof engine>[]): Promise<void> {
  clock.now += ms;
  for (let i = 0; i < 3; i++) {
    await Promise.all(engines.map((one) => one.tick()));
    await Promise.all(engines.map((one) => one.drain(10_000)));
    clock.now += 1_000;
  }
}

test('people are told step by step until somebody acknowledges; each try is recorded', async () => {
  const alerts = engine();
  await someoneWaits(store, 'high', start);
  await pass(0, alerts);
  expect(told()).toBe('/a');
  await pass(4 * minute, alerts);
  expect(told()).toBe('/a');
  await pass(minute, alerts);
  expect(told()).toBe('/a /b');
  const [alert] = await alerts.list();
  expect(alert).toMatchObject({
    level: 'high',
    reason: 'absent',
    state: 'open',
    tries: [
      { person: '甲', way: 'webhook', state: 'sent' },
      { person: '乙', way: 'webhook', state: 'sent' },
    ],
  });
  expect(await alerts.acknowledge(alert?.id ?? '', 'person:b')).toBe('done');
  expect(await alerts.acknowledge(alert?.id ?? '', 'staff:s')).toBe('already');
  expect(await alerts.acknowledge('none', 'staff:s')).toBe('absent');
  await pass(14 * minute, alerts);
  expect(told()).toBe('/a /b');
  expect(await alerts.list()).toMatchObject([{ state: 'acknowledged', acknowledgedBy: '乙' }]);
  // Whoever said so fell asleep: it begins again.
  await pass(minute, alerts);
  expect(told()).toBe('/a /b /a');
});

test('accepting the consultation acknowledges: nobody else is told', async () => {
  const alerts = engine();
  const consultation = await someoneWaits(store, 'imminent', start);
  await pass(0, alerts);
  await someoneAccepts(store, consultation);
  await pass(60 * minute, alerts);
  expect(told()).toBe('/a');
  expect(await alerts.list()).toMatchObject([{ state: 'over' }]);
  expect(await alerts.nextDue()).toBeNull();
});

test('a counselor who is present holds an alert back, until they go or are not heard of any more', async () => {
  const alerts = engine();
  const duty = (on_duty: number) =>
    store.commit([
      { query: setDuty(store.sql, { staff_id: 'yamada', on_duty, capacity: 2, seen_at: clock.now }) },
    ]);
  await duty(1);
  await someoneWaits(store, 'high', start);
  await pass(0, alerts);
  await duty(1);
  await pass(20_000, alerts);
  expect(told()).toBe('');
  await duty(0);
  await pass(0, alerts);
  expect(told()).toBe('/a');
  // The next one comes while a console is open that soon closes without a word.
  await duty(1);
  await someoneWaits(store, 'high', clock.now);
  await pass(0, alerts);
  expect(told()).toBe('/a');
  await pass(30_000, alerts);
  expect(told()).toBe('/a /a');
});

test('whoever acknowledges while it is tried again is the last to hear of it', async () => {
  const alerts = engine();
  status = { '/a': 500 };
  await someoneWaits(store, 'imminent', start);
  await pass(0, alerts);
  const [alert] = await alerts.list();
  expect(alert?.tries).toMatchObject([{ state: 'failed' }, { state: 'due' }]);
  await alerts.acknowledge(alert?.id ?? '', 'staff:s');
  expect((await alerts.list())[0]?.tries).toMatchObject([{ state: 'failed' }, { state: 'dropped' }]);
  await pass(10_000, alerts);
  expect(told()).toBe('/a');
});

test.each([
  ['is to be told', 'due', ''],
  ['could not be told', 'sending', '/a'],
])('whoever acknowledges at the very moment somebody %s is in time', async (_, at, heard) => {
  const other = engine();
  status = { '/a': 500 };
  const late: Store = {
    ...store,
    async commit(writes) {
      const [alert] = await other.list();
      if (alert?.state === 'open' && alert.tries.some(({ state }) => state === at))
        await other.acknowledge(alert.id, 'staff:s');
      return store.commit(writes);
    },
  };
  const alerts = engineOn(late, receiver.url, clock);
  await someoneWaits(store, 'high', start);
  await pass(0, alerts);
  await pass(10_000, alerts);
  expect(told()).toBe(heard);
});

test('several processes on one database tell everybody once', async () => {
  const engines = [engine(), engine(), engine()];
  const levels = ['high', 'imminent', 'high', 'imminent', 'high'] as const;
  for (const level of levels) await someoneWaits(store, level, start);
  await pass(0, ...engines);
  expect(receiver.got).toHaveLength(5);
  await pass(5 * minute, ...engines);
  expect(receiver.got.filter(({ path }) => path === '/b')).toHaveLength(5);
  expect(receiver.got).toHaveLength(10);
});

test('what fails for a moment is tried again; what fails for good hands on to the next step at once', async () => {
  const alerts = engine();
  status = { '/a': 500, '/b': 404 };
  await someoneWaits(store, 'high', start);
  await pass(0, alerts);
  expect(told()).toBe('/a');
  status['/a'] = 200;
  await pass(5_000, alerts);
  expect(told()).toBe('/a /a');
  const [alert] = await alerts.list();
  expect(alert?.tries).toMatchObject([
    { state: 'failed', reason: 'http-500' },
    { state: 'sent', reason: null },
  ]);
  // The second step's only address is gone: the third does not wait its five minutes.
  await pass(5 * minute, alerts);
  expect(told()).toBe('/a /a /b /c');
});

test('a process that died while telling is followed by one that tells again', async () => {
  const alerts = engine();
  await someoneWaits(store, 'high', start);
  await alerts.tick();
  await alerts.drain(10_000);
  // As SIGKILL between telling and writing it down leaves it.
  const died = store.sql
    .updateTable('alert_try')
    .set({ state: 'sending', due_at: start + minute, ended_at: null });
  await store.commit([{ query: died.compile() }]);
  await pass(0, engine());
  expect(told()).toBe('/a /a');
  const [alert] = await alerts.list();
  expect(alert?.tries).toMatchObject([{ state: 'unknown' }, { state: 'sent' }]);
});

test('an alarm is told when to look next', async () => {
  const alerts = engine();
  expect(await alerts.nextDue()).toBeNull();
  await someoneWaits(store, 'high', start);
  expect(await alerts.nextDue()).toBe(start);
  await alerts.tick();
  await alerts.drain(10_000);
  expect(await alerts.nextDue()).toBe(start + 5 * minute);
});

test('neither the messages nor the log hold an id or a name of the conversation', async () => {
  const log: string[] = [];
  const alerts = engine(log);
  const consultation = await someoneWaits(store, 'imminent', start - 3 * minute);
  await pass(0, alerts);
  expect(receiver.got[0]?.body).toMatchObject({
    level: 'imminent',
    waiting_seconds: 180,
    console_url: 'https://soudan.test/console/',
  });
  for (const text of [receiver.got[0]?.raw ?? '', log.join('\n')]) {
    expect(text).not.toContain(consultation);
    expect(text).not.toContain('127.0.0.1');
  }
  expect(log.some((line) => line.includes('alert-told'))).toBe(true);
});
