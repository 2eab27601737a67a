import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Console } from '../support/town.ts';
import { openTown, type Town, until } from '../support/town.ts';
import { linksOf, nextLink } from '../talk/visitor.ts';
import { openBrowser } from './browser.ts';
import { lookingAt } from './looked-at.ts';

const shots = new URL('../../test-results/talk-page/', import.meta.url).pathname;
const looked = lookingAt(import.meta.url);
let town: Town;
let browser: Browser;
let desk: Console;
const faults: string[] = [];
const elsewhere: string[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [town, browser] = await Promise.all([openTown('2026-11-24T10:00', { talk: 'web' }), openBrowser()]);
  desk = await town.signIn();
});
// Who is not heard of for half a minute is not there.
beforeEach(() => desk.post('/api/presence', { on: true, capacity: 9 }));
afterAll(async () => {
  await browser?.close();
  await town?.stop();
});

const shoot = (page: Page, name: string) => page.screenshot({ path: `${shots}${name}.png` });

/** A resident's telephone; what its browser complains of, and whom else it asks, is kept. */
async function telephone(colorScheme: 'light' | 'dark' = 'light'): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    colorScheme,
    locale: 'ja-JP',
    serviceWorkers: 'block',
  });
  context.on('weberror', (error) => faults.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error' && !/401|ERR_INTERNET|Failed to fetch/u.test(message.text()))
      faults.push(message.text());
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(town.url)) elsewhere.push(request.url());
  });
  return context;
}

async function linkFor(name: string): Promise<string> {
  const resident = town.emulator.resident(name);
  const before = linksOf(resident).length;
  await resident.say('人と話したい');
  return nextLink(resident, before);
}

async function openTalk(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: '相談をひらく' }).click();
  await page.getByRole('textbox').waitFor();
}

test('from LINE to the page, where a counselor answers, and back through reloads and a lost network', async () => {
  const phone = await telephone();
  const line = await phone.newPage();
  await line.goto(town.phoneUrl);
  await line.getByRole('button', { name: '友だち追加' }).click();
  await line.getByRole('button', { name: '人と話したい' }).first().click();
  await line.getByText('相談員とは、相談ページで話します').first().waitFor();
  const opened = phone.waitForEvent('page');
  const button = line.getByRole('link', { name: '相談ページをひらく' }).last();
  const link = (await button.getAttribute('href')) ?? '';
  await button.click();
  const page = await opened;
  elsewhere.length = 0;
  await page.getByRole('button', { name: '相談をひらく' }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  await shoot(page, '1-open');
  await looked.at(page, 'open');
  await page.getByRole('button', { name: '相談をひらく' }).click();
  await page.getByText('1番目').first().waitFor();

  // What is typed survives a reload; the link is not needed again.
  const field = page.getByRole('textbox');
  await field.fill('まだ送っていない文');
  await page.reload();
  await field.waitFor();
  await expect.poll(() => field.inputValue()).toBe('まだ送っていない文');

  // Without network it waits, through a reload even, and arrives once.
  await page.route('**/talk/api/**', (route) => route.abort('internetdisconnected'));
  await page.getByRole('button', { name: '送る' }).click();
  await page.getByText('書いた文は、この画面に残っています').waitFor();
  await page.getByText('まだ送れていません').waitFor();
  await shoot(page, '2-offline');
  await page.unroute('**/talk/api/**');
  await page.reload();
  await until(async () => JSON.stringify(await desk.get('/api/queue')).includes('waiting'));
  const [entry] = (await desk.get('/api/queue')).entries;
  const talk = () => desk.get(`/api/consultations/${entry.id}`);
  await until(async () => JSON.stringify(await talk()).includes('まだ送っていない文'));
  await page.getByText('まだ送れていません').waitFor({ state: 'detached' });
  await page.getByText('まだ送っていない文').waitFor();
  expect(await page.getByText('まだ送っていない文').count()).toBe(1);

  await desk.post(`/api/consultations/${entry.id}/accept`, { id: crypto.randomUUID() });
  await desk.post(`/api/consultations/${entry.id}/reply`, {
    id: crypto.randomUUID(),
    text: 'こんにちは。相談員です。',
    seen: 0,
    anyway: true,
  });
  await page.getByText('こんにちは。相談員です。').waitFor();
  await page.getByText('相談員と話しています').waitFor();
  await shoot(page, '3-answered');
  await looked.at(page, 'talk');

  // The page shows it, so LINE has nothing to tell.
  expect(await line.getByText('新しいお知らせ').count()).toBe(0);

  // A second browser learns nothing but numbers to call.
  const stranger = await (await telephone('dark')).newPage();
  await stranger.goto(link);
  await stranger.getByRole('button', { name: '相談をひらく' }).click();
  await stranger.getByText('このリンクは、もう使えません').waitFor();
  await stranger.getByRole('link', { name: /電話する 110/u }).waitFor();
  await shoot(stranger, '4-gone-dark');
  await looked.at(stranger, 'gone');
  await stranger.context().close();
  expect(elsewhere).toEqual([]);
  expect(faults).toEqual([]);
  await phone.close();
});

test('what was sent never leaves the page on its way from waiting to safe to told', async () => {
  const phone = await telephone();
  const page = await phone.newPage();
  let told = Promise.resolve();
  await page.route('**/talk/api/state*', async (route) => {
    const answer = await route.fetch();
    await told;
    await route.fulfill({ response: answer });
  });
  await openTalk(page, await linkFor('五郎'));
  const text = 'ずっと見えている文';
  await page.evaluate((looked) => {
    const seen = window as unknown as { vanished: number };
    seen.vanished = 0;
    let there = false;
    new MutationObserver(() => {
      const now = document.querySelector('.scroll')?.textContent?.includes(looked) ?? false;
      if (there && !now) seen.vanished++;
      there = now;
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, text);
  // News is held back, so that the answer to the sending comes first for sure.
  const hurdle = Promise.withResolvers<void>();
  told = hurdle.promise;
  await page.getByRole('textbox').fill(text);
  await page.getByRole('button', { name: '送る' }).click();
  await page.getByText(text).waitFor();
  await page.getByText('まだ送れていません').waitFor({ state: 'detached' });
  expect(await page.locator('.unsent').getByText(text).count()).toBe(1);
  hurdle.resolve();
  await page.locator('.talk:not(.unsent)').getByText(text).waitFor();
  expect(await page.getByText(text).count()).toBe(1);
  expect(await page.evaluate(() => (window as unknown as { vanished: number }).vanished)).toBe(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await phone.close();
});

test('whoever deletes in danger reads what happened, whom to call, and how to go on', async () => {
  const phone = await telephone();
  const page = await phone.newPage();
  const resident = town.emulator.resident('八重');
  await openTalk(page, await linkFor('八重'));
  await page.getByRole('textbox').fill('もう死にたいです');
  await page.getByRole('button', { name: '送る' }).click();
  await page.getByText('書いてくださって').first().waitFor();
  const before = linksOf(resident).length;
  await page.getByRole('textbox').fill('データを消して');
  await page.getByRole('button', { name: '送る' }).click();
  await page.getByRole('button', { name: '消す', exact: true }).click();
  await page.getByText('相談員とは、つながったままです').waitFor();
  await page.getByText('この画面も閉じました').waitFor();
  await page.getByRole('link', { name: /電話する 119/u }).waitFor();
  expect(await page.getByText('もう死にたいです').count()).toBe(0);
  await shoot(page, '9-deleted-stays');
  await looked.at(page, 'deleted-in-danger');
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  // The way on is there already.
  await openTalk(page, await nextLink(resident, before));
  await page.getByText('相談員とは、つながったままです').waitFor();
  expect(await page.getByText('もう死にたいです').count()).toBe(0);
  await phone.close();
});

test('a console that has the talk open shows nothing of it once its resident has deleted it', async () => {
  const phone = await telephone();
  const page = await phone.newPage();
  await openTalk(page, await linkFor('九子'));
  const text = 'あとで消すことば';
  await page.getByRole('textbox').fill(text);
  await page.getByRole('button', { name: '送る' }).click();
  const id = await until(async () => {
    for (const entry of (await desk.get('/api/queue')).entries)
      if (JSON.stringify(await desk.get(`/api/consultations/${entry.id}`)).includes(text)) return entry.id;
    return false;
  });
  await desk.post(`/api/consultations/${id}/accept`, { id: crypto.randomUUID() });

  const seat = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP' });
  const console = await seat.newPage();
  await console.goto(`${town.url}/console/talk/${id}`);
  await console.getByLabel('メールアドレス').fill('counselor@example.jp');
  await console.getByLabel('パスワード').fill('madoguchi-demo-1');
  await console.getByRole('button', { name: 'サインイン', exact: true }).click();
  await console.getByRole('log').getByText(text).waitFor();
  await console.getByRole('textbox', { name: '返信' }).fill('書きかけの返事');

  await page.getByRole('button', { name: 'データを消す' }).click();
  await page.getByRole('button', { name: '消す', exact: true }).click();
  await page.getByText('この画面での相談は、終わりました').waitFor();
  await console.getByRole('log').waitFor({ state: 'detached' });
  expect(await console.getByText(text).count()).toBe(0);
  await console.getByText('相談者がデータを消したか').waitFor();
  await console.screenshot({ path: `${shots}11-console-gone.png` });
  await seat.close();
  await phone.close();
});

test('leaving fast shows a harmless page, and going back shows nothing', async () => {
  const phone = await telephone();
  await phone.route('https://www.jma.go.jp/**', (route) =>
    route.fulfill({ body: '<h1>weather</h1>', contentType: 'text/html' }),
  );
  const page = await phone.newPage();
  await page.goto(`${town.url}/healthz`);
  await openTalk(page, await linkFor('花子'));
  await page.getByRole('textbox').fill('見られたくない文');
  await page.getByRole('button', { name: 'すぐに閉じる' }).click();
  await page.getByText('weather').waitFor();
  await page.goBack();
  expect(page.url()).toBe(`${town.url}/healthz`);
  await page.goto(`${town.url}/talk/`);
  await page.getByText('このリンクは、もう使えません').waitFor();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await phone.close();
});

test('deleting asks once and ends the page; the language is changed on the page', async () => {
  const phone = await telephone('dark');
  const page = await phone.newPage();
  await openTalk(page, await linkFor('次郎'));
  await page.getByRole('combobox').selectOption('English');
  await page.getByText('Waiting for a counselor').waitFor();
  await page.getByText('Numbers you can call').first().click();
  await shoot(page, '5-english-dark');
  await looked.at(page, 'english');
  await page.getByRole('button', { name: 'Delete my data' }).click();
  await shoot(page, '6-delete');
  await looked.at(page, 'delete');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('The record is deleted').waitFor();
  await page.getByText('send anything in LINE and a new link comes').waitFor();
  await shoot(page, '10-deleted');
  await looked.at(page, 'deleted');
  await phone.close();
});

test('on a shared telephone nobody finds or sends what another has written', async () => {
  const phone = await telephone();
  const page = await phone.newPage();
  await openTalk(page, await linkFor('母'));
  await page.getByRole('textbox').fill('母の書きかけ');
  await page.goto('about:blank');
  // The newer link is of another account: it is opened on the way.
  await page.goto(await linkFor('娘'));
  await page.getByRole('textbox').waitFor();
  expect(await page.getByRole('textbox').inputValue()).toBe('');
  await page.goto('about:blank');
  await page.goto(await linkFor('母'));
  await page.getByRole('textbox').waitFor();
  await expect.poll(() => page.getByRole('textbox').inputValue()).toBe('母の書きかけ');
  await phone.close();
});

test('with the keyboard alone, long Japanese, a narrow screen and letters twice as large', async () => {
  const phone = await telephone();
  await phone.route('https://www.jma.go.jp/**', (route) =>
    route.fulfill({ body: '<h1>weather</h1>', contentType: 'text/html' }),
  );
  const page = await phone.newPage();
  await page.setViewportSize({ width: 360, height: 640 });
  /** Goes on with Tab until that has the focus; what has it must be seen. */
  const tabTo = async (name: RegExp) => {
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press('Tab');
      const [label, seen] = await page.evaluate(() => {
        const now = document.activeElement as HTMLElement;
        const { top, bottom, width } = now.getBoundingClientRect();
        const named = now.getAttribute('aria-label') ?? (now as HTMLInputElement).labels?.[0]?.innerText;
        // The page itself is no place that a key could press.
        const text = now.matches('button, a, summary') ? now.innerText : '';
        return [named ?? text, width > 0 && bottom > 0 && top < innerHeight] as const;
      });
      if (name.test(label)) {
        expect([label, seen]).toEqual([label, true]);
        return;
      }
    }
    throw new Error(`Tab never came to ${name}`);
  };
  const wide = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  await page.goto(await linkFor('四郎'));
  await page.getByRole('button', { name: '相談をひらく' }).waitFor();
  await tabTo(/相談をひらく/u);
  await page.keyboard.press('Enter');
  await page.getByRole('textbox').waitFor();
  const long = `${'家賃がはらえなくて、夜もねむれません。'.repeat(40)}https://example.jp/${'x'.repeat(120)}`;
  while ((await page.evaluate(() => document.activeElement?.tagName)) !== 'TEXTAREA')
    await page.keyboard.press('Tab');
  await page.keyboard.insertText(long);
  await tabTo(/^送る/u);
  await page.keyboard.press('Enter');
  const talk = await until(async () => {
    for (const { id } of (await desk.get('/api/queue')).entries) {
      const path = `/api/consultations/${id}`;
      if (JSON.stringify(await desk.get(path)).includes('夜もねむれません')) return path;
    }
    return false;
  });
  await desk.post(`${talk}/accept`, { id: crypto.randomUUID() });
  const text = `${'長い返事でも、画面からはみ出さずに読めることをたしかめます。'.repeat(20)}${'ー'.repeat(80)}`;
  await desk.post(`${talk}/reply`, { id: crypto.randomUUID(), text, seen: 0, anyway: true });
  await page.getByText('長い返事でも').waitFor();
  expect(await wide()).toBe(0);
  await shoot(page, '7-360');
  await looked.at(page, 'long');

  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  const size = await page.getByText('長い返事でも').evaluate((one) => getComputedStyle(one).fontSize);
  expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(30);
  expect(await wide()).toBe(0);
  await page.getByRole('textbox').scrollIntoViewIfNeeded();
  await shoot(page, '8-360-twice');
  await looked.at(page, 'letters-twice');
  const room = await page.locator('.scroll').evaluate((one) => one.clientHeight);
  expect(room).toBeGreaterThanOrEqual(240);
  // Nothing is out of reach: the page scrolls.
  for (const name of ['送る', 'すぐに閉じる']) {
    const button = page.getByRole('button', { name });
    await button.scrollIntoViewIfNeeded();
    expect([name, await button.isVisible()]).toEqual([name, true]);
  }
  await tabTo(/すぐに閉じる/u);
  await page.keyboard.press('Enter');
  await page.getByText('weather').waitFor();
  await phone.close();
});

test('the page is light', () => {
  const folder = new URL('../../dist/talk/assets/', import.meta.url);
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bytes = scripts.map((name) => gzipSync(readFileSync(new URL(name, folder))).length);
  expect(scripts.length).toBeGreaterThan(0);
  const all = bytes.reduce((sum, size) => sum + size, 0);
  console.log(`the resident's page: ${(all / 1024).toFixed(1)} KB of gzipped JavaScript`);
  expect(all).toBeLessThan(90 * 1024);
});

test('what was looked at with axe-core is what the evidence pack tells', () => looked.agrees());
