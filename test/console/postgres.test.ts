import { afterAll, beforeAll, expect, test } from 'vitest';
import { bounds, search } from '../../src/console/search.ts';
import type { Staff } from '../../src/console/session.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { startPostgres } from '../support/postgres.ts';
import { type Office, openOffice } from './office.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
let office: Office;

beforeAll(async () => {
  server = await startPostgres();
  office = await openOffice({ store: openPostgres({ url: await server.createDatabase('console') }) });
});
afterAll(async () => {
  await office?.store.close();
  await server?.stop();
});

test('accounts, the queue, notes and the change feed work on PostgreSQL as on SQLite', async () => {
  const sato = await office.staff('sato', ['counselor'], ['money']);
  const browser = office.browser();
  expect((await browser.signIn('sato', 'wrong password!')).status).toBe(401);
  expect((await browser.signIn('sato')).status).toBe(200);
  const talk = await office.talk({ state: 'human', owner: sato, level: 1 });
  await office.talk({ state: 'waiting', topic: 'child' });
  const danger = await office.talk({ state: 'waiting', topic: null, level: 3 });
  expect((await browser.post('/api/presence', { on: true, capacity: 2 })).status).toBe(200);
  const queue = await (await browser.get('/api/queue')).json();
  expect(queue).toMatchObject({
    entries: [{ id: danger.id, level: 'imminent' }, { id: talk.id }],
    duty: [{ name: 'sato', talks: 1, present: true }],
  });
  const start = (await (await browser.get('/api/changes?wait=0')).json()) as { cursor: string };
  expect((await browser.act(talk, 'notes', { text: 'メモ' })).status).toBe(200);
  expect(await (await browser.get(`/api/changes?after=${start.cursor}&wait=0`)).json()).toMatchObject({
    changes: [{ consultation: talk.id, what: 'talk' }],
  });
  expect(await (await browser.get(`/api/consultations/${talk.id}`)).json()).toMatchObject({
    situation: 'mine',
    notes: [{ text: 'メモ' }],
  });
  const enabled = await browser.post('/api/auth/two-factor/enable', { password: 'correct horse battery' });
  expect(await enabled.json()).toMatchObject({ totpURI: expect.stringContaining('otpauth://') });
  expect((await browser.post('/api/auth/sign-out', {})).status).toBe(200);
  expect((await browser.get('/api/queue')).status).toBe(401);
});

test('the search over what is over works on PostgreSQL as on SQLite', async () => {
  const past = await office.talk({ state: 'closed', categories: 'child money', outcome: 'solved', level: 2 });
  const staff = { id: 'mori', roles: ['supervisor'], topics: ['*'] } as unknown as Staff;
  const asked = { name: '', words: 'ハジメ', category: 'money', level: 2, outcome: 'solved', from: 0 };
  const page = await search(office.deps, staff, asked, { at: office.clock.now + 1, id: '' });
  expect(page.found.map(({ row }) => row.id)).toEqual([past.id]);
  expect((await search(office.deps, staff, asked, undefined)).total).toBe(1);
  await office.talk({ state: 'closed' });
  const one = { ...bounds, rows: 1, counted: 1 };
  const everything = { name: '', words: '' };
  expect(await search(office.deps, staff, everything, undefined, one)).toMatchObject({
    total: 1,
    orMore: true,
  });
});
