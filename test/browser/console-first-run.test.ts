import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstCode } from '../../src/console/invite.ts';
import { oneTimeCode } from '../console/totp.ts';
import { openBrowser } from './browser.ts';
import { openDesk } from './desk.ts';
import { lookingAt } from './looked-at.ts';

const shots = new URL('../../test-results/console-first-run/', import.meta.url).pathname;
const looked = lookingAt(import.meta.url);
let browser: Browser;
let desk: Awaited<ReturnType<typeof openDesk>>;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await openBrowser();
  desk = await openDesk();
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

test('the first administrator comes in by the printed code, sets up the second factor, and invites a colleague', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' });
  await page.goto(`${desk.url}join`);
  await page.getByLabel('招待コード').fill((await firstCode(desk.deps)) ?? '');
  await page.getByLabel('氏名').fill('田中');
  await page.getByLabel('メールアドレス').fill('tanaka@example.jp');
  await page.getByLabel('パスワード').fill('a long enough password');
  await page.getByRole('button', { name: '作る' }).click();

  await page.getByRole('heading', { name: '二段階認証の設定' }).waitFor();
  await page.getByLabel('パスワード').fill('a long enough password');
  await page.getByRole('button', { name: '認証アプリを設定する' }).click();
  const key = await page.locator('code').first().textContent();
  await page.screenshot({ path: `${shots}second-factor.png` });
  await looked.at(page, 'second-factor');
  await page.getByLabel('3. アプリに出た6桁の数字').fill(await oneTimeCode(key ?? ''));
  await page.getByRole('button', { name: '確認して終わる' }).click();

  await page.getByRole('heading', { name: 'はじめの準備' }).waitFor();
  await page.screenshot({ path: `${shots}first-steps.png` });
  await looked.at(page, 'first-steps');
  await page.getByRole('link', { name: '準備をはじめる' }).click();
  await page.getByText('flows/rei/flow.yaml').first().waitFor();
  await page.getByText('12行目').waitFor();
  await page.getByText('いまは受付中').waitFor();
  await page.getByRole('button', { name: 'LINEとの接続を確かめる' }).click();
  await page.getByText('LINEにつながりました。').waitFor();
  await page.screenshot({ path: `${shots}setup.png`, fullPage: true });
  await looked.at(page, 'setup');
  await page.getByRole('link', { name: '職員を招待する' }).click();
  await page.getByLabel('氏名').fill('山田');
  await page.getByLabel('メールアドレス').fill('yamada@example.jp');
  await page.getByRole('button', { name: '招待コードを作る' }).click();
  const code = await page.getByRole('status').locator('code').textContent();
  await page.screenshot({ path: `${shots}invited.png` });

  const other = await browser.newContext({ locale: 'ja-JP' });
  const colleague = await other.newPage();
  await colleague.goto(`${desk.url}join`);
  await colleague.getByLabel('招待コード').fill(code ?? '');
  await colleague.getByLabel('氏名').fill('山田');
  await colleague.getByLabel('メールアドレス').fill('yamada@example.jp');
  await colleague.getByLabel('パスワード').fill('another long password');
  await colleague.getByRole('button', { name: '作る' }).click();
  await colleague.getByRole('switch', { name: '当番' }).waitFor();
  expect(await colleague.getByRole('link', { name: '職員' }).count()).toBe(0);
});

test('what was looked at with axe-core is what the evidence pack tells', () => looked.agrees());
