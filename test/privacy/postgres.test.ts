import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSealer } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { forgetDue } from '../../src/privacy/retention.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { type Office, openOffice } from '../console/office.ts';
import { startPostgres } from '../support/postgres.ts';

const day = 86_400_000;
let server: Awaited<ReturnType<typeof startPostgres>>;
let office: Office;

beforeAll(async () => {
  server = await startPostgres();
  office = await openOffice({ store: openPostgres({ url: await server.createDatabase('privacy') }) });
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
