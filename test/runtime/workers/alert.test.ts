import { env } from 'cloudflare:workers';
import { expect, inject, test } from 'vitest';
import { sendMail } from '../../../src/alert/mail.ts';
import { openD1 } from '../../../src/store/d1.ts';
import { engineOn, minute, someoneAccepts, someoneWaits } from '../../alert/engine.ts';

const start = Date.parse('2026-11-24T02:00:00+09:00');
const told = async () => (await fetch('https://phone.test/told')).json();

test('people are told from inside workerd, once, by two engines on one D1', async () => {
  const store = openD1(env.DB);
  await store.migrate(inject('migrations'));
  const clock = { now: start };
  const engines = [1, 2].map(() => engineOn(store, (path) => `https://phone.test/tell${path}`, clock));
  const look = async () => {
    await Promise.all(engines.map((one) => one.tick()));
    await Promise.all(engines.map((one) => one.drain(10_000)));
    clock.now += 1_000;
  };
  const consultation = await someoneWaits(store, 'high', start);
  await look();
  await look();
  expect(await told()).toEqual(['/tell/a']);
  clock.now += 5 * minute;
  await look();
  await look();
  expect(await told()).toEqual(['/tell/a', '/tell/b']);
  await someoneAccepts(store, consultation);
  clock.now += 60 * minute;
  await look();
  expect(await told()).toHaveLength(2);
  expect(await engines[0]?.list()).toMatchObject([{ state: 'over' }]);
});

test('mail leaves workerd over a socket', async () => {
  const smtp = {
    server: '127.0.0.1',
    port: inject('smtpPort'),
    security: 'none',
    from: 'madoguchi@city.test',
    login: { user: 'madoguchi', password: 'mail-password' },
  } as const;
  const notice = {
    service: '試しの窓口',
    level: 'high',
    reason: 'absent',
    waited: 0,
    console: 'https://soudan.test/console/',
    acknowledge: null,
    test: true,
  } as const;
  expect(await sendMail(smtp, 'night@city.test', notice, 15_000)).toEqual({ ok: true });
});
