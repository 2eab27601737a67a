import { mkdirSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { installDemoMenus } from '../../src/node/demo-menus.ts';
import { openTown, type Town } from '../support/town.ts';
import { openBrowser } from './browser.ts';

const shots = new URL('../../test-results/main-job/', import.meta.url).pathname;
let town: Town;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [town, browser] = await Promise.all([openTown('2026-11-24T10:00', { staffed: true }), openBrowser()]);
  await installDemoMenus(town.running.flows.menus(), {
    url: new URL(town.phoneUrl).origin,
    token: demoSecrets.accessToken,
  });
});
afterAll(async () => {
  await browser?.close();
  await town?.stop();
});

/** Pixels of the menu's picture across, once it is there. */
const drawnWidth = (menu: Locator): Promise<number> =>
  menu.locator('img').evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return image.naturalWidth;
  });

test('a newcomer chats on the phone, writes of danger, and is answered from the console', async () => {
  const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await phone.goto(town.phoneUrl);
  const shoot = (page: Page, name: string) => page.screenshot({ path: `${shots}${name}.png` });

  await phone.getByRole('button', { name: '友だち追加' }).click();
  await phone.getByRole('button', { name: '人と話したい' }).first().waitFor();
  const menu = phone.getByTestId('rich-menu');
  await menu.getByRole('button', { name: 'いますぐ電話' }).waitFor();
  expect(await drawnWidth(menu)).toBe(2500);
  await shoot(phone, '1-first-message');
  await phone.getByRole('button', { name: 'お金・住まい' }).first().click();
  await phone.getByRole('link', { name: '電話する' }).first().waitFor();
  await phone.getByText('受付中').first().waitFor();
  await shoot(phone, '2-windows');

  const desk = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await desk.goto(`${town.url}/console/`);
  await shoot(desk, '3-sign-in');
  await desk.getByLabel('メールアドレス').fill('counselor@example.jp');
  await desk.getByLabel('パスワード').fill('madoguchi-demo-1');
  await desk.getByRole('button', { name: 'サインイン' }).click();
  await desk.getByLabel('当番').waitFor();
  await desk.getByLabel('当番').click();
  await shoot(desk, '4-empty-queue');

  await phone.getByRole('textbox').first().fill('死にたい');
  await phone.getByRole('textbox').first().press('Enter');
  await phone.getByText('0120-061-338').first().waitFor();
  await shoot(phone, '5-safety');

  // Live without reload.
  const take = desk.getByRole('button', { name: /に対応する$/u }).first();
  await take.waitFor();
  await shoot(desk, '6-queue');
  await take.click();
  await desk.getByText('死にたい').first().waitFor();
  // The menu says who has the talk now; a tap on it reaches the counselor.
  await menu.getByRole('button', { name: '相談を終わりたい' }).click();
  expect(await drawnWidth(menu)).toBe(2500);
  await desk.getByText('「相談を終わりたい」を選びました').waitFor();
  const composer = desk.getByRole('textbox', { name: '返信' });
  await composer.fill('書いてくださって、ありがとうございます。相談員です。');
  await composer.press('Control+Enter');
  await phone.getByText('相談員です。').first().waitFor();
  await shoot(phone, '7-answered');
  await desk.getByText('相談員です。').first().waitFor();
  await shoot(desk, '8-talk');
  expect(await phone.getByRole('article', { name: '相談員' }).count()).toBeGreaterThan(0);
});
