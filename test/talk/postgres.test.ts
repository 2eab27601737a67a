import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { openTown, type Town } from '../support/town.ts';
import { nextLink, visitor } from './visitor.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
let town: Town;
beforeAll(async () => {
  server = await startPostgres();
  const databaseUrl = await server.createDatabase('talk');
  town = await openTown('2026-11-24T10:00', { talk: 'web', config: { databaseUrl } });
});
afterAll(async () => {
  await town?.stop();
  await server?.stop();
});

test('on PostgreSQL too, of many browsers that open a link at once one gets in, and holds the talk', async () => {
  await town.emulator.resident('先の人').say('人と話したい');
  await nextLink(town.emulator.resident('先の人'), 0);
  const resident = town.emulator.resident('一郎');
  await resident.say('人と話したい');
  const link = await nextLink(resident, 0);
  const browsers = Array.from({ length: 6 }, () => visitor(town.url));
  const opened = await Promise.all(browsers.map((browser) => browser.open(link)));
  expect(opened.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
  const page = browsers[opened.findIndex(({ status }) => status === 200)];
  if (!page) throw new Error('nobody got in');
  expect((await page.state())?.status).toContain('2番目');
  const id = randomUUID();
  expect(
    (await Promise.all([1, 2, 3].map(() => page.send('ただ一度', id)))).map(({ status }) => status),
  ).toEqual([200, 200, 200]);
  expect((await page.texts()).filter((text) => text === 'ただ一度')).toHaveLength(1);
  const many = await Promise.all(Array.from({ length: 34 }, (_, n) => page.send(`${n}`)));
  expect(many.some(({ status }) => status === 429)).toBe(true);
  const { store } = town.running;
  await store.commit([{ query: store.sql.updateTable('talk_session').set({ minute: 0 }).compile() }]);
  expect((await page.post('erase', { id: randomUUID() })).status).toBe(200);
  expect(await page.state()).toBeNull();
});
