import { afterEach, expect, test } from 'vitest';
import type { Menus } from '../../src/flow/menu.ts';
import { formatFindings, isHealthy } from '../../src/line/check.ts';
import { createLineClient } from '../../src/line/client.ts';
import { setUpLine } from '../../src/line/setup.ts';
import { renderPng } from '../../src/node/menu-png.ts';
import { type Served, serveEmulator, token } from '../emulator/serve.ts';
import { menusOfTown } from './menus-of-town.ts';

/** Draws each picture once for all tests: drawing takes longer than everything else. */
const drawn = new Map<string, ReturnType<typeof renderPng>>();
const draw: typeof renderPng = (svg) => {
  const png = drawn.get(svg) ?? renderPng(svg);
  drawn.set(svg, png);
  return png;
};

const publicUrl = 'https://soudan.example';
const ise = menusOfTown('ise');

let served: Served;
afterEach(() => served?.stop());

async function start(as = token) {
  served = await serveEmulator({ webhookUrl: '' });
  return createLineClient({ token: as, baseUrl: served.url, timeoutMs: 5_000 });
}

const platform = () => served.emulator.platform;
const names = () => [...platform().menus.values()].map(({ definition }) => String(definition.name));
const made = () =>
  served.emulator.calls.filter(({ method, path }) => method === 'POST' && path === '/v2/bot/richmenu').length;

test('both menus are drawn and installed, the everyday one for everybody, and the webhook is set and tested', async () => {
  const line = await start();
  const findings = await setUpLine(line, ise, publicUrl, draw);
  expect(isHealthy(findings), formatFindings(findings)).toBe(true);
  expect(formatFindings(findings)).toMatch(
    /ふだんのメニューを入れました[\s\S]*相談員と話しています[\s\S]*Webhook URLを https:\/\/soudan.example\/line\/webhook にしました[\s\S]*テストに成功/u,
  );
  expect(names().map((name) => name.replace(/[\da-f]{12}$/u, '#'))).toEqual([
    'madoguchi:everyday:#',
    'madoguchi:talking:#',
  ]);
  const shown = platform().menus.get(platform().defaultMenu ?? '');
  expect(shown?.definition).toMatchObject({ chatBarText: '相談メニュー', selected: true });
  expect(shown?.image?.type).toBe('image/png');
  expect(platform().webhook.url).toBe('https://soudan.example/line/webhook');
});

test('run again it changes nothing; a changed menu replaces its old one; menus of others stay', async () => {
  const line = await start();
  await setUpLine(line, ise, publicUrl, draw);
  const foreign = await line.menu.create({
    name: 'クーポン',
    size: { width: 2500, height: 843 },
    selected: false,
    chatBarText: 'クーポン',
    areas: [],
  });
  const before = names();
  const again = await setUpLine(line, ise, publicUrl, draw);
  expect(formatFindings(again)).toContain('もう入っています');
  expect(names()).toEqual(before);
  expect(made()).toBe(3);

  const everyday = ise.everyday.map((area, index) =>
    index === 0 ? { ...area, label: { ja: '話す' } } : area,
  );
  const changed: Menus = { ...ise, everyday };
  await setUpLine(line, changed, publicUrl, draw);
  expect(made()).toBe(4);
  expect(names()).toHaveLength(3);
  expect(names()).toEqual(expect.arrayContaining(before.slice(1)));
  expect(names()).not.toContain(before[0]);
  expect(JSON.stringify(platform().menus.get(platform().defaultMenu ?? '')?.definition)).toContain('話す');

  await setUpLine(line, null, publicUrl, draw);
  expect(names()).toEqual(['クーポン']);
  expect(foreign.ok).toBe(true);
});

test('for talks on the page there is no menu of a talk, and one that was there is taken away', async () => {
  const line = await start();
  await setUpLine(line, ise, publicUrl, draw);
  await setUpLine(line, { ...ise, talking: [] }, publicUrl, draw);
  expect(names().map((name) => name.replace(/[\da-f]{12}$/u, '#'))).toEqual(['madoguchi:everyday:#']);
});

test('a menu that was left without its picture is made anew', async () => {
  const line = await start();
  await setUpLine(line, ise, publicUrl, draw);
  const first = [...platform().menus.values()][0];
  if (first) first.image = undefined;
  expect(isHealthy(await setUpLine(line, ise, publicUrl, draw))).toBe(true);
  expect([...platform().menus.values()].every(({ image }) => image)).toBe(true);
  expect(names()).toHaveLength(2);
});

test('a wrong token is said once, with the way to a new one', async () => {
  const findings = await setUpLine(await start('old'), ise, publicUrl, draw);
  expect(findings).toHaveLength(1);
  expect(formatFindings(findings)).toMatch(/unauthorized[\s\S]*LINE_CHANNEL_ACCESS_TOKEN/u);
});

test('what LINE does not take leaves nothing half done', async () => {
  const line = await start();
  const large = () => new Uint8Array(1024 * 1024 + 1);
  const findings = await setUpLine(line, ise, publicUrl, large);
  expect(formatFindings(findings)).toMatch(/^× ふだんのメニューを入れられませんでした（http-413）/u);
  expect(names()).toEqual([]);
  const bar = { ja: 'とてもとても長いメニューの名前です' };
  expect(formatFindings(await setUpLine(line, { ...ise, bar }, publicUrl, draw))).toContain('http-400');
  expect(names()).toEqual([]);
  expect(platform().defaultMenu).toBeUndefined();
});

test('without PUBLIC_URL the menus are installed, and it says what is missing', async () => {
  const findings = await setUpLine(await start(), ise, undefined, draw);
  expect(names()).toHaveLength(2);
  expect(isHealthy(findings)).toBe(false);
  expect(formatFindings(findings)).toContain('PUBLIC_URL に外から見えるアドレス');
});
