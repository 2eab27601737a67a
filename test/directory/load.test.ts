import { describe, expect, test } from 'vitest';
import { parseDate } from '../../src/directory/calendar.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { loadDirectory } from '../../src/directory/load.ts';

const holidays = loadHolidays();
const today = parseDate('2026-11-21')!;
const categories = ['money-housing', 'work'];

const GOOD = `windows:
  - id: ayumi
    name: あゆみ
    about: { ja: お金の相談, easy: お金の 相談, en: Money }
    categories: [money-housing]
    area: [伊勢市]
    phone: "0596-63-5224"
    hours: Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off
    source: { document: リスト, place: お金・住まい }
    confirmed: 2026-11-01
`;

const load = (text: string) =>
  loadDirectory([{ file: 'windows.yaml', text }], { holidays, today, categories });

/** `line:column code`, and the text under the caret. */
const findings = (text: string) =>
  load(text).diagnostics.map(({ line, column, code, source, length }) => [
    `${line}:${column} ${code}`,
    source.slice(column - 1, column - 1 + length),
  ]);

test('a good file gives its windows and nothing to say', () => {
  const { windows, diagnostics } = load(GOOD);
  expect(diagnostics).toEqual([]);
  expect(windows.map(({ id, schedule }) => [id, schedule?.rules.length])).toEqual([['ayumi', 3]]);
});

describe('each mistake has its place and its sentence', () => {
  test.each([
    ['a weekday in words', 'hours: Mo-Fr', 'hours: Mon-Fr', '8:12 bad-hours', 'Mon', 'Mo'],
    [
      'a quoted text',
      'hours: Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off',
      'hours: "Mo-Fr 08:30"',
      '8:24 bad-hours',
      '"',
      undefined,
    ],
    [
      'holidays forgotten',
      '; PH off',
      '',
      '8:12 hours-without-holidays',
      'Mo-Fr 08:30-17:15; Dec 29-Jan 03 off',
      undefined,
    ],
    [
      'the turn of the year forgotten',
      '; Dec 29-Jan 03 off',
      '',
      '8:12 hours-without-year-end',
      'Mo-Fr 08:30-17:15; PH off',
      undefined,
    ],
    ['a key misspelled', 'hours:', 'hour:', '8:5 unknown-key', 'hour', 'hours'],
    ['a key misspelled, further in', 'place:', 'plaec:', '9:30 unknown-key', 'plaec', 'place'],
    [
      'an unknown category',
      '[money-housing]',
      '[money-housin]',
      '5:18 unknown-category',
      'money-housin',
      'money-housing',
    ],
    ['too short a number', '0596-63-5224', '0596-63-522', '7:12 wrong-value', '"0596-63-522"', undefined],
    ['a date that is none', '2026-11-01', '2026-02-30', '10:16 wrong-value', '2026-02-30', undefined],
    ['a date to come', '2026-11-01', '2027-11-01', '10:16 confirmed-in-future', '2027-11-01', undefined],
    ['an unknown window', 'area:', 'via: yorisoy\n    area:', '6:10 unknown-window', 'yorisoy', undefined],
    [
      'a channel nobody knows',
      'area:',
      'channels: [fhone]\n    area:',
      '6:16 unknown-value',
      'fhone',
      'phone',
    ],
    ['an id with spaces', 'id: ayumi', 'id: Ayumi Center', '2:9 wrong-value', 'Ayumi Center', undefined],
    [
      'dates the wrong way round',
      'confirmed:',
      'closed_dates: [{ from: 2026-12-02, to: 2026-12-01 }]\n    confirmed:',
      '10:20 bad-dates',
      '{ from: 2026-12-02, to: 2026-12-01 }',
      undefined,
    ],
    [
      'an opening without times',
      'confirmed:',
      'open_dates: [{ date: 2026-12-02, hours: Mo 10:00-12:00 }]\n    confirmed:',
      '10:45 bad-hours',
      'Mo 10:00-12:00',
      undefined,
    ],
    [
      'no source',
      '    source: { document: リスト, place: お金・住まい }\n',
      '',
      '2:5 missing-key',
      undefined,
      undefined,
    ],
  ])('%s', (_, from, to, place, under, suggestion) => {
    const broken = GOOD.replace(from, to);
    expect(broken).not.toBe(GOOD);
    const found = load(broken).diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = found;
    expect(found.map(({ line, column, code }) => `${line}:${column} ${code}`)).toContain(place);
    const same = found.find(({ line, column, code }) => `${line}:${column} ${code}` === place)!;
    if (under) expect(same.source.slice(same.column - 1, same.column - 1 + same.length)).toBe(under);
    if (suggestion) expect(same.suggestion).toBe(suggestion);
    expect(first?.message).toMatch(/[ぁ-ん].*。/u);
  });

  test('all at once, in the order of the file', () => {
    const twice =
      GOOD + GOOD.replace('windows:\n', '').replace('PH off', 'PH of').replace('[money-housing]', '[job]');
    expect(findings(`${twice}    colour: red\n`)).toEqual([
      ['11:9 duplicate-id', 'ayumi'],
      ['14:18 unknown-category', 'job'],
      ['17:34 bad-hours', 'of'],
      ['20:5 unknown-key', 'colour'],
    ]);
  });

  test('YAML that cannot be read', () => expect(findings('windows: [')[0]?.[0]).toMatch(/yaml-syntax$/u));
});

describe('what is not yet sure is a warning, and the window is kept', () => {
  const warnings = (text: string) => {
    const { windows, diagnostics } = load(text);
    expect(diagnostics.every(({ severity }) => severity === 'warning')).toBe(true);
    return [windows.length, ...diagnostics.map(({ code }) => code)];
  };
  test('never confirmed', () =>
    expect(warnings(GOOD.replace('2026-11-01', 'null'))).toEqual([1, 'unconfirmed-window']));
  test('confirmed over twelve months ago', () =>
    expect(warnings(GOOD.replace('2026-11-01', '2025-11-01'))).toEqual([1, 'stale-window']));
  test('fixed by law', () =>
    expect(warnings(GOOD.replace('2026-11-01', 'null\n    fixed_by_law: true'))).toEqual([1]));
  test('nothing to reach it by', () =>
    expect(warnings(GOOD.replace('    phone: "0596-63-5224"\n', ''))).toEqual([1, 'no-contact']));
  test('silence about holidays, owned up to', () =>
    expect(warnings(GOOD.replace('; PH off; Dec 29-Jan 03 off', '\n    holidays_unknown: true'))).toEqual([
      1,
    ]));
});
