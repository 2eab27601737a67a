import { describe, expect, test } from 'vitest';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { compileHours } from '../../src/directory/hours.ts';
import { describeHours } from '../../src/directory/sentence.ts';
import { hoursInWords } from '../../src/directory/words.ts';

const holidays = loadHolidays();
const OFFICE = 'Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off';

function schedule(text: string, restsAfter?: 2) {
  const compiled = compileHours(text, holidays, restsAfter === undefined ? {} : { restsAfter });
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.schedule;
}

describe('the state now, in Japanese', () => {
  test.each([
    [OFFICE, '2026-11-20T10:00', '今日は17:15まで', '受付中（今日は17:15まで）'],
    [OFFICE, '2026-11-19T02:00', '今日 8:30から', '受付時間外（今日 8:30から）'],
    [OFFICE, '2026-11-19T18:00', 'あす 8:30から', '受付時間外（あす 8:30から）'],
    [OFFICE, '2026-11-21T10:00', '火曜 8:30から', '今日は休み（火曜 8:30から）'],
    [OFFICE, '2026-11-23T10:00', 'あす 8:30から', '今日は祝日で休み（あす 8:30から）'],
    [OFFICE, '2026-12-28T18:00', '1月4日 月曜 8:30から', '受付時間外（1月4日 月曜 8:30から）'],
    [
      'Mo-Fr 09:00-12:00,13:00-16:00',
      '2026-11-20T10:00',
      '今日は12:00まで、再開は13:00',
      '受付中（今日は12:00まで、再開は13:00）',
    ],
    ['Th[3] 09:30-11:30', '2026-11-15T10:00', '第3木曜 9:30から', '今日は休み（第3木曜 9:30から）'],
    [
      'Th[3] 09:30-11:30',
      '2026-11-19T12:00',
      '12月17日 第3木曜 9:30から',
      '受付時間外（12月17日 第3木曜 9:30から）',
    ],
    ['Th[-1] 09:30-11:30', '2026-11-22T12:00', '最終木曜 9:30から', '今日は休み（最終木曜 9:30から）'],
    ['18:00-02:00', '2026-11-20T20:00', 'あす 2:00まで', '受付中（あす 2:00まで）'],
    [
      '18:00-02:00',
      '2026-11-20T01:00',
      '今日は2:00まで、再開は18:00',
      '受付中（今日は2:00まで、再開は18:00）',
    ],
    ['18:00-24:00', '2026-11-20T20:00', '今日は24:00まで', '受付中（今日は24:00まで）'],
    ['24/7', '2026-11-20T20:00', '24時間受付', '受付中（24時間受付）'],
    [
      '2020 Jan 05 10:00-12:00',
      '2026-11-20T20:00',
      '次の受付日は決まっていません',
      '今日は休み（次の受付日は決まっていません）',
    ],
  ])('%s at %s', (hours, when, text, sentence) => {
    expect(describeHours(schedule(hours), Date.parse(`${when}+09:00`), 'ja')).toMatchObject({
      text,
      sentence,
    });
  });
});

describe('the state now, in other languages', () => {
  test.each([
    ['easy', '2026-11-20T10:00', 'いま 相談できます（今日は 午後5時15分まで）'],
    ['easy', '2026-11-20T18:00', 'いまは 休みです（火曜日 午前8時30分から）'],
    ['easy', '2026-11-23T10:00', '今日は 休みです（あした 午前8時30分から）'],
    ['en', '2026-11-20T10:00', 'Open now (until 17:15 today)'],
    ['en', '2026-11-20T18:00', 'Closed now (opens Tuesday 8:30)'],
    ['en', '2026-11-23T10:00', 'Closed today, a public holiday (opens tomorrow 8:30)'],
    ['en', '2026-12-28T18:00', 'Closed now (opens Jan 4, Monday, 8:30)'],
    ['pt', '2026-11-20T10:00', 'Open now (until 17:15 today)'],
  ])('%s at %s', (language, when, sentence) => {
    expect(describeHours(schedule(OFFICE), Date.parse(`${when}+09:00`), language).sentence).toBe(sentence);
  });
});

describe('the hours in words', () => {
  test.each([
    [OFFICE, 'ja', '月〜金 8:30〜17:15（祝日・年末年始は休み）'],
    [
      OFFICE,
      'easy',
      '月曜日から 金曜日まで 午前8時30分から 午後5時15分まで（祝日と 12月29日から 1月3日までは 休み）',
    ],
    [OFFICE, 'en', 'Mon–Fri 8:30–17:15 (closed on public holidays and Dec 29 – Jan 3)'],
    ['Th[3] 09:30-11:30; PH off', 'ja', '第3木曜 9:30〜11:30（祝日は休み）'],
    [
      'Th[3] 09:30-11:30; PH off',
      'easy',
      '毎月 3回目の 木曜日 午前9時30分から 午前11時30分まで（祝日は 休み）',
    ],
    ['Th[3] 09:30-11:30', 'en', '3rd Thursday of the month 9:30–11:30'],
    ['Mo-Fr 09:00-12:00,13:00-16:00', 'ja', '月〜金 9:00〜12:00、13:00〜16:00'],
    ['24/7', 'ja', '24時間受付'],
    ['16:00-21:00', 'ja', '毎日 16:00〜21:00'],
    ['Mo-Fr 09:00-17:00; We 13:00-19:00', 'ja', '月・火・木・金 9:00〜17:00、水 13:00〜19:00'],
    ['10:00-22:00; Su off', 'ja', '月〜土 10:00〜22:00'],
    ['Mo-Fr 22:00-02:00', 'ja', '月〜金 22:00〜2:00'],
    ['Mo-Fr 09:00-17:00; PH 10:00-12:00', 'ja', '月〜金 9:00〜17:00、祝日 10:00〜12:00'],
    [
      'Apr-Sep Mo-Fr 09:00-17:00; Aug 13-16 off',
      'ja',
      '4月〜9月の月〜金 9:00〜17:00（8月13日〜8月16日は休み）',
    ],
    ['Mo-Fr 09:00-17:00; 2026 Nov 20 off', 'ja', '月〜金 9:00〜17:00'],
  ])('%s (%s)', (hours, language, words) => expect(hoursInWords(schedule(hours), language)).toBe(words));

  test('the rest after a holiday', () => {
    expect(hoursInWords(schedule('Mo,Tu,Th-Sa 09:00-18:00; PH off; Dec 29-Jan 03 off', 2), 'ja')).toBe(
      '月・火・木〜土 9:00〜18:00（祝日・年末年始は休み。水曜が祝日のときは次の平日も休み）',
    );
  });
});
