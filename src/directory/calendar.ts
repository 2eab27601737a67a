/**
 * The calendar of Japan in whole numbers. Asia/Tokyo is UTC+9 all year and has been since 1951, so an addition does
 * what a time zone database would; the zone of the process never enters.
 */

const MINUTE = 60_000;
export const DAY_MINUTES = 1440;
const DAY = DAY_MINUTES * MINUTE;
const OFFSET = 9 * 60 * MINUTE;

/** 0 = Monday … 6 = Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** A date, with `number` counting days from 1970-01-01. */
export type CalendarDay = { number: number; year: number; month: number; day: number; weekday: Weekday };

/** Where an instant (ms since 1970 UTC) falls on the clock in Japan. `minute`: 0 to 1439, rounded down. */
export function japanTime(instant: number): { day: number; minute: number } {
  const local = instant + OFFSET;
  const day = Math.floor(local / DAY);
  return { day, minute: Math.floor((local - day * DAY) / MINUTE) };
}

/** The instant (ms) of a minute of a day in Japan; a minute of 1440 is the next midnight. */
export const instantAt = (day: number, minute: number): number => day * DAY + minute * MINUTE - OFFSET;

/** Days from 1970-01-01 to a date; month 1 to 12. A day past the month's end runs into the next month. */
export const dayNumber = (year: number, month: number, day: number): number =>
  Math.floor(Date.UTC(year, month - 1, day) / DAY);

export function calendarDay(number: number): CalendarDay {
  const date = new Date(number * DAY);
  return {
    number,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: weekdayOf(number),
  };
}

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (number: number): Weekday => ((((number + 3) % 7) + 7) % 7) as Weekday;

/** Days in a month; the thirteenth of a year is the next January. */
export const monthLength = (year: number, month: number): number =>
  dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);

/** Reads `2026-11-23`; undefined when there is no such day. */
export function parseDate(text: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  if (!parts) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return undefined;
  return dayNumber(year, month, day);
}

/** `2026-11-24T08:30:00+09:00` */
export function japanIso(instant: number): string {
  return `${new Date(instant + OFFSET).toISOString().slice(0, 19)}+09:00`;
}
