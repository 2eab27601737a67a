import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDate } from '../../src/directory/calendar.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { loadDirectory } from '../../src/directory/load.ts';
import { findWindows } from '../../src/directory/match.ts';
import { hoursRows } from '../../src/directory/rows.ts';
import { isNational } from '../../src/directory/window.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => ({ file, text: readFileSync(new URL(file, root), 'utf8') });
const CATEGORIES = [
  ...['money-housing', 'work', 'child-rearing', 'school'],
  ...['health', 'elderly-care', 'disability', 'relationships-other'],
];
const { windows, diagnostics } = loadDirectory(
  [read('flows/ise/windows.yaml'), read('flows/common/windows.yaml')],
  { holidays: loadHolidays(), today: parseDate('2026-11-21')!, categories: CATEGORIES },
);
const rowAt = (id: string, when: string) =>
  hoursRows(windows, Date.parse(`${when}+09:00`)).find((row) => row.id === id);

test('the windows of Ise and the national lines have no mistakes', () => {
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(windows.filter((window) => !isNational(window)).length).toBeGreaterThan(30);
});

describe('a row of `madoguchi hours --json`', () => {
  test('has exactly its seven keys', () =>
    expect(rowAt('hellowork-ise', '2026-11-23T10:00')).toEqual({
      id: 'hellowork-ise',
      name: 'ハローワーク伊勢（伊勢公共職業安定所）',
      phone: '0596-27-8609',
      category: ['work'],
      open: false,
      next_change: '2026-11-24T08:30:00+09:00',
      text: '今日は祝日で休み（あす 8:30から）',
    }));
  test('the station rests on the Thursday after a holiday on Wednesday', () => {
    expect(rowAt('ise-saposute', '2026-05-06T10:00')?.next_change).toBe('2026-05-08T09:00:00+09:00');
    expect(rowAt('ise-saposute', '2026-05-07T10:00')?.open).toBe(false);
    expect(rowAt('ise-saposute', '2026-05-14T10:00')?.open).toBe(true);
  });
  test('the scrivener comes on third Thursdays', () =>
    expect(rowAt('shohi-seikatsu-shihoshoshi', '2026-11-16T10:00')?.text).toContain('第3木曜 9:30から'));
  test('without hours it is not open, and says so', () =>
    expect(rowAt('yorisoi', '2026-11-20T10:00')).toMatchObject({
      open: false,
      next_change: null,
      text: '受付時間は確認できていません',
    }));
});

test.each(CATEGORIES)(
  'at two in the morning there is somewhere to go and somebody to call: %s',
  (category) => {
    const query = { categories: [category], ids: [], limit: 5 };
    const { cards, confirmed } = findWindows(windows, query, Date.parse('2026-11-22T02:00+09:00'), 'ja');
    const shown = new Set(cards.map(({ id }) => id));
    expect(confirmed).toBe(false);
    expect(shown.size).toBe(cards.length);
    expect(shown).toContain('yorisoi');
    expect(cards.some(({ state, phone }) => state === 'open' && phone)).toBe(true);
  },
);

const shared = new URL('../shared/', root);
describe.skipIf(!existsSync(shared))('nothing is invented (needs ../shared)', () => {
  const folder = (name: string) =>
    readdirSync(new URL(name, shared)).map((file) => readFileSync(new URL(`${name}${file}`, shared), 'utf8'));
  test('every number stands in the sources', () => {
    const [seeds, facts] = [folder('seeds/').join('\n'), folder('facts/').join('\n')];
    const missing = windows.filter(
      (window) => window.phone && !(isNational(window) ? facts : seeds).includes(window.phone),
    );
    expect(missing.map(({ id, phone }) => [id, phone])).toEqual([]);
  });
  test('every telephone of the support list has its window', () => {
    const listed = new Set(
      folder('seeds/')
        .join('\n')
        .match(/☎0596-\d\d-\d{4}/gu),
    );
    const given = new Set(windows.map(({ phone }) => `☎${phone}`));
    expect([...listed].filter((phone) => !given.has(phone))).toEqual([]);
  });
});
