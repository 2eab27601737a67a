import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Resvg } from '@resvg/resvg-js';
import axe from 'axe-core';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { createPhoneRoutes } from '../../src/emulator/phone-routes.ts';
import { type Preview, previewOf } from '../../src/flow/preview.ts';
import { parseWebhook } from '../../src/line/parse.ts';
import type { Saying, WindowCard } from '../../src/message/message.ts';
import { createRender } from '../../src/message/render.ts';
import { assetsIn } from '../../src/node/assets.ts';
import { buildClients } from '../../src/node/build.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { openBrowser } from '../browser/browser.ts';
import { FLOW, loadTown, replaced } from '../flow/small-town.ts';
import { secret, seeded, token } from './serve.ts';

// A whole browser beside other tests on two cores.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const shots = new URL('../../test-results/phone/', import.meta.url).pathname;
let server: Server;
let emulator: Emulator;
let browser: Browser;
let url: string;
const clock = {
  at: null as number | null,
  now: () => clock.at ?? Date.UTC(2026, 10, 24, 1, 5),
  set: (ms: number | null) => {
    clock.at = ms;
  },
};

let preview: Preview | null = null;

const card = (name: string, more: Partial<WindowCard> = {}): WindowCard => ({
  id: name,
  name,
  about: '家計やすまいのこまりごとを、いっしょに整理します',
  state: 'open',
  stateText: '今日は17:15まで',
  hours: '月〜金 8:30〜17:15（祝日・年末年始は休み）',
  phone: '0000-00-0000',
  address: '例市例町1-1 例の庁舎 東館2階',
  url: 'https://example.com/',
  reservation: false,
  unconfirmed: true,
  ...more,
});

/** A bot just big enough to show every kind of message. */
async function answer(events: unknown[]): Promise<void> {
  for (const parsed of parseWebhook({ destination: 'U', events }, clock.now()) ?? []) {
    if (!('event' in parsed)) continue;
    const { event } = parsed;
    const replyToken = event.replyToken?.token;
    if (!replyToken) continue;
    const told = 'text' in event ? event.text : 'data' in event ? event.data : event.kind;
    const bot = (messages: Saying['messages'], choices: Saying['choices'] = []): Saying => ({
      speaker: 'bot',
      messages,
      choices,
    });
    const sayings: Record<string, Saying[]> = {
      follow: [
        bot(
          [
            {
              kind: 'text',
              text: 'こんにちは。例市の相談窓口です。\n\nここに書いたことは、相談員だけが読みます。名前は書かなくてかまいません。',
            },
            { kind: 'text', text: 'どんなことで、お困りですか。' },
          ],
          ['お金・住まい', '仕事', '子ども・子育て', '学校・教育', '健康', '人と話したい'].map((label) => ({
            label,
            data: label,
          })),
        ),
      ],
      'お金・住まい': [
        bot(
          [
            { kind: 'text', text: '相談できる窓口が3つあります。いま開いているのは1つです。' },
            {
              kind: 'windows',
              alt: '窓口のご案内',
              language: 'ja',
              cards: [
                card('例の自立支援センター'),
                card('例の法律相談', {
                  state: 'closed',
                  stateText: '木曜 9:30から',
                  reservation: true,
                  unconfirmed: false,
                  note: '第3木曜のみ',
                }),
                card('例の住宅相談', {
                  state: 'unknown',
                  stateText: '',
                  hours: '',
                  phone: undefined,
                  address: undefined,
                }),
              ],
            },
          ],
          [
            { label: '人と話したい', data: '人と話したい' },
            { label: 'はじめから', data: 'follow' },
          ],
        ),
      ],
      人と話したい: [
        bot([{ kind: 'text', text: '相談員につなぎます。すこしお待ちください。' }]),
        {
          speaker: 'counselor',
          messages: [{ kind: 'text', text: '相談員の者です。お話を聞かせてください。' }],
          choices: [],
        },
      ],
    };
    const render = createRender({ bot: { name: '案内ボット' }, counselor: { name: '相談員' } });
    const result = render(sayings[told] ?? [bot([{ kind: 'text', text: `「${told}」ですね。` }])]);
    if (!result.ok) throw new Error('too many');
    await emulator.app.request('/v2/bot/message/reply', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: `{"replyToken":"${replyToken}","messages":[${result.messages.join(',')}]}`,
    });
  }
}

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  expect(buildClients(rootFolder)).toBe(true);
  emulator = createEmulator({
    channelSecret: secret,
    channelAccessToken: token,
    webhookUrl: 'http://bot/line/webhook',
    accountName: '例市 相談窓口',
    now: clock.now,
    random: seeded(1),
    deliver: async (_, init) => {
      await answer(
        (JSON.parse(new TextDecoder().decode(init.body as Uint8Array)) as { events: unknown[] }).events,
      );
      return new Response(null, { status: 200 });
    },
  });
  const app = new Hono();
  app.route(
    '/',
    createPhoneRoutes({
      emulator,
      clock,
      preview: () => preview,
      page: assetsIn(join(rootFolder, 'dist', 'phone')),
    }),
  );
  server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  emulator?.close();
  server?.closeAllConnections();
  server?.close();
});

/** A fresh person on a page of this width, with everything it says to other servers or complains about. */
async function open(width: number, person: string): Promise<{ page: Page; trouble: string[] }> {
  emulator.resident(person, 'stranger');
  const page = await browser.newPage({ viewport: { width, height: 844 } });
  const trouble: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) trouble.push(request.url());
  });
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.goto(`${url}/phone/#${encodeURIComponent(person)}`);
  return { page, trouble };
}

/** WCAG 2.2 AA, as far as a machine can tell. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }),
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

/** The newest line is in view, whatever opened below it. */
const atEnd = () => {
  const log = document.querySelector('.log');
  return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
};

const shot = (page: Page, name: string) => page.screenshot({ path: join(shots, `${name}.png`) });

test.each([390, 1280])('a resident is led to a window and to a person, %i px wide', async (width) => {
  const { page, trouble } = await open(width, `幅${width}`);
  await page.getByRole('button', { name: '友だち追加' }).click();
  await page.getByRole('button', { name: 'お金・住まい' }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(atEnd);
  await shot(page, `${width}-1-first`);

  await page.getByRole('button', { name: 'お金・住まい' }).click();
  await page.getByRole('link', { name: '電話する' }).first().waitFor();
  await shot(page, `${width}-2-cards`);
  // The card says none of this: it is how LINE draws a bubble.
  expect(
    await page
      .locator('.flex-bubble')
      .first()
      .evaluate((bubble) => {
        const look = (selector: string) => getComputedStyle(bubble.querySelector(selector) ?? bubble);
        return [
          getComputedStyle(bubble).width,
          look('.flex-body > .flex-box').padding,
          look('.flex-footer > .flex-box').padding,
          look('.flex-text.size-lg').color,
        ];
      }),
  ).toEqual(['300px', '19px 20px 10px', '10px', 'rgb(17, 17, 17)']);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: '電話する' }).first().click();
  expect(await page.getByTestId('toast').textContent()).toContain('0000000000');
  await shot(page, `${width}-3-call`);

  await page.getByRole('button', { name: '人と話したい' }).click();
  await page.getByRole('article', { name: '相談員' }).waitFor();
  await page.getByTestId('composer').fill('ありがとう\n助かります');
  await page.getByTestId('composer').press('Enter');
  await page.getByTestId('chat').getByText('「ありがとう 助かります」ですね。').waitFor();
  await page.getByRole('button', { name: '写真やスタンプを送る' }).click();
  await page.waitForFunction(atEnd);
  await shot(page, `${width}-4-talk`);
  expect(await violations(page)).toEqual([]);
  for (const name of ['スタンプ', '写真', '音声', '位置情報']) {
    if (name !== 'スタンプ') await page.getByRole('button', { name: '写真やスタンプを送る' }).click();
    const before = emulator.resident(`幅${width}`).messages().length;
    await page.getByRole('button', { name, exact: true }).click();
    await page
      .locator(`[data-testid=message]:nth-of-type(1n)`)
      .nth(before + 1)
      .waitFor();
  }
  await page.getByRole('img', { name: '送った画像' }).waitFor();
  await shot(page, `${width}-5-media`);

  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: '送信取消' }).last().click();
  await page.getByTestId('unsent').waitFor();
  await page.getByRole('button', { name: 'このアカウントの設定' }).click();
  await page.getByRole('button', { name: 'ブロックする' }).click();
  await page.getByRole('button', { name: 'ブロック解除' }).waitFor();
  await shot(page, `${width}-6-blocked`);

  if (width < 800) await page.getByTestId('open-panel').click();
  await page.getByRole('button', { name: '祝日 10:00' }).click();
  await page.getByText('11/23(月) 10:00').waitFor();
  expect(clock.at).toBe(Date.UTC(2026, 10, 23, 1));
  await shot(page, `${width}-7-panel`);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: '今', exact: true }).click();
  await page.getByText('11/24(火) 10:05').waitFor();
  await page.getByLabel('新しい相談者').fill(`ほか${width}`);
  await page.getByRole('button', { name: 'ふやす' }).click();
  await page.getByRole('button', { name: '友だち追加' }).waitFor();
  expect(trouble).toEqual([]);
  await page.close();
});

test('by keyboard alone: add the account, choose, write', async () => {
  const { page } = await open(390, 'キー');
  await page.getByTestId('follow').waitFor();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focus = async (name: string) => {
    for (let step = 0; step < 30; step++) {
      await press('Tab');
      if (
        (await page.evaluate(
          () => document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label'),
        )) === name
      )
        return;
    }
    throw new Error(`${name} cannot be reached`);
  };
  await focus('友だち追加');
  await press('Enter');
  await page.getByRole('button', { name: '仕事' }).waitFor();
  await focus('仕事');
  await press('Enter');
  await page.getByTestId('chat').getByText('「仕事」ですね。').waitFor();
  await focus('メッセージを入力');
  await page.keyboard.type('はい');
  await press('Enter');
  await page.getByTestId('chat').getByText('「はい」ですね。').waitFor();
  await page.close();
});

test('a flow that is broken on disk shows what to mend, and the phone comes back when it is', async () => {
  const { page, trouble } = await open(390, 'かおり');
  await page.getByRole('button', { name: '友だち追加' }).waitFor();
  preview = previewOf(loadTown({ flow: replaced(FLOW, 'go: はじめ }', 'go: はじま }') }).diagnostics);
  emulator.platform.changed();
  const findings = page.getByRole('alert', { name: '会話のファイルに誤りがあります（1件）' });
  await findings.waitFor();
  expect(await findings.locator('mark').textContent()).toBe('はじま');
  const text = await findings.textContent();
  expect(text).toContain('flows/town/flow.yaml:33:45 [unknown-step]');
  expect(text).toContain('もしかして: はじめ');
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${shots}findings.png` });
  preview = { ok: true, findings: [] };
  emulator.platform.changed();
  await findings.waitFor({ state: 'hidden' });
  await page.getByText('直った会話に切りかわりました。').waitFor();
  await page.getByRole('button', { name: '友だち追加' }).click();
  expect(trouble).toEqual([]);
  await page.close();
});

test('the rich menu lies under the talk, and its areas can be tapped', async () => {
  const call = (path: string, body: object | Blob) =>
    emulator.app.request(path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(!(body instanceof Blob) && { 'content-type': 'application/json' }),
      },
      body: body instanceof Blob ? body : JSON.stringify(body),
    });
  const area = (x: number, label: string) => ({
    bounds: { x, y: 0, width: 1250, height: 843 },
    action: { type: 'postback', label, data: label, displayText: label },
  });
  const created = await call('/v2/bot/richmenu', {
    size: { width: 2500, height: 843 },
    selected: true,
    name: '例',
    chatBarText: 'メニュー',
    areas: [area(0, '人と話したい'), area(1250, 'お金・住まい')],
  });
  const { richMenuId } = (await created.json()) as { richMenuId: string };
  const picture = new Resvg(
    '<svg xmlns="http://www.w3.org/2000/svg" width="2500" height="843"><rect width="1250" height="843" fill="#d9e6f5"/><rect x="1250" width="1250" height="843" fill="#e4efdc"/></svg>',
  )
    .render()
    .asPng();
  await call(
    `/v2/bot/richmenu/${richMenuId}/content`,
    new Blob([new Uint8Array(picture)], { type: 'image/png' }),
  );
  expect((await call(`/v2/bot/user/all/richmenu/${richMenuId}`, {})).status).toBe(200);

  const { page, trouble } = await open(390, 'メニュー');
  await page.getByRole('button', { name: '友だち追加' }).click();
  await page.getByTestId('rich-menu').getByRole('button', { name: '人と話したい' }).click();
  await page.getByRole('article', { name: '相談員' }).waitFor();
  await shot(page, '390-8-menu');
  expect(await violations(page)).toEqual([]);
  await page.getByTestId('menu-bar').click();
  const tapped = page.getByTestId('rich-menu').getByRole('button', { name: '人と話したい' });
  await tapped.waitFor({ state: 'hidden' });
  expect(trouble).toEqual([]);
  await page.close();
});
