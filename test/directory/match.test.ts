import { describe, expect, test } from 'vitest';
import { parseDate } from '../../src/directory/calendar.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { loadDirectory } from '../../src/directory/load.ts';
import { findWindows, type Query } from '../../src/directory/match.ts';
import { stateAt } from '../../src/directory/state.ts';
import type { Window } from '../../src/directory/window.ts';

const base = {
  about: '相談',
  area: ['市'],
  source: { document: '例', place: '例' },
  confirmed: '2026-11-01',
};
const office = 'Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off';

const windows: Window[] = load([
  {
    id: 'evening',
    name: '夜の窓口',
    categories: ['work'],
    phone: '0596-00-0001',
    hours: 'Mo-Fr 18:00-21:00; PH off; Dec 29-Jan 03 off',
  },
  {
    id: 'booked',
    name: '予約の窓口',
    categories: ['work'],
    phone: '0596-00-0002',
    hours: office,
    reservation: true,
  },
  {
    id: 'old',
    name: '未確認の窓口',
    categories: ['work', 'money'],
    phone: '0596-00-0003',
    hours: office,
    confirmed: null,
  },
  {
    id: 'plain',
    name: '窓口',
    categories: ['work'],
    phone: '0596-00-0004',
    hours: office,
    languages: ['ja', 'en'],
  },
  {
    id: 'elderly',
    name: '高齢の窓口',
    categories: ['care'],
    address: '市役所',
    target: ['高齢者'],
    districts: ['東'],
    confirmed: null,
  },
  { id: 'unlisted', name: '連絡先のない窓口', categories: ['care'], via: 'unsure', confirmed: null },
  { id: 'nowhere', name: 'どこにもない窓口', categories: ['care'], confirmed: null },
  {
    id: 'unsure',
    name: { ja: '迷ったら', en: 'Unsure' },
    categories: ['any'],
    address: '7階',
    when_unsure: true,
    confirmed: null,
  },
  {
    id: 'daytime-line',
    name: '昼の電話',
    categories: ['lines'],
    area: ['全国'],
    phone: '0120-000-001',
    hours: 'Mo-Su 10:00-16:00',
    holidays_unknown: true,
    confirmed: null,
  },
  {
    id: 'night-line',
    name: '夜の電話',
    categories: ['lines'],
    area: ['全国'],
    phone: '0120-000-002',
    hours: '24/7',
    confirmed: null,
  },
]);

function load(entries: object[]): Window[] {
  const text = JSON.stringify({ windows: entries.map((entry) => ({ ...base, ...entry })) });
  const { windows, diagnostics } = loadDirectory([{ file: 'w.yaml', text }], {
    holidays: loadHolidays(),
    today: parseDate('2026-11-21')!,
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return windows;
}

const ask = (query: Partial<Query>, when: string, language = 'ja', offset = 0) =>
  findWindows(
    windows,
    { categories: [], ids: [], limit: 10, ...query },
    Date.parse(`${when}+09:00`),
    language,
    offset,
  );
const ids = (query: Partial<Query>, when: string) => ask(query, when).cards.map(({ id }) => id);

describe('the order of windows', () => {
  test('open ones first, then without reservation, then confirmed', () => {
    expect(ids({ categories: ['work'] }, '2026-11-20T10:00')).toEqual(['plain', 'old', 'booked', 'evening']);
    expect(ids({ categories: ['work'] }, '2026-11-20T19:00')).toEqual(['evening', 'plain', 'old', 'booked']);
  });
  test('the limit leaves the rest for 「もっと」', () => {
    const first = ask({ categories: ['work'], limit: 3 }, '2026-11-20T10:00');
    expect([first.cards.length, first.more, first.confirmed]).toEqual([3, true, true]);
    const second = ask({ categories: ['work'], limit: 3 }, '2026-11-20T10:00', 'ja', 3);
    expect([second.cards.map(({ id }) => id), second.more]).toEqual([['evening'], false]);
  });
  test('a list by name keeps its order, closed ones last', () => {
    expect(ids({ ids: ['evening', 'night-line', 'plain'] }, '2026-11-20T10:00')).toEqual([
      'night-line',
      'plain',
      'evening',
    ]);
  });
});

describe('what fits', () => {
  test('target and district shut out only windows that say otherwise', () => {
    expect(ids({ categories: ['care'], target: ['高齢者'], district: ['東'] }, '2026-11-20T10:00')).toContain(
      'elderly',
    );
    expect(ids({ categories: ['care'], target: ['子ども'] }, '2026-11-20T10:00')).not.toContain('elderly');
    expect(ids({ categories: ['care'], district: ['西'] }, '2026-11-20T10:00')).not.toContain('elderly');
    expect(ids({ categories: ['care'], district: ['西'] }, '2026-11-20T10:00')).toContain('unlisted');
  });
  test('a language puts those known to speak it first', () =>
    expect(ids({ categories: ['work'], language: ['en'] }, '2026-11-20T10:00')[0]).toBe('plain'));
  test('a window nobody could reach is never shown; one that others lead to says so, and comes last', () => {
    const { cards } = ask({ categories: ['care'] }, '2026-11-20T10:00');
    expect(cards.map(({ id }) => id)).not.toContain('nowhere');
    expect(cards.slice(0, 2).map(({ id }) => id)).toEqual(['elderly', 'unlisted']);
    expect(cards[1]?.note).toContain('「迷ったら」');
  });
});

describe('an unconfirmed window is never the only help', () => {
  test('the window for those unsure and a line that is open now follow', () => {
    const found = ask({ categories: ['money'] }, '2026-11-20T22:00');
    expect(found.confirmed).toBe(false);
    expect(found.cards.map(({ id }) => id)).toEqual(['old', 'unsure', 'night-line']);
    expect(found.cards[0]?.unconfirmed).toBe(true);
  });
  test('also where no window fits at all, and also beyond the limit', () => {
    expect(ids({ categories: ['nothing'] }, '2026-11-20T22:00')).toEqual(['unsure', 'night-line']);
    expect(ids({ categories: ['money'], limit: 1 }, '2026-11-20T22:00')).toEqual([
      'old',
      'unsure',
      'night-line',
    ]);
  });
  test('a confirmed one stands alone, and so do lines asked for', () => {
    expect(ids({ categories: ['work'] }, '2026-11-20T10:00')).not.toContain('unsure');
    expect(ids({ categories: ['lines'] }, '2026-11-20T22:00')).toEqual(['night-line', 'daytime-line']);
  });
});

describe('a card', () => {
  test('speaks the language of the resident', () => {
    const [card] = ask({ categories: ['work'] }, '2026-11-20T10:00', 'en').cards;
    expect(card).toMatchObject({
      id: 'plain',
      state: 'open',
      stateText: 'until 17:15 today',
      hours: 'Mon–Fri 8:30–17:15 (closed on public holidays and Dec 29 – Jan 3)',
      phone: '0596-00-0004',
      reservation: false,
      unconfirmed: false,
    });
  });
  test('where the source is silent about holidays, that day is unknown rather than open', () => {
    const line = windows.find(({ id }) => id === 'daytime-line')!;
    const state = (when: string) => stateAt(line, Date.parse(`${when}+09:00`), 'ja');
    expect(state('2026-11-22T11:00')).toMatchObject({ state: 'open', text: '今日は16:00まで' });
    expect(state('2026-11-23T11:00')).toMatchObject({ state: 'unknown', text: '' });
    expect(state('2026-12-30T11:00')).toMatchObject({ state: 'unknown', text: '' });
  });
});
