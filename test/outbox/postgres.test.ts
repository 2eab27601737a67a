import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/store/postgres.ts';
import { startPostgres } from '../support/postgres.ts';
import { type Desk, openDesk } from './desk.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
let desk: Desk;
beforeAll(async () => {
  server = await startPostgres();
  desk = await openDesk({ store: openPostgres({ url: await server.createDatabase('outbox') }) });
});
afterAll(async () => {
  await desk.close();
  await server.stop();
});

test('several processes on one PostgreSQL send each thing once and in order, also what a dead one left', async () => {
  const talks = await Promise.all(Array.from({ length: 20 }, (_, i) => desk.talk(`r${i}`)));
  const others = [desk.restart(), desk.restart()];
  await Promise.all(
    talks.map(async (talk, i) => {
      // The first word of every other talk is committed by a process that dies before sending it.
      for (const text of ['1', '2', '3']) await talk.say(text, { send: i % 2 === 0 });
    }),
  );
  await Promise.all([desk.outbox, ...others].map((outbox) => outbox.tick()));
  await Promise.all([desk.outbox, ...others].map((outbox) => outbox.drain(20_000)));
  expect(talks.map((talk) => talk.heard().length)).toEqual(talks.map((_, i) => (i % 2 ? 0 : 3)));

  desk.line.clock.now += 21_000;
  await Promise.all([desk.outbox, ...others].map((outbox) => outbox.tick()));
  await Promise.all([desk.outbox, ...others].map((outbox) => outbox.drain(20_000)));
  for (const talk of talks) expect(talk.heard()).toEqual(['1', '2', '3']);
  for (const talk of talks)
    expect((await talk.deliveries()).map(({ state }) => state)).toEqual(
      (await talk.deliveries()).map(() => 'sent'),
    );
});
