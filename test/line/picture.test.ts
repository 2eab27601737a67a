import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import type { Which } from '../../src/conversation/menu.ts';
import type { MenuArea, Menus } from '../../src/flow/menu.ts';
import { layOut } from '../../src/line/menu/layout.ts';
import { drawMenu, layoutOf } from '../../src/line/menu/picture.ts';
import { menuRequests } from '../../src/line/menu/request.ts';
import { renderPng } from '../../src/node/menu-png.ts';
import { menusOfTown } from './menus-of-town.ts';

const font = fileURLToPath(
  import.meta.resolve('@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf'),
);

const press = (label: string, en?: string): MenuArea => ({
  label: { ja: label, ...(en ? { en } : {}) },
  icon: 'list',
  does: { press: 'word|start' },
});

test.each([1, 2, 3, 4, 5, 6])(
  '%i buttons fill the picture without gaps or overlaps, in a shape LINE takes',
  (count) => {
    const { width, height, areas } = layOut(count, false);
    expect(areas).toHaveLength(count);
    expect(areas.reduce((sum, area) => sum + area.width * area.height, 0)).toBe(width * height);
    for (const { x, y, ...area } of areas) {
      expect(x + area.width).toBeLessThanOrEqual(width);
      expect(y + area.height).toBeLessThanOrEqual(height);
      // A thumb's width on a phone of 390 points is about 44.
      expect(area.width * (390 / width)).toBeGreaterThan(44);
    }
    expect(width / height).toBeGreaterThanOrEqual(1.45);
  },
);

/** The texts that leave their cards (「口」 never does), measured as the font really sets them. */
function textsOutside(menus: Menus, which: Which): string[] {
  const svg = drawMenu(menus, which);
  const { width, height, areas, header } = layoutOf(menus, which);
  const rooms = [...areas, ...(header ? [header] : [])];
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/gu)].filter(([, text]) => text !== '口');
  return texts.flatMap(([element, text]) => {
    const alone = new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="BIZ UDPGothic" font-weight="700">${element}</svg>`,
      { font: { loadSystemFonts: false, fontFiles: [font] } },
    ).innerBBox();
    if (!alone) return [`${text} is not drawn`];
    const inside = rooms.some(
      (room) =>
        alone.x >= room.x + 20 &&
        alone.y >= room.y + 10 &&
        alone.x + alone.width <= room.x + room.width - 20 &&
        alone.y + alone.height <= room.y + room.height - 10,
    );
    return inside ? [] : [`${text} leaves its card`];
  });
}

test.each(['ise', 'fuchu', 'kumamoto'])(
  'the menus of %s are drawn within their cards and under LINE’s megabyte',
  async (town) => {
    const menus = menusOfTown(town);
    expect([...textsOutside(menus, 'everyday'), ...textsOutside(menus, 'talking')]).toEqual([]);
    for (const { svg, menu } of await menuRequests(menus)) {
      const png = renderPng(svg);
      expect(png.length).toBeLessThan(1024 * 1024);
      const view = new DataView(png.buffer);
      expect([view.getUint32(16), view.getUint32(20)]).toEqual([menu.size?.width, menu.size?.height]);
    }
  },
);

test.each([
  ['twenty wide signs', '鬱'.repeat(20)],
  ['twenty wide letters', 'W'.repeat(20)],
  ['a line break of the author', '人と\n話したい'],
  ['what XML would read', '<&"> のこと'],
])('a label of %s stays in its card', (_, label) => {
  const odd = press(label, 'W'.repeat(20));
  const plain = press('口');
  const menus: Menus = {
    bar: { ja: 'メニュー' },
    everyday: [odd, ...Array.from({ length: 5 }, () => plain)],
    talking: [odd, plain, plain],
  };
  expect([...textsOutside(menus, 'everyday'), ...textsOutside(menus, 'talking')]).toEqual([]);
});

test('long labels break between words, never before a sign that cannot begin a line', () => {
  const broken = (label: string) => {
    const areas = Array.from({ length: 6 }, () => press(label));
    const svg = drawMenu({ bar: { ja: '帯' }, everyday: areas, talking: [] }, 'everyday');
    return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/gu)].slice(0, 2).map((match) => match[1]);
  };
  expect(broken('時間・秘密のこと')).toEqual(['時間・', '秘密のこと']);
  expect(broken('LINEで相談できる')).toEqual(['LINEで', '相談できる']);
});

test('a call is a link that the telephone opens, and its number stands in the picture', async () => {
  const menus = menusOfTown('ise');
  const [, talking] = await menuRequests(menus);
  expect(talking?.menu.areas?.map(({ action }) => action)).toEqual([
    { type: 'uri', label: 'いますぐ電話', uri: 'tel:0120279338' },
    { type: 'uri', label: '命が危ないとき', uri: 'tel:119' },
    {
      type: 'postback',
      label: '相談を終わりたい',
      data: 'word|quit|相談を終わりたい',
      displayText: '相談を終わりたい',
    },
  ]);
  expect(talking?.svg).toContain('>0120-279-338<');
});
