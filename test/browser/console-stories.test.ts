import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Console, openTown, type Town, until } from '../support/town.ts';
import { openBrowser } from './browser.ts';

const shots = new URL('../../test-results/console-stories/', import.meta.url).pathname;
let town: Town;
let browser: Browser;
let desk: Console;
/** The pages of those who sit at their desks, which stay open: who is not heard of for a minute loses their talks. */
const pages = new Map<string, Page>();

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [town, browser] = await Promise.all([openTown('2026-11-24T10:00', { staffed: true }), openBrowser()]);
  desk = await town.signIn();
  for (const person of [desk, await town.signIn(1), await town.signIn(2)])
    await person.post('/api/presence', { on: true, capacity: 2 });
});
afterAll(async () => {
  await browser?.close();
  await town?.stop();
});

/** Somebody at their desk, on duty, before the queue. */
async function atDesk(label: string, nth = 0): Promise<Page> {
  const who = `${label} ${nth}`;
  const page = pages.get(who) ?? (await signedIn(label, nth));
  pages.set(who, page);
  await page.goto(`${town.url}/console/`);
  await page.getByRole('switch', { name: '当番', checked: true }).waitFor();
  return page;
}
async function signedIn(label: string, nth: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP' });
  await page.goto(`${town.url}/console/`);
  await page.getByRole('button', { name: label, exact: true }).nth(nth).click();
  await page.getByRole('switch', { name: '当番', checked: true }).waitFor();
  return page;
}

/** A resident who has written and waits for a person; `take`: what a counselor presses, whoever else waits; `accept`: presses it until the talk is open. */
async function waitingResident(name: string, words: string) {
  const entries = async (): Promise<{ id: string; name: string }[]> => (await desk.get('/api/queue')).entries;
  const before = new Set((await entries()).map(({ id }) => id));
  const resident = town.emulator.resident(name);
  await resident.say(words);
  const entry = await until(async () => (await entries()).find(({ id }) => !before.has(id)));
  const take = (page: Page) => page.getByRole('button', { name: `${entry.name}に対応する`, exact: true });
  // A card that has just come may move between press and release, one time in thirty: then one presses again.
  const accept = (page: Page) =>
    until(async () => {
      await take(page)
        .click({ timeout: 2_000 })
        .catch(() => undefined);
      return page.waitForURL(/\/talk\//u, { timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
  return { resident, take, accept };
}

test('two accept at once: one has the talk, the other sees who, and the alarm stops for both', async () => {
  const [yamada, sato] = [await atDesk('相談員', 0), await atDesk('相談員', 1)];
  const { take } = await waitingResident('race', '死にたい');
  await until(async () => (await yamada.title()).includes('至急'));
  // Neither is heard before both have pressed.
  const both = Promise.withResolvers<void>();
  let pressed = 0;
  for (const page of [yamada, sato])
    await page.route('**/accept', async (route) => {
      if (++pressed === 2) both.resolve();
      await both.promise;
      await route.continue();
    });
  await Promise.all([take(yamada).click(), take(sato).click()]);
  const talks = await until(async () => {
    const on = [yamada.url().includes('/talk/'), sato.url().includes('/talk/')];
    return on.includes(true) && on;
  });
  const loser = talks[0] ? sato : yamada;
  await loser.getByRole('alert').getByText('さんが対応しています').waitFor();
  await loser.screenshot({ path: `${shots}race-loser.png` });
  expect(talks.filter(Boolean)).toHaveLength(1);
  for (const page of [yamada, sato]) {
    await until(async () => !(await page.title()).includes('至急'));
    await page.unrouteAll();
  }
});

test('a draft survives a reload; what is sent reaches the phone and is said to be sent', async () => {
  const yamada = await atDesk('相談員');
  const { resident, accept } = await waitingResident('draft', '死にたい');
  await accept(yamada);
  const reply = yamada.getByRole('textbox', { name: '返信' });
  await reply.fill('こんばんは。読んでいます。');
  await yamada.reload();
  await until(async () => (await reply.inputValue()) === 'こんばんは。読んでいます。');
  await reply.press('Control+Enter');
  await until(() => resident.heard().some((text) => text.includes('読んでいます')));
  await yamada.getByText('送信済み').last().waitFor();
  await until(async () => (await reply.inputValue()) === '');
  await yamada.screenshot({ path: `${shots}sent.png` });
});

test('a talk is handed to a colleague with a note, who takes it on', async () => {
  const [yamada, sato] = [await atDesk('相談員', 0), await atDesk('相談員', 1)];
  const { accept } = await waitingResident('transfer', '人と話したい');
  await accept(yamada);
  await yamada.getByRole('button', { name: '転送', exact: true }).click();
  await yamada.getByRole('radio', { name: /佐藤/ }).check();
  await yamada.getByLabel('どの分野の相談として').selectOption('お金・住まい');
  await yamada.getByLabel('申し送り').fill('家賃の相談です。落ち着いています。');
  await yamada.getByRole('button', { name: '引き継ぐ', exact: true }).click();
  await sato.getByText('さんへの転送').waitFor();
  await accept(sato);
  await sato.getByText('家賃の相談です。落ち着いています。').first().waitFor();
  await sato.getByLabel('これまでにわかっていること').getByText('お金・住まい').waitFor();
  await sato.getByRole('textbox', { name: '返信' }).waitFor();
  await sato.screenshot({ path: `${shots}transferred.png` });
});

test('how many talks one takes is one’s own to say, and the colleague sees it', async () => {
  const [yamada, sato] = [await atDesk('相談員', 0), await atDesk('相談員', 1)];
  await yamada.getByLabel('わたしが同時に受ける数').selectOption('3件');
  await sato.getByText(/件 \/ 3件/u).waitFor();
});

test('a supervisor whispers, the resident never sees it, and takes over', async () => {
  const [yamada, suzuki] = [await atDesk('相談員', 0), await atDesk('スーパーバイザー')];
  const { resident, accept } = await waitingResident('whisper', '死にたい');
  await accept(yamada);
  await yamada.getByRole('textbox', { name: '返信' }).waitFor();
  await suzuki.goto(yamada.url());
  await suzuki.getByLabel('担当者への助言').fill('ゆっくりで大丈夫です');
  await suzuki.getByRole('button', { name: '助言を送る' }).click();
  await yamada.getByText('ゆっくりで大丈夫です').waitFor();
  await yamada.screenshot({ path: `${shots}whisper.png` });
  await suzuki.getByRole('button', { name: '引き取る' }).click();
  await suzuki.getByRole('textbox', { name: '返信' }).waitFor();
  await yamada.getByRole('textbox', { name: '返信' }).waitFor({ state: 'detached' });
  expect(resident.heard().join()).not.toContain('ゆっくりで大丈夫です');
});

test('what a resident takes back vanishes from the open page', async () => {
  const yamada = await atDesk('相談員');
  const { resident, accept } = await waitingResident('unsend', '人と話したい');
  await accept(yamada);
  await resident.say('やっぱり名前は言えません');
  await yamada.getByRole('log').getByText('やっぱり名前は言えません').waitFor();
  await resident.unsend();
  await yamada.getByText('相談者が送信を取り消しました').first().waitFor();
  expect(await yamada.getByText('やっぱり名前は言えません').count()).toBe(0);
});

test('a broken line is said, and mends by itself', async () => {
  const yamada = await signedIn('相談員', 0);
  await yamada.context().setOffline(true);
  await yamada.getByText('つなぎ直しています').waitFor();
  const { take } = await waitingResident('offline', '死にたい');
  await yamada.context().setOffline(false);
  await yamada.getByText('つなぎ直しています').waitFor({ state: 'detached' });
  await take(yamada).waitFor();
  await yamada.close();
});

test('an imminent case is assessed, then closed, and the bot speaks again', async () => {
  const yamada = await atDesk('相談員');
  const { resident, accept } = await waitingResident('closing', 'いまから飛び降ります');
  await accept(yamada);
  await yamada.getByRole('textbox', { name: '返信' }).waitFor();
  await yamada.getByRole('button', { name: '確認を記録する' }).click();
  await yamada.getByRole('dialog').waitFor();
  for (const answer of await yamada.getByRole('radio', { name: 'いいえ' }).all()) await answer.check();
  await yamada.getByRole('button', { name: '記録する', exact: true }).click();
  await yamada.getByRole('dialog').waitFor({ state: 'detached' });
  await yamada.getByRole('button', { name: '終了する', exact: true }).click();
  await yamada.getByRole('radio').first().check();
  await yamada.getByRole('dialog').getByRole('button', { name: '終了する', exact: true }).click();
  await yamada.getByRole('heading', { name: '待っている方' }).waitFor();
  const before = resident.heard().length;
  await resident.say('ありがとうございました');
  await until(() => resident.heard().length > before);
});

test('a passkey made on this device signs in without a password', async () => {
  const context = await browser.newContext({ locale: 'ja-JP' });
  const page = await context.newPage();
  const device = await context.newCDPSession(page);
  await device.send('WebAuthn.enable');
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  // A passkey belongs to a name, not to an address of digits.
  await page.goto(`${town.url.replace('127.0.0.1', 'localhost')}/console/account`);
  await page.getByRole('button', { name: '相談員', exact: true }).first().click();
  await page.getByRole('button', { name: 'パスキーを追加' }).click();
  await page.getByRole('button', { name: /を消す$/u }).waitFor();
  await page.getByRole('button', { name: /のメニュー$/u }).click();
  await page.getByRole('menuitem', { name: 'サインアウト' }).click();
  await page.getByRole('button', { name: 'パスキーを使う' }).click();
  await page.getByRole('switch', { name: '当番' }).waitFor();
});
