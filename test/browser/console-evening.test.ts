import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReceiver } from '../alert/receivers.ts';
import { openTown, type Town, until } from '../support/town.ts';
import { openBrowser } from './browser.ts';

const shots = new URL('../../test-results/console-evening/', import.meta.url).pathname;
let folder: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let town: Town;
let browser: Browser;

/** Somebody at home is told when nobody sits before the console. */
const alerts = `people:
  night: { name: 夜の当番, slack_env: SLACK }
steps:
  - to: [night]
`;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-evening-'));
  const alertsFile = join(folder, 'alerts.yaml');
  writeFileSync(alertsFile, alerts);
  receiver = await openReceiver();
  [town, browser] = await Promise.all([
    openTown('2026-11-24T19:00', {
      flow: 'flows/fuchu',
      staffed: true,
      folder,
      config: { alertsFile },
      environment: { SLACK: receiver.url('/slack') },
    }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await town?.stop();
  await receiver?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Desk = { page: Page; context: BrowserContext };

async function atDesk(label: string, nth = 0): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP' });
  const page = await context.newPage();
  await page.goto(`${town.url}/console/`);
  await page.getByRole('button', { name: label, exact: true }).nth(nth).click();
  await page.getByRole('switch', { name: '当番' }).waitFor();
  return { context, page };
}

const goOnDuty = async ({ page }: Desk) => {
  await page.getByRole('switch', { name: '当番' }).click();
  await page.getByRole('switch', { name: '当番', checked: true }).waitFor();
};
const takes = (page: Page) => page.getByRole('button', { name: /に対応する$/u });
const words = '読んでいます。ここにいます。';

/** Takes whoever stands on top and answers; returns where that is. */
async function takeTop({ page }: Desk): Promise<string> {
  await takes(page).first().click();
  const reply = page.getByRole('textbox', { name: '返信' });
  await reply.fill(words);
  // Whom a colleague has left may have heard the same before.
  const said = page.getByRole('log').getByText(words);
  const before = await said.count();
  await reply.press('Control+Enter');
  await said.nth(before).waitFor();
  return page.url();
}

async function close({ page }: Desk): Promise<void> {
  await page.getByRole('button', { name: '終了する', exact: true }).click();
  await page.getByRole('dialog').getByRole('radio').first().check();
  await page.getByRole('dialog').getByRole('button', { name: '終了する', exact: true }).click();
  await page.getByRole('heading', { name: '待っている方' }).waitFor();
}

test('an evening: ten residents, three at their desks, one browser dies, the server restarts; all are answered', async () => {
  const [first, ...others] = Array.from({ length: 10 }, (_, n) => town.emulator.resident(`resident ${n}`));
  if (!first) throw new Error('nobody');

  // Somebody in danger writes before anybody is at the console: a person at home is told, and says so.
  await first.say('いまから飛び降ります');
  await until(() => receiver.got[0]);
  const [yamada, sato, suzuki] = [
    await atDesk('相談員', 0),
    await atDesk('相談員', 1),
    await atDesk('スーパーバイザー'),
  ];
  await suzuki.page.goto(`${town.url}/console/wall`);
  const acknowledge = suzuki.page.getByRole('button', { name: /の呼び出しを引き受ける$/u });
  await acknowledge.waitFor();
  await yamada.page.getByRole('button', { name: /の呼び出しを引き受ける$/u }).waitFor();
  await suzuki.page.screenshot({ path: `${shots}1-alert.png` });
  await acknowledge.click();
  await yamada.page.getByText('鈴木（スーパーバイザー）さんが').waitFor();
  await Promise.all([yamada, sato, suzuki].map(goOnDuty));

  for (const resident of others) await resident.say('人と話したい');
  await until(async () => (await takes(yamada.page).count()) === 10);
  await yamada.page.screenshot({ path: `${shots}2-queue.png` });

  // The most dangerous stands on top.
  const danger = await takeTop(yamada);
  const known = yamada.page.getByRole('region', { name: 'これまでにわかっていること' });
  await known.filter({ hasText: 'いまから飛び降り' }).waitFor();
  await until(() => first.heard().join().includes(words));

  // Sato answers two, and her browser dies in the middle of the second.
  await takeTop(sato);
  await takes(sato.page).first().click();
  await sato.page.getByRole('textbox', { name: '返信' }).fill('いま、書いて');
  await sato.context.close();

  // Yamada and the supervisor go on; the server restarts under their open consoles.
  await yamada.page.getByRole('link', { name: '相談', exact: true }).click();
  for (let n = 0; n < 3; n++) {
    await takeTop(yamada);
    await close(yamada);
  }
  await town.restart();
  await suzuki.page.getByRole('link', { name: '相談', exact: true }).click();
  for (let n = 0; n < 4; n++) {
    await takeTop(suzuki);
    await close(suzuki);
  }

  // The dangerous one ends with an assessment.
  await yamada.page.goto(danger);
  await yamada.page.getByRole('button', { name: '確認を記録する' }).click();
  await yamada.page.getByRole('dialog').waitFor();
  for (const answer of await yamada.page.getByRole('radio', { name: 'いいえ' }).all()) await answer.check();
  await yamada.page.getByRole('button', { name: '記録する', exact: true }).click();
  await yamada.page.getByRole('dialog').waitFor({ state: 'detached' });
  await close(yamada);

  // Whom Sato left was told, stands in the queue again, and is answered.
  const lost = () => others.filter((one) => /通信が切れ|インターネットが/u.test(one.heard().join()));
  await until(() => lost().length === 2);
  await until(async () => (await takes(suzuki.page).count()) === 2);
  await suzuki.page.screenshot({ path: `${shots}3-back-in-queue.png` });
  for (let n = 0; n < 2; n++) {
    await takeTop(suzuki);
    await close(suzuki);
  }

  await suzuki.page.goto(`${town.url}/console/wall`);
  await suzuki.page.getByText('いま対応中の相談はありません').waitFor();
  await suzuki.page.screenshot({ path: `${shots}4-wall.png` });
  for (const resident of [first, ...others]) expect(resident.heard().join()).toContain(words);
  const { sql } = town.running.store;
  const left = await town.running.store.read(
    sql.selectFrom('conversation').select('id').where('state', 'in', ['waiting', 'human']).compile(),
  );
  const unanswered = await town.running.store.read(
    sql.selectFrom('consultation').select('id').where('first_response_at', 'is', null).compile(),
  );
  expect([left, unanswered]).toEqual([[], []]);
}, 120_000);
