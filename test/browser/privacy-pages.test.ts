import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putHold } from '../../src/store/queries/retention.ts';
import { password } from '../console/office.ts';
import { oneTimeCode } from '../console/totp.ts';
import { openBrowser } from './browser.ts';
import { openDesk } from './desk.ts';
import { lookingAt } from './looked-at.ts';

type Desk = Awaited<ReturnType<typeof openDesk>>;

const shots = new URL('../../test-results/privacy-pages/', import.meta.url).pathname;
const day = 86_400_000;
const eye = lookingAt(import.meta.url);
let browser: Browser;
let desk: Desk;
let danger: string;
let url: string;
let counselor: Awaited<ReturnType<typeof withAuthenticator>>;
const faults: string[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await openBrowser();
  let seat = 0;
  desk = await openDesk({ address: () => `192.0.2.${++seat % 250}` });
  // A passkey belongs to a name, not to an address of digits.
  url = desk.url.replace('127.0.0.1', 'localhost');
  await desk.staff('mori', ['supervisor']);
  await desk.staff('aki', ['auditor']);
  counselor = await withAuthenticator('sato');
  const old = await desk.talk({ state: 'closed', level: 1, resident: 'U-old' });
  const held = await desk.talk({ state: 'closed', level: 2, resident: 'U-held' });
  await desk.store.commit([
    {
      query: putHold(desk.store.sql, {
        consultation_id: held.id,
        staff_id: counselor.id,
        sealed_reason: await sealed(held.id, '裁判所から保全を求められているため'),
        at: desk.clock.now,
        until: desk.clock.now + 300 * day,
      }),
    },
  ]);
  desk.clock.now += 86 * day;
  danger = (
    await desk.talk({
      state: 'human',
      level: 3,
      owner: counselor.id,
      resident: 'U-in-danger-0123456789abcdef',
      texts: [{ text: '薬をたくさん飲みました' }],
    })
  ).id;
  expect(old.id).not.toBe(danger);
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

async function sealed(consultation: string, reason: string): Promise<string> {
  const { sql } = desk.store;
  const [row] = await desk.store.read(
    sql.selectFrom('consultation').select('sealed_key').where('id', '=', consultation).compile(),
  );
  return desk.deps.sealer(consultation, row?.sealed_key ?? '')(`hold:${consultation}`, reason);
}

/** A counselor with an authenticator app, who acts without a browser here. */
async function withAuthenticator(name: string) {
  const id = await desk.staff(name, ['counselor']);
  const call = desk.browser();
  await call.signIn(name);
  const { totpURI } = (await (await call.post('/api/auth/two-factor/enable', { password })).json()) as {
    totpURI: string;
  };
  const code = () => oneTimeCode(new URL(totpURI).searchParams.get('secret') ?? '');
  await call.post('/api/auth/two-factor/verify-totp', { code: await code() });
  return { ...call, id, code };
}

/** A person's browser, with a device that keeps passkeys and asks for a finger. */
async function seat(width = 1280): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: width > 600 ? 800 : 844 },
    locale: 'ja-JP',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
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
  return page;
}

async function signIn(page: Page, name: string, code?: () => Promise<string>): Promise<void> {
  await page.goto(url);
  await page.getByLabel('メールアドレス').fill(`${name}@example.jp`);
  await page.getByLabel('パスワード').fill(password);
  await page.getByRole('button', { name: 'サインイン', exact: true }).click();
  if (code) {
    await page.getByLabel('確認コード').fill(await code());
    await page.getByRole('button', { name: '確認する' }).click();
  }
  await page
    .getByRole('button', { name: /のメニュー$/u })
    .or(page.getByRole('heading', { name: '二段階認証の設定' }))
    .waitFor();
}

/** Looks at a page in both widths: nothing wrong for axe, nothing wider than the screen. */
async function looked(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${shots}${name}-${width}.png` });
    await eye.at(page, name.replace(/^\d+-/u, ''));
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([name, width, over]).toEqual([name, width, 0]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('a supervisor with nothing but a passkey is told, agrees with a finger, and is told that it was opened', async () => {
  const mori = await seat();
  await signIn(mori, 'mori');
  await mori.getByRole('button', { name: 'パスキーを使う（指紋・顔・PIN）' }).click();
  await mori.getByRole('heading', { name: '二段階認証の設定' }).waitFor({ state: 'detached' });
  await mori.getByRole('button', { name: /のメニュー$/u }).waitFor();

  const sato = await seat();
  await signIn(sato, 'sato', counselor.code);
  await sato.goto(`${url}talk/${danger}`);
  await sato.getByRole('button', { name: 'ほかの操作' }).click();
  await sato.getByRole('menuitem', { name: '身元の開示' }).click();
  const dialog = sato.getByRole('dialog');
  await dialog.getByText('自死のおそれ').click();
  await dialog.getByLabel('くわしい理由（必須）').fill('薬を飲んだと書いていて、返事がない');
  await looked(sato, '1-asking');
  await dialog.getByLabel('あなたの確認コード（6桁）').fill(await counselor.code());
  await dialog.getByRole('button', { name: '申請する', exact: true }).click();
  await dialog.getByText('申請しました').waitFor();

  // It stands above whatever page the supervisor has open, without a reload.
  await mori.getByText('satoさんが身元の開示を申請しました').waitFor();
  await looked(mori, '2-banner');
  await mori.getByRole('link', { name: '承認のページ' }).click();
  await mori.getByText('薬を飲んだと書いていて、返事がない').waitFor();
  await looked(mori, '3-approval');
  expect(await mori.getByLabel('あなたの確認コード（6桁）').count()).toBe(0);
  await mori.getByRole('button', { name: 'パスキーで承認する' }).click();
  await mori.getByText('承認されました').waitFor();

  await sato.goto(`${url}approvals`);
  await sato.getByRole('button', { name: '一度だけ表示する' }).click();
  await sato.getByText('U-in-danger-0123456789abcdef').waitFor();
  await looked(sato, '4-sheet');
  await mori.getByText('satoさんが身元の票を表示しました').waitFor();
  await mori.getByRole('button', { name: '確認した' }).click();
  await mori.getByText('satoさんが身元の票を表示しました').waitFor({ state: 'detached' });
  await mori.reload();
  await mori.getByRole('heading', { name: '承認と報告' }).waitFor();
  expect(await mori.getByText('satoさんが身元の票を表示しました').count()).toBe(0);
  await sato.reload();
  await sato.getByText('表示しました').first().waitFor();
  expect(await sato.getByText('U-in-danger').count()).toBe(0);

  // Proving oneself was no second signing in.
  const { sql } = desk.store;
  const signedIn = await desk.store.read(
    sql
      .selectFrom('audit')
      .innerJoin('staff', 'staff.id', 'audit.staff_id')
      .select('staff.name')
      .where('what', '=', 'signed-in')
      .where('staff.name', '=', 'mori')
      .compile(),
  );
  expect(signedIn).toHaveLength(2);

  await mori.goto(`${url}retention`);
  await mori.getByText('裁判所から保全を求められているため').waitFor();
  await mori.getByRole('button', { name: '残す', exact: true }).first().click();
  await looked(mori, '5-retention');

  await mori.goto(`${url}talk/${danger}`);
  await mori.getByRole('button', { name: 'ほかの操作' }).click();
  await mori.getByRole('menuitem', { name: '開示請求' }).click();
  await mori.getByRole('dialog').getByLabel('くわしい理由（必須）').fill('本人が窓口で請求');
  await looked(mori, '6-disclosure');
  await mori.getByRole('dialog').getByRole('button', { name: 'パスキーで申請する' }).click();
  await mori.getByRole('dialog').getByText('申請しました').waitFor();
  expect(faults).toEqual([]);
});

test('the log is read, checked and taken along', async () => {
  const aki = await seat();
  await signIn(aki, 'aki');
  await aki.goto(`${url}log`);
  await aki.getByRole('cell', { name: 'サインインした' }).first().waitFor();
  await aki.getByRole('button', { name: '書きかえがないか確かめる' }).click();
  await aki.getByText('異状はありません').waitFor();
  await looked(aki, '7-log');
  await aki.getByLabel('したこと').selectOption('サインインした');
  await aki.getByRole('button', { name: 'しぼりこむ' }).click();
  const listed = aki.getByRole('table').getByRole('row');
  await listed.filter({ hasText: '相談を開いた' }).first().waitFor({ state: 'detached' });
  await listed.filter({ hasText: 'サインインした' }).first().waitFor();
  await aki.getByLabel('相談者の呼び名').fill('いない鳥');
  await aki.getByRole('button', { name: 'しぼりこむ' }).click();
  await aki.getByText('あてはまる記録はありません').waitFor();
  const downloading = aki.waitForEvent('download');
  await aki.getByRole('link', { name: 'CSV に書き出す' }).click();
  expect((await downloading).suggestedFilename()).toBe('madoguchi-log.csv');
  expect(faults).toEqual([]);
});

test('what was looked at with axe-core is what the evidence pack tells', () => eye.agrees());
