import { afterEach, expect, test } from 'vitest';
import { openTown, type Town, until } from '../support/town.ts';

let town: Town;
afterEach(() => town?.stop());

test("counselors see that the month's pushes run low", async () => {
  town = await openTown('2026-11-24T10:00', { quota: 5 });
  const desk = await town.signIn();
  const pushes = await until(async () => (await desk.get('/api/queue')).pushes);
  expect(pushes).toEqual({ left: 5, low: true });
});
