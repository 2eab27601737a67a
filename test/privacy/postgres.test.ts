import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSealer } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { forgetDue } from '../../src/privacy/retention.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { stillSealedUnder } from '../../src/store/queries/aside.ts';
import { putHold } from '../../src/store/queries/retention.ts';
import { type Office, openOffice } from '../console/office.ts';
import { startPostgres } from '../support/postgres.ts';

const day = 86_400_000;
let server: Awaited<ReturnType<typeof startPostgres>>;
let office: Office;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase('privacy');
  office = await openOffice({ store: openPostgres({ url }) });
});
afterAll(async () => {
  await office?.store.close();
  await server?.stop();
});

test('the log, its chain, holds and forgetting work on PostgreSQL as on SQLite', async () => {
  const { store, clock, deps } = office;
  await office.staff('reader', ['supervisor']);
  const over = await office.talk({ state: 'closed', resident: randomBytes(8).toString('hex') });
  const open = await office.talk({ state: 'waiting' });
  const sealer = { store, hash: deps.auditHash, now: () => clock.now, log: () => {} };
  expect(await createSealer(sealer)()).toBe(0);
  clock.now += 2 * day;
  const policy = { contentMs: day, notesMs: day, logMs: 365 * day, remindMs: day };
  expect(await forgetDue({ ...sealer, vault: office.vault, policy: () => policy }, clock.now)).toMatchObject({
    content: 1,
  });
  const left = await store.read(store.sql.selectFrom('event').select('consultation_id').compile());
  expect(left).toEqual([{ consultation_id: open.id }]);
  const tombstones = await store.read(store.sql.selectFrom('tombstone').selectAll().compile());
  expect(tombstones).toHaveLength(1);
  const facts = await store.read(
    store.sql.selectFrom('consultation').selectAll().where('id', '=', over.id).compile(),
  );
  expect(facts).toMatchObject([{ sealed_key: null, conversation_id: null }]);
  expect(await createSealer(sealer)()).toBeGreaterThan(0);
  expect(await verifyLog(sealer)).toMatchObject({ breaks: [], unsealed: 0, blocks: 1 });
  clock.now += 366 * day;
  expect(await forgetDue({ ...sealer, vault: office.vault, policy: () => policy }, clock.now)).toMatchObject({
    blocks: 1,
  });
});

test('forgetting that waits for the commit of a hold sees the hold', async () => {
  const { store, clock } = office;
  const { sql } = store;
  const talk = await office.talk({ state: 'closed', resident: randomBytes(8).toString('hex') });
  const [row] = await store.read(
    sql.selectFrom('consultation').select('sealed_key').where('id', '=', talk.id).compile(),
  );
  clock.now += 2 * day;
  const at = clock.now;
  const hold = { consultation_id: talk.id, staff_id: 's', sealed_reason: 'x', at, until: at + day };
  const held = putHold(sql, hold);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('begin');
  for (const { sql: text, parameters } of [stillSealedUnder(sql, talk.id, row?.sealed_key ?? ''), held])
    await other.query(text, [...parameters]);
  const policy = { contentMs: day, notesMs: day, logMs: 365 * day, remindMs: day };
  const forgetting = forgetDue(
    { store, vault: office.vault, policy: () => policy, now: () => clock.now, log: () => {} },
    clock.now,
  );
  await vi.waitUntil(
    async () =>
      (await other.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).rowCount === 1,
    { timeout: 10_000 },
  );
  await other.query('commit');
  await other.end();
  expect(await forgetting).toMatchObject({ content: 0 });
  expect(
    await store.read(sql.selectFrom('consultation').select('sealed_key').where('id', '=', talk.id).compile()),
  ).toEqual([row]);
});
