import { expect, test } from 'vitest';
import { japanTime } from '../../../src/directory/calendar.ts';
import { loadHolidays } from '../../../src/directory/holidays.ts';
import { loadDirectory } from '../../../src/directory/load.ts';
import { hoursRows } from '../../../src/directory/rows.ts';

test('windows are read and evaluated inside workerd, holidays included', () => {
  const now = Date.parse('2026-09-22T10:00:00+09:00');
  const text = `windows:
  - id: office
    name: 役所
    about: 相談
    categories: [work]
    area: [市]
    phone: "110"
    hours: Mo-Fr 08:30-17:15; PH off; Dec 29-Jan 03 off
    source: { document: 例, place: 例 }
    confirmed: 2026-09-01
`;
  const { windows, diagnostics } = loadDirectory([{ file: 'windows.yaml', text }], {
    holidays: loadHolidays(),
    today: japanTime(now).day,
  });
  expect(diagnostics).toEqual([]);
  expect(hoursRows(windows, now)).toMatchObject([
    { open: false, next_change: '2026-09-24T08:30:00+09:00', text: '今日は祝日で休み（木曜 8:30から）' },
  ]);
});
