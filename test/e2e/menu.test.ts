import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MenuArea } from '../../src/flow/menu.ts';
import { createLineClient } from '../../src/line/client.ts';
import { setUpLine } from '../../src/line/setup.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { renderPng } from '../../src/node/menu-png.ts';
import { menusOfTown } from '../line/menus-of-town.ts';
import { type Console, openTown, type Town, until } from '../support/town.ts';

let town: Town;
let desk: Console;
beforeEach(async () => {
  town = await openTown('2026-11-24T10:00');
  desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
});
afterEach(() => town.stop());

/** As `line setup` does; `more` stands beside what Ise has while a counselor talks. */
async function install(...more: MenuArea[]): Promise<void> {
  const line = createLineClient({
    token: demoSecrets.accessToken,
    baseUrl: new URL(town.phoneUrl).origin,
    timeoutMs: 20_000,
  });
  const ise = menusOfTown('ise');
  const talking = [...more, ...ise.talking].slice(0, 3);
  await setUpLine(line, { ...ise, talking }, town.url, renderPng);
}

/** The menu that a resident sees, by its name without the hash. */
function seenBy(name: string): string {
  const { platform } = town.emulator;
  const person = [...platform.people.values()].find((one) => one.name === name);
  const menu = platform.menus.get(person?.menuId ?? platform.defaultMenu ?? '');
  return String(menu?.definition.name ?? 'none').replace(/:[\da-f]+$/u, '');
}

const queued = async (): Promise<string> =>
  (
    await until(async () => {
      const { entries } = await desk.get('/api/queue');
      return entries.length > 0 && entries;
    })
  )[0].id;
const act = (id: string, what: string, more: object = {}) =>
  desk.post(`/api/consultations/${id}/${what}`, { id: crypto.randomUUID(), ...more });

test('a resident sees in the menu that a counselor is there, and its buttons reach the counselor', async () => {
  await install();
  const resident = town.emulator.resident('四郎');
  const other = town.emulator.resident('五郎');
  await resident.follow();
  expect(seenBy('四郎')).toBe('madoguchi:everyday');
  await resident.tap('人と話したい');
  const id = await queued();
  await act(id, 'accept');
  await until(() => seenBy('四郎') === 'madoguchi:talking');
  await other.follow();
  expect(seenBy('五郎')).toBe('madoguchi:everyday');

  // What was said before may still be on its way.
  await resident.waitFor((heard) => heard.some((text) => text.includes('相談員につながりました')));
  const before = resident.heard().length;
  await resident.tap('相談を終わりたい');
  await until(async () => {
    const { lines } = await desk.get(`/api/consultations/${id}`);
    return lines.some((line: { body?: { label?: string } }) => line.body?.label === '相談を終わりたい');
  });
  expect(resident.heard().length).toBe(before);

  await act(id, 'give-back');
  await until(() => seenBy('四郎') === 'madoguchi:everyday');
  await resident.tap('いますぐ電話');
  await resident.waitFor((heard) => heard.some((text) => text.includes('0120-279-338')));
});

test('where no menu is installed nothing is missing', async () => {
  const resident = town.emulator.resident('四郎');
  await resident.say('人と話したい');
  const id = await queued();
  await act(id, 'accept');
  await until(() => town.emulator.calls.some(({ path }) => path === '/v2/bot/richmenu/list'));
  await act(id, 'reply', { text: 'こんにちは。', seen: 0, anyway: true });
  await resident.waitFor((heard) => heard.includes('こんにちは。'));
  expect(town.emulator.calls.filter(({ path }) => /\/user\/.*\/richmenu/u.test(path))).toEqual([]);
  expect(town.log.join()).not.toContain('menu-');
});

test('of a talk on the page LINE hears neither the beginning nor the end', async () => {
  await town.stop();
  town = await openTown('2026-11-24T10:00', { talk: 'web' });
  desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
  await install();
  await town.emulator.resident('四郎').say('人と話したい');
  const id = await queued();
  const { sql } = town.running.store;
  const allTold = async () =>
    (await town.running.store.read(sql.selectFrom('menu_change').selectAll().compile())).length === 0;
  await act(id, 'accept');
  await until(allTold);
  await act(id, 'give-back');
  await until(allTold);
  expect(town.emulator.calls.filter(({ path }) => /\/user\/U.*\/richmenu/u.test(path))).toEqual([]);
});

test('a menu button asks to delete everything also while a counselor has the talk', async () => {
  await install({ label: { ja: 'データを消す' }, icon: 'shield', does: { press: 'word|delete' } });
  const resident = town.emulator.resident('六郎');
  await resident.say('人と話したい');
  await act(await queued(), 'accept');
  await until(() => seenBy('六郎') === 'madoguchi:talking');
  await resident.tap('データを消す');
  await until(() => resident.choices().includes('消す'));
  await resident.tap('消す');
  await until(() => seenBy('六郎') === 'madoguchi:everyday');
});
