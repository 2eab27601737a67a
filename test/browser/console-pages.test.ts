import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shown } from '../../src/alert/report.ts';
import type { DirectoryEntry } from '../../src/console/deps.ts';
import type { Finding } from '../../src/risk/finding.ts';
import { password } from '../console/office.ts';
import { openBrowser } from './browser.ts';
import { openDesk } from './desk.ts';
import { lookingAt } from './looked-at.ts';

type Desk = Awaited<ReturnType<typeof openDesk>>;

const looked = lookingAt(import.meta.url);
let browser: Browser;
let desk: Desk;
let imminent: string;
let mine: string;
let theirs: string;
const faults: string[] = [];

/** `checked`: by axe-core, dialogs too, so that both widths and both themes are; the other two are for a person's eye. */
const screens = [
  { name: '1280-light', width: 1280, height: 800, colorScheme: 'light', checked: true },
  { name: '1280-dark', width: 1280, height: 800, colorScheme: 'dark', checked: false },
  { name: '390-light', width: 390, height: 844, colorScheme: 'light', checked: false },
  { name: '390-dark', width: 390, height: 844, colorScheme: 'dark', checked: true },
] as const;

const example: DirectoryEntry = {
  id: 'w1',
  name: '例の相談窓口',
  about: '仕事と暮らしの例の相談',
  categories: ['money'],
  state: 'open',
  stateText: '今日は17:15まで',
  hours: '平日 8:30-17:15',
  phone: '000-000-0000',
  address: '例町1-1',
  reservation: true,
  unconfirmed: true,
};

/** Somebody in danger came while nobody was there, and one person of the plan was told. */
const told = (): Shown => ({
  id: 'a1',
  consultation: imminent,
  level: 'imminent',
  reason: 'absent',
  state: 'open',
  waitingSince: desk.clock.now - 3 * 60_000,
  openedAt: desk.clock.now - 3 * 60_000,
  acknowledgedBy: null,
  acknowledgedAt: null,
  endedAt: null,
  tries: [{ person: '夜の当番', way: 'mail', state: 'sent', at: desk.clock.now - 3 * 60_000, reason: null }],
});

beforeAll(async () => {
  mkdirSync('test-results', { recursive: true });
  browser = await openBrowser();
  desk = await openDesk({
    windows: () => [example],
    emergency: () => ({
      calls: [
        {
          when: '今から死のうとしている、だれかに襲われている',
          lines: [
            { name: '警察（110番）', phone: '110', unconfirmed: false },
            { name: '夜間・休日の責任者', phone: null, unconfirmed: false },
          ],
          say: '「試験の窓口の者です。LINEで相談を受けている方に、命の危険がせまっています」',
        },
      ],
      remember: ['ひとりで抱えない。'],
    }),
    alerts: {
      list: async () => [told()],
      acknowledge: async () => 'done',
      notice: () => [],
      links: { isGenuine: async () => false } as never,
    },
    demo: { accounts: [{ label: '相談員', email: 'sato@example.jp', password }] },
  });
  const sato = await desk.staff('sato', ['counselor', 'supervisor', 'admin']);
  const suzuki = await desk.staff('suzuki', ['counselor']);
  const { now } = desk.clock;
  const risk: Finding = {
    level: 'imminent',
    score: 0.9,
    kinds: ['suicide'],
    subject: 'self',
    hits: [
      { start: 8, end: 12, why: '死にたい気持ちを述べています' },
      { start: 15, end: 21, why: '時が迫っています' },
    ],
  };
  const cry = { text: 'もう疲れました。死にたいです。今夜のうちに終わらせたい', risk };
  imminent = (
    await desk.talk({
      state: 'waiting',
      level: 3,
      waitingSince: now - 3 * 60_000,
      texts: [{ text: 'こんばんは' }, cry],
    })
  ).id;
  await desk.talk({ state: 'waiting', level: 2, waitingSince: now - 8 * 60_000, topic: 'child' });
  await desk.talk({ state: 'waiting', level: 0, waitingSince: now - 21 * 60_000 });
  await desk.talk({ state: 'waiting', level: 1, waitingSince: now - 2 * 60_000, topic: null });
  const lines = [
    '仕事がなくなって、家賃が払えません。',
    '来月には出ていかないといけないです。',
    'どこに相談すればいいですか。',
  ];
  mine = (await desk.talk({ state: 'human', level: 1, owner: sato, texts: lines.map((text) => ({ text })) }))
    .id;
  theirs = (await desk.talk({ state: 'human', level: 2, owner: suzuki })).id;
  const past = { text: 'やちんが払えないまま、三か月たちました。', said: '窓口をいっしょに探しましょう。' };
  await desk.talk({
    state: 'closed',
    level: 2,
    outcome: 'solved',
    openedAt: now - 40 * 60_000,
    texts: [past],
  });
  const { sql } = desk.store;
  const canned = {
    id: 'c1',
    title: '安全の確認',
    body: 'いま、安全な場所にいらっしゃいますか。',
    updated_by: sato,
    updated_at: now,
  };
  const duty = { on_duty: 1, capacity: 2, seen_at: now };
  await desk.store.commit([
    { query: sql.insertInto('canned').values(canned).compile() },
    {
      query: sql
        .insertInto('presence')
        .values({ staff_id: sato, ...duty })
        .compile(),
    },
    {
      query: sql
        .insertInto('presence')
        .values({ staff_id: suzuki, ...duty })
        .compile(),
    },
  ]);
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

async function open(screen: (typeof screens)[number]): Promise<Page> {
  const { width, height, colorScheme } = screen;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'ja-JP' });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
  });
  await page.goto(desk.url);
  return page;
}

/** Looks at a page as it stands: leaves a picture, and fails on what WCAG 2.2 AA forbids. */
async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `test-results/console-${name}.png` });
  const { checked } = screens.find((screen) => name.endsWith(screen.name)) ?? screens[0];
  if (checked) await looked.at(page, name.replace(/-\d+-(?:light|dark)$/u, ''));
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
}

/** Where to go, what shows that the page is there, and what it is called. */
const pages = [
  { path: 'wall', shows: 'まだだれも引き受けていません', name: 'wall' },
  { path: 'directory', shows: '例の相談窓口', name: 'directory' },
  { path: 'emergency', shows: '夜間・休日の責任者', name: 'emergency' },
  { path: 'canned', shows: '安全の確認', name: 'canned' },
  { path: 'people', shows: '招待する', name: 'people' },
  { path: 'setup', shows: 'はじめの準備', name: 'setup' },
  { path: 'approvals', shows: '承認と報告', name: 'approvals' },
  { path: 'retention', shows: '保存期間', name: 'retention' },
  { path: 'log', shows: 'この日から', name: 'log' },
  { path: 'help', shows: 'キーボード', name: 'help' },
  { path: 'account', shows: '二段階認証', name: 'account' },
  { path: 'nowhere', shows: 'ページがありません', name: 'nowhere' },
  { path: 'join', shows: '招待コード', name: 'join' },
] as const;

/** To another page as a link leads there, without loading everything anew. */
const go = (page: Page, path: string) =>
  page.evaluate((to) => {
    history.pushState(null, '', `/console/${to}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);

/** A dialog or a menu of the page that is open, looked at and closed again. */
async function lookInto(page: Page, screen: string, button: string | RegExp, name: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const opened = page.getByRole('dialog').or(page.getByRole('menu'));
  await opened.first().waitFor();
  await look(page, `${name}-${screen}`);
  await page.keyboard.press('Escape');
  await opened.first().waitFor({ state: 'detached' });
}

for (const screen of screens)
  describe(`the console at ${screen.name}`, () => {
    let page: Page;
    beforeAll(async () => {
      page = await open(screen);
    });
    afterAll(() => page.context().close());

    test('the way in and the queue', async () => {
      await page.getByRole('heading', { name: 'サインイン' }).waitFor();
      await page.getByText('お試しの環境です').waitFor();
      await look(page, `sign-in-${screen.name}`);
      await page.getByRole('button', { name: '相談員' }).click();
      await page.getByRole('heading', { name: '待っている方' }).waitFor();
      await page.getByRole('button', { name: /の呼び出しを引き受ける$/u }).waitFor();
      await look(page, `queue-${screen.name}`);
      await lookInto(page, screen.name, 'ほか', 'menu-pages');
      await lookInto(page, screen.name, 'sato のメニュー', 'menu-account');
      expect(faults).toEqual([]);
    });

    test('a talk of one’s own', async () => {
      await go(page, `talk/${mine}`);
      const reply = page.getByRole('textbox', { name: '返信' });
      await reply.fill('/安全');
      await page.getByRole('button', { name: /^安全の確認/ }).waitFor();
      await look(page, `canned-picker-${screen.name}`);
      await reply.press('Enter');
      await expect.poll(() => reply.inputValue()).toBe('いま、安全な場所にいらっしゃいますか。');
      const aside = page.getByText('メモ・危険の確認・窓口の紹介');
      if (await aside.isVisible()) await aside.click();
      await look(page, `talk-mine-${screen.name}`);
      expect(faults).toEqual([]);
    });

    test.runIf(screen.checked)('every dialog of a talk', async () => {
      for (const [button, name] of dialogs) await lookInto(page, screen.name, button, name);
      const seldom = page.getByRole('button', { name: 'ほかの操作' });
      await lookInto(page, screen.name, 'ほかの操作', 'menu-talk');
      for (const [item, name] of seldomDialogs) {
        await seldom.click();
        await page.getByRole('menuitem', { name: item }).click();
        await page.getByRole('dialog').waitFor();
        await look(page, `${name}-${screen.name}`);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page.getByRole('button', { name: '危険度', exact: true }).click();
      await page.getByRole('radio', { name: '通常' }).check();
      await page.getByLabel('下げる理由（必須）').waitFor();
      await look(page, `level-down-${screen.name}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(faults).toEqual([]);
    });

    test('a talk on paper: all of it, light, without the controls', async () => {
      await page.emulateMedia({ media: 'print' });
      await page.getByText('取扱注意').waitFor();
      await page.screenshot({ path: `test-results/console-print-${screen.name}.png`, fullPage: true });
      expect(await page.getByRole('button').count()).toBe(0);
      const cut = await page.getByRole('log').evaluate((log) => log.scrollHeight - log.clientHeight);
      expect(cut).toBe(0);
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(0, 0, 0)');
      await page.emulateMedia({ media: 'screen' });
      await page.getByText('取扱注意').waitFor({ state: 'detached' });
    });

    test('a talk that waits, and a colleague’s', async () => {
      await go(page, `talk/${imminent}`);
      await page.getByRole('button', { name: '対応する', exact: true }).waitFor();
      await look(page, `talk-waiting-${screen.name}`);
      await go(page, `talk/${theirs}`);
      await page.getByRole('button', { name: '引き取る', exact: true }).waitFor();
      const aside = page.getByText('メモ・危険の確認・窓口の紹介');
      if (await aside.isVisible()) await aside.click();
      await page.getByRole('textbox', { name: '担当者への助言' }).fill('ひとりかどうか、たずねてください。');
      await look(page, `whisper-${screen.name}`);
      expect(faults).toEqual([]);
    });

    test('every other page', async () => {
      for (const { path, shows, name } of pages) {
        await go(page, path);
        await page.getByText(shows).first().waitFor();
        await look(page, `${name}-${screen.name}`);
      }
      await go(page, 'search');
      await page.getByLabel('ことば').fill('ヤチン');
      await page.getByRole('button', { name: 'さがす' }).click();
      await page.getByText('1件見つかりました').waitFor();
      await look(page, `search-${screen.name}`);
      expect(faults).toEqual([]);
    });
  });

test('at 200 % zoom the composer and the last message are in sight without scrolling', async () => {
  const page = await open({ ...screens[0], width: 640, height: 400 } as never);
  await page.getByRole('button', { name: '相談員' }).click();
  await page.getByRole('heading', { name: '待っている方' }).waitFor();
  await go(page, `talk/${mine}`);
  const last = page.getByText('どこに相談すればいいですか。').last();
  await last.waitFor();
  const inSight = async () => {
    const [message, reply, send] = await Promise.all([
      last.boundingBox(),
      page.getByRole('textbox', { name: '返信' }).boundingBox(),
      page.getByRole('button', { name: /^送る/u }).boundingBox(),
    ]);
    if (!message || !reply || !send) return 'not drawn';
    return message.y > 0 && message.y + message.height <= reply.y && send.y + send.height <= 400;
  };
  await expect.poll(inSight).toBe(true);
  await page.screenshot({ path: 'test-results/console-talk-zoomed.png' });
  await page.getByRole('main').evaluate((main) => main.scrollTo({ top: 0 }));
  const send = await page.getByRole('button', { name: /^送る/u }).boundingBox();
  expect((send?.y ?? 999) + (send?.height ?? 0)).toBeLessThanOrEqual(400);
  await page.context().close();
});

test('a search is not made again by itself: what changed leaves the list, and the log has one asking', async () => {
  const { sql } = desk.store;
  const asked = async () =>
    (await desk.store.read(sql.selectFrom('audit').select('seq').where('what', '=', 'searched').compile()))
      .length;
  const page = await open(screens[0]);
  await page.getByRole('button', { name: '相談員' }).click();
  await page.getByRole('heading', { name: '待っている方' }).waitFor();
  await go(page, 'search');
  await page.getByLabel('ことば').fill('ヤチン');
  await page.getByRole('button', { name: 'さがす' }).click();
  await page.getByText('1件見つかりました').waitFor();
  const before = await asked();
  const [row] = await desk.store.read(
    sql.selectFrom('consultation').select('id').where('outcome', '=', 'solved').compile(),
  );
  const change = { at: desk.clock.now, consultation_id: row?.id ?? '', what: 'talk' };
  await desk.store.commit([{ query: sql.insertInto('change').values(change).compile() }]);
  desk.bell.ring();
  await page.getByText('0件見つかりました').waitFor();
  await go(page, 'help');
  await page.getByText('キーボード').first().waitFor();
  await go(page, 'search');
  await page.getByText('0件見つかりました').waitFor();
  expect(await asked()).toBe(before);
  await page.context().close();
});

test('a search says how many there are, and from 5,000 on only that there are at least so many', async () => {
  const { sql } = desk.store;
  const [over] = await desk.store.read(
    sql.selectFrom('consultation').selectAll().where('outcome', '=', 'solved').compile(),
  );
  if (!over) throw new Error('nothing is over');
  const more = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => {
      const row = { ...over, id: `more-${from + i}`, outcome: 'many' };
      return { query: sql.insertInto('consultation').values(row).compile() };
    });
  const page = await open(screens[0]);
  await page.getByRole('button', { name: '相談員' }).click();
  await page.getByRole('heading', { name: '待っている方' }).waitFor();
  await go(page, 'search');
  const search = page.getByRole('button', { name: 'さがす', exact: true });
  await desk.store.commit(more(0, 4_998));
  await search.click();
  await page.getByText('4,999件のうち、新しいほうから20件を調べたところです。').waitFor();
  await desk.store.commit(more(4_998, 5_003));
  await search.click();
  await page.getByText('5,000件以上のうち、新しいほうから20件を調べたところです。').waitFor();
  await desk.store.commit([
    { query: sql.deleteFrom('consultation').where('outcome', '=', 'many').compile() },
  ]);
  await page.context().close();
});

test('what was looked at with axe-core is what the evidence pack tells', () => looked.agrees());

const dialogs = [
  ['終了する', 'close'],
  ['危険度', 'level'],
  ['分野', 'categories'],
  ['転送', 'transfer'],
  ['確認を記録する', 'assess'],
  ['窓口を紹介する', 'refer'],
] as const;

const seldomDialogs = [
  ['ボットに戻す', 'give-back'],
  ['迷惑行為の報告', 'flag'],
  ['利用停止', 'mute'],
  ['身元の開示', 'identity'],
  ['開示請求', 'disclosure'],
] as const;
