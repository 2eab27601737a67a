import holidayJp from '@holiday-jp/holiday_jp';
import { parseDate } from './calendar.ts';

/**
 * Japan's holidays under 国民の祝日に関する法律, with 振替休日 and 国民の休日, as day numbers.
 * Built once by whoever starts the program and handed on.
 */
export type Holidays = {
  has(day: number): boolean;
  /** 「勤労感謝の日」 */
  name(day: number): string | undefined;
};

/** The calendar of @holiday-jp/holiday_jp: 1970 to 2050, equinoxes as computed, past changes of law included. */
export function loadHolidays(): Holidays {
  const names = new Map<number, string>();
  for (const holiday of Object.values(holidayJp.holidays)) {
    const day = parseDate(String(holiday.date));
    if (day !== undefined) names.set(day, holiday.name);
  }
  return { has: (day) => names.has(day), name: (day) => names.get(day) };
}
