import { type CalendarDay, calendarDay, monthLength, type Weekday, weekdayOf } from './calendar.ts';
import type { Holidays } from './holidays.ts';

/** From and to in minutes of the day; `to` past 1440 runs into the next day. */
export type Span = { from: number; to: number };

/** Every year, as month × 100 + day, over new year when `from` > `to`; or once, as day numbers. Both ends included. */
export type DateRange = { kind: 'yearly' | 'once'; from: number; to: number };

/** The third Thursday of the month; -1 is the last one. */
export type NthWeekday = { weekday: Weekday; nth: number };

/** Any one of these makes a day match. `mask` has a bit for each weekday, Monday lowest. */
export type Days = { mask: number; nth: readonly NthWeekday[]; holidays: boolean };

/** One part of an `opening_hours` text, between semicolons. On a day that it matches, it says all there is to say. */
export type Rule = {
  /** Empty: on all dates. */
  dates: readonly DateRange[];
  /** Absent: on all days of the week. */
  days?: Days;
  /** 「水曜日が祝日の場合は翌平日も休み」: matches the first working day after a holiday on this weekday. */
  restsAfter?: Weekday;
  /** Empty: closed. */
  spans: readonly Span[];
  /** The sources are silent about these days: taken as closed, but said to be unknown. */
  unknown?: true;
};

export function matches(rule: Rule, day: CalendarDay, holidays: Holidays): boolean {
  if (rule.restsAfter !== undefined) return isFirstWorkdayAfter(rule.restsAfter, day.number, holidays);
  if (rule.dates.length > 0 && !rule.dates.some((range) => inRange(range, day))) return false;
  const { days } = rule;
  if (!days) return true;
  return (
    (days.mask & (1 << day.weekday)) !== 0 ||
    (days.holidays && holidays.has(day.number)) ||
    days.nth.some((each) => isNth(each, day))
  );
}

/** The part of a rule by which a day is 「第3木曜」 rather than just a Thursday. */
export function nthOn(rule: Rule, number: number): NthWeekday | undefined {
  const day = calendarDay(number);
  if (!rule.days || (rule.days.mask & (1 << day.weekday)) !== 0) return undefined;
  return rule.days.nth.find((each) => isNth(each, day));
}

function inRange(range: DateRange, day: CalendarDay): boolean {
  if (range.kind === 'once') return range.from <= day.number && day.number <= range.to;
  const date = day.month * 100 + day.day;
  return range.from <= range.to
    ? range.from <= date && date <= range.to
    : range.from <= date || date <= range.to;
}

function isNth({ weekday, nth }: NthWeekday, day: CalendarDay): boolean {
  if (weekday !== day.weekday) return false;
  return nth > 0
    ? Math.ceil(day.day / 7) === nth
    : Math.ceil((monthLength(day.year, day.month) - day.day + 1) / 7) === -nth;
}

/** Saturday, Sunday and holidays are not working days, so a run of holidays pushes the rest to its far side. */
function isFirstWorkdayAfter(weekday: Weekday, number: number, holidays: Holidays): boolean {
  const works = (day: number) => weekdayOf(day) < 5 && !holidays.has(day);
  if (!works(number)) return false;
  for (let day = number - 1; !works(day); day--)
    if (weekdayOf(day) === weekday && holidays.has(day)) return true;
  return false;
}
