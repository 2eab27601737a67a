import { describe, expect, test } from 'vitest';
import { japanIso } from '../../src/directory/calendar.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { compileHours, hoursAt, hoursGaps, readDateSpan } from '../../src/directory/hours.ts';
import { parseHours } from '../../src/directory/parse-hours.ts';

const holidays = loadHolidays();

function schedule(text: string, exceptions?: Parameters<typeof compileHours>[2]) {
  const compiled = compileHours(text, holidays, exceptions);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.error.message}`);
  return compiled.schedule;
}

/** `open until …`, `closed until …`, in Japan's time. */
function at(text: string, when: string, exceptions?: Parameters<typeof compileHours>[2]): string {
  const { open, change } = hoursAt(schedule(text, exceptions), Date.parse(`${when}+09:00`));
  return `${open ? 'open' : 'closed'} ${change === null ? 'for good' : japanIso(change).slice(0, 16)}`;
}

const OFFICE = 'Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off';

describe('the hours of an office', () => {
  test.each([
    ['an ordinary morning', '2026-11-20T10:00', 'open 2026-11-20T17:15'],
    ['the first minute', '2026-11-20T08:30', 'open 2026-11-20T17:15'],
    ['the last second', '2026-11-20T17:14:59', 'open 2026-11-20T17:15'],
    ['closing time', '2026-11-20T17:15', 'closed 2026-11-24T08:30'],
    ['勤労感謝の日', '2026-11-23T10:00', 'closed 2026-11-24T08:30'],
    ['国民の休日 between 敬老の日 and 秋分の日', '2026-09-22T10:00', 'closed 2026-09-24T08:30'],
    ['振替休日 of a Sunday equinox', '2027-03-22T10:00', 'closed 2027-03-23T08:30'],
    ['振替休日 on a Wednesday', '2026-05-06T10:00', 'closed 2026-05-07T08:30'],
    ['the eve of the rest at the end of the year', '2026-12-28T18:00', 'closed 2027-01-04T08:30'],
    ['New Year', '2027-01-01T10:00', 'closed 2027-01-04T08:30'],
  ])('%s', (_, when, expected) => expect(at(OFFICE, when)).toBe(expected));
});

describe('the syntax', () => {
  test.each([
    ['a lunch break', 'Mo-Fr 09:00-12:00,13:00-16:00', '2026-11-20T12:30', 'closed 2026-11-20T13:00'],
    ['the third Thursday', 'Th[3] 09:30-11:30', '2026-11-19T09:00', 'closed 2026-11-19T09:30'],
    [
      'the third Thursday of the next month',
      'Th[3] 09:30-11:30',
      '2026-11-19T12:00',
      'closed 2026-12-17T09:30',
    ],
    ['the last Friday', 'Fr[-1] 09:00-10:00', '2026-11-01T00:00', 'closed 2026-11-27T09:00'],
    ['first and third', 'Mo[1,3] 09:00-10:00', '2026-11-03T00:00', 'closed 2026-11-16T09:00'],
    ['first to second', 'Mo[1-2] 09:00-10:00', '2026-11-03T00:00', 'closed 2026-11-09T09:00'],
    ['over the weekend', 'Sa-Mo 10:00-12:00', '2026-11-20T00:00', 'closed 2026-11-21T10:00'],
    ['past midnight', 'Fr 22:00-02:00', '2026-11-21T01:00', 'open 2026-11-21T02:00'],
    ['past midnight, written past 24', 'Fr 22:00-26:00', '2026-11-21T01:00', 'open 2026-11-21T02:00'],
    ['every night', '22:00-02:00', '2026-11-21T23:00', 'open 2026-11-22T02:00'],
    ['always', '24/7', '2026-11-21T23:00', 'open for good'],
    ['always but', '24/7; Dec 31 off', '2026-11-21T23:00', 'open 2026-12-31T00:00'],
    ['holiday hours', 'Mo-Fr 09:00-17:00; PH 10:00-12:00', '2026-11-23T09:30', 'closed 2026-11-23T10:00'],
    ['holidays among weekdays', 'Sa,PH 10:00-12:00', '2026-11-20T09:30', 'closed 2026-11-21T10:00'],
    ['a season', 'Apr-Sep Mo-Fr 09:00-17:00', '2026-11-20T09:30', 'closed 2027-04-01T09:00'],
    ['a date', 'Mo-Fr 09:00-17:00; Nov 20 off', '2026-11-20T09:30', 'closed 2026-11-23T09:00'],
    ['dates of a month', 'Nov 18,20 09:00-17:00', '2026-11-19T09:30', 'closed 2026-11-20T09:00'],
    ['a date once', 'Mo-Fr 09:00-17:00; 2026 Nov 20 off', '2026-11-20T09:30', 'closed 2026-11-23T09:00'],
    [
      'dates once, over new year',
      '2026 Dec 29-2027 Jan 02 09:00-10:00',
      '2027-01-02T11:00',
      'closed for good',
    ],
    ['a later rule wins', 'Mo-Fr 09:00-17:00; We 13:00-19:00', '2026-11-18T10:00', 'closed 2026-11-18T13:00'],
    [
      'a later off ends the night at midnight',
      'Fr 22:00-02:00; Sa off',
      '2026-11-20T23:00',
      'open 2026-11-21T00:00',
    ],
    ['a night that never began', 'Mo-Su 22:00-02:00; We off', '2026-11-19T01:00', 'closed 2026-11-19T22:00'],
    ['spans that meet', 'Mo 09:00-12:00,12:00-13:00', '2026-11-16T10:00', 'open 2026-11-16T13:00'],
    ['days that meet', 'Mo-Tu 00:00-24:00', '2026-11-16T10:00', 'open 2026-11-18T00:00'],
    ['never', 'off', '2026-11-16T10:00', 'closed for good'],
  ])('%s: %s', (_, text, when, expected) => expect(at(text, when)).toBe(expected));
});

describe('exceptions', () => {
  const station = 'Mo,Tu,Th-Sa 09:00-18:00; PH off; Dec 29-Jan 03 off';
  test.each([
    ['the Thursday after a holiday on Wednesday', '2026-05-07T10:00', 'closed 2026-05-08T09:00'],
    ['the Wednesday itself', '2026-05-06T10:00', 'closed 2026-05-08T09:00'],
    ['a holiday on another day pushes nothing', '2026-11-24T10:00', 'open 2026-11-24T18:00'],
    ['a Thursday as any other', '2026-05-14T10:00', 'open 2026-05-14T18:00'],
  ])('%s', (_, when, expected) => expect(at(station, when, { restsAfter: 2 })).toBe(expected));

  test('the rest moves past a run of holidays to the next working day', () => {
    // 2028: Wednesday May 3, Thursday May 4 and Friday May 5 are holidays; Monday May 8 works.
    expect(at(station, '2028-05-08T10:00', { restsAfter: 2 })).toBe('closed 2028-05-09T09:00');
    expect(at(station, '2028-05-06T10:00', { restsAfter: 2 })).toBe('open 2028-05-06T18:00');
  });

  test('closed dates win over hours, open dates over both', () => {
    const closed = [{ from: '2026-11-24', to: '2026-11-26' }].map((span) => readDateSpan(span)!);
    const open = [{ ...readDateSpan('2026-11-25')!, spans: [{ from: 600, to: 720 }] }];
    expect(at(OFFICE, '2026-11-24T10:00', { closed })).toBe('closed 2026-11-27T08:30');
    expect(at(OFFICE, '2026-11-24T10:00', { closed, open })).toBe('closed 2026-11-25T10:00');
    expect(at(OFFICE, '2026-11-25T11:00', { closed, open })).toBe('open 2026-11-25T12:00');
  });
});

describe('what an author forgot', () => {
  test.each([
    [OFFICE, []],
    ['24/7', []],
    ['Mo-Fr 08:30-17:15', ['holidays', 'year-end']],
    ['16:00-21:00', ['holidays', 'year-end']],
    ['Mo-Fr 08:30-17:15; PH off', ['year-end']],
    ['Mo-Fr 08:30-17:15; Dec 29-Jan 03 off', ['holidays']],
    ['Mo-Su,PH 16:00-21:00; Dec 31-Jan 01 off', ['year-end']],
  ])('%s', (text, gaps) => expect(hoursGaps(schedule(text))).toEqual(gaps));
});

describe('a mistake is found where it stands', () => {
  test.each([
    ['Mo-Fr 8:30–17:15', '–', '-'],
    ['月-金 08:30-17:15', '月', 'Mo-Fr 08:30-17:15'],
    ['Mon-Fri 08:30-17:15', 'Mon', 'Mo'],
    ['MO-FR 08:30-17:15', 'MO', 'Mo'],
    ['Mo-Fr 08:30', '', undefined],
    ['Mo-Fr 08:30-17:75', '17:75', undefined],
    ['Mo-Fr 25:00-26:00', '25:00', undefined],
    ['Mo-Fr 09:00-09:00', '09:00', undefined],
    ['Mo-Fr 09:00-12:00, We 13:00-14:00', 'We', undefined],
    ['Mo-Fr', '', undefined],
    ['Th[6] 09:00-10:00', '6', undefined],
    ['Th[3 09:00-10:00', '09:00', undefined],
    ['Feb 30 off', '30', undefined],
    ['Dec 29-2027 Jan 03 off', 'Jan', undefined],
    ['Mo-Fr 12:00-13:00 off', 'off', undefined],
    ['SH off', 'SH', undefined],
    ['Mo-Fr 09:00-17:00; ; PH off', ';', undefined],
    ['', '', undefined],
    ['PH Mo 09:00-10:00', 'Mo', undefined],
  ])('%s', (text, token, suggestion) => {
    const parsed = parseHours(text);
    if (parsed.ok) throw new Error('was read');
    expect(text.slice(parsed.error.offset, parsed.error.offset + (token ? parsed.error.length : 0))).toBe(
      token,
    );
    expect(parsed.error.suggestion).toBe(suggestion);
    expect(parsed.error.message).toMatch(/[ぁ-ん].*。$/u);
  });
});

describe('hours as a leaflet prints them are told in the syntax', () => {
  test.each([
    ['平日/第3木', 'Mo-Fr,Th[3]'],
    ['平日：9時から17時まで、土日祝休み', 'Mo-Fr 09:00-17:00; Sa,Su,PH off'],
    ['月～金 8時半～17時15分 祝日・年末年始休み', 'Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off'],
    ['毎月第2・第4土曜日の午前10時から午後3時', 'Sa[2,4] 10:00-15:00'],
    ['最終金曜 13:00-16:00', 'Fr[-1] 13:00-16:00'],
    ['火・木 10:00-12:00、13:00-15:00', 'Tu,Th 10:00-12:00,13:00-15:00'],
    ['平日 9:00-17:00/第3木 10:00-12:00', 'Mo-Fr 09:00-17:00; Th[3] 10:00-12:00'],
    ['４月〜９月 土日 10:00〜16:00', 'Apr-Sep Sa,Su 10:00-16:00'],
    ['毎日24時間', 'Mo-Su,PH 00:00-24:00'],
    ['予約制', undefined],
    ['平日のみ', undefined],
  ])('%s', (text, meant) => {
    const parsed = parseHours(text);
    expect(parsed.ok ? 'was read' : parsed.error.suggestion).toBe(meant);
  });
});
