import {
  type CalendarDay,
  calendarDay,
  DAY_MINUTES,
  instantAt,
  japanTime,
  parseDate,
  type Weekday,
} from './calendar.ts';
import type { Holidays } from './holidays.ts';
import type { HoursError } from './hours-tokens.ts';
import { parseHours } from './parse-hours.ts';
import { matches, type Rule, type Span } from './rule.ts';

/** How far ahead a next change is looked for: a rule for one day of the year comes round within this. */
const HORIZON_DAYS = 400;

/** Hours ready to be asked. `rules` in order, the last that matches a day being the one in force on it. */
export type Schedule = { rules: readonly Rule[]; holidays: Holidays };

/** A rest or an opening that the regular hours do not know. */
export type DateSpan = { from: number; to: number };

/** Makes a schedule of an hours text; exceptions win over it, openings over rests. */
export function compileHours(
  text: string,
  holidays: Holidays,
  exceptions: {
    /** What the text leaves out about holidays and the turn of the year is not known, rather than open. */
    gapsUnknown?: boolean;
    /** 「水曜日が祝日の場合は翌平日も休み」 */
    restsAfter?: Weekday;
    /** Day numbers, both ends included. */
    closed?: readonly DateSpan[];
    open?: readonly (DateSpan & { spans: readonly Span[] })[];
  } = {},
): { ok: true; schedule: Schedule } | { ok: false; error: HoursError } {
  const parsed = parseHours(text);
  if (!parsed.ok) return parsed;
  const rules = [...parsed.rules];
  if (exceptions.gapsUnknown) rules.push(...hoursGaps(parsed).map((gap) => SILENCE[gap]));
  if (exceptions.restsAfter !== undefined)
    rules.push({ dates: [], restsAfter: exceptions.restsAfter, spans: [] });
  const once = ({ from, to }: DateSpan) => ({ kind: 'once' as const, from, to });
  if (exceptions.closed?.length) rules.push({ dates: exceptions.closed.map(once), spans: [] });
  for (const { spans, ...dates } of exceptions.open ?? []) rules.push({ dates: [once(dates)], spans });
  return { ok: true, schedule: { rules, holidays } };
}

const SILENCE: Record<'holidays' | 'year-end', Rule> = {
  holidays: { dates: [], days: { mask: 0, nth: [], holidays: true }, spans: [], unknown: true },
  'year-end': { dates: [{ kind: 'yearly', from: 1229, to: 103 }], spans: [], unknown: true },
};

/**
 * Whether the schedule is open at an instant, and when that next changes (ms); null when it does not within 400 days.
 * The clock is Japan's.
 */
export function hoursAt(schedule: Schedule, now: number): { open: boolean; change: number | null } {
  const { day: today, minute } = japanTime(now);
  const first = spansOn(schedule, today);
  const open = first.some((span) => span.from <= minute && minute < span.to);
  if (isConstant(schedule)) return { open, change: null };
  for (let day = today; day <= today + HORIZON_DAYS; day++) {
    const spans = day === today ? first : spansOn(schedule, day);
    const start = day === today ? minute : 0;
    if (open) {
      // Follows the open stretch from `start`; spans are in order and do not touch.
      const here = spans.find((span) => span.from <= start && start < span.to);
      if (!here) return { open, change: instantAt(day, start) };
      if (here.to < DAY_MINUTES) return { open, change: instantAt(day, here.to) };
    } else {
      const next = spans.find((span) => span.from >= start);
      if (next) return { open, change: instantAt(day, next.from) };
    }
  }
  return { open, change: null };
}

/**
 * The open spans of one day, within 0 to 1440, in order and merged.
 *
 * The last rule that matches a day is in force from midnight to midnight, as in OSM. What the day before runs into
 * this one stays, unless a later rule matches this day: `Fr 22:00-02:00; Sa off` ends at midnight.
 */
export function spansOn(schedule: Schedule, number: number): Span[] {
  const today = ruleInForce(schedule, calendarDay(number));
  const spans: Span[] = [];
  // Only a schedule that passes midnight ever needs to know yesterday.
  if (schedule.rules.some((rule) => rule.spans.some((span) => span.to > DAY_MINUTES))) {
    const before = ruleInForce(schedule, calendarDay(number - 1));
    if (before >= today)
      for (const span of schedule.rules[before]?.spans ?? [])
        if (span.to > DAY_MINUTES) spans.push({ from: 0, to: span.to - DAY_MINUTES });
  }
  for (const span of schedule.rules[today]?.spans ?? [])
    spans.push(span.to > DAY_MINUTES ? { from: span.from, to: DAY_MINUTES } : span);
  return spans.length < 2 ? spans : merge(spans);
}

/** The index of the rule that decides a day; -1 when none speaks of it. */
export function ruleInForce({ rules, holidays }: Schedule, day: CalendarDay): number {
  for (let index = rules.length - 1; index >= 0; index--)
    if (matches(rules[index] as Rule, day, holidays)) return index;
  return -1;
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else merged.push(span);
  }
  return merged;
}

/** `24/7` and the like: every day is the same and whole, so there is nothing to look for. */
const isConstant = ({ rules }: Pick<Schedule, 'rules'>): boolean =>
  rules.length === 1 &&
  rules.every(
    ({ dates, days, spans }) =>
      dates.length === 0 && !days && spans.every((span) => span.from === 0 && span.to === DAY_MINUTES),
  );

/** What an author forgot to say: what happens on holidays, and at the turn of the year (Dec 29 to Jan 3). */
export function hoursGaps({ rules }: Pick<Schedule, 'rules'>): ('holidays' | 'year-end')[] {
  const gaps: ('holidays' | 'year-end')[] = [];
  if (isConstant({ rules })) return gaps; // 24/7 has said it
  if (!rules.some((rule) => rule.days?.holidays)) gaps.push('holidays');
  const newYear = (month: number, day: number) =>
    rules.some((rule) =>
      rule.dates.some(({ kind, from, to }) => {
        const date = month * 100 + day;
        return kind === 'yearly' && (from <= to ? from <= date && date <= to : from <= date || date <= to);
      }),
    );
  if (!newYear(12, 31) || !newYear(1, 2)) gaps.push('year-end');
  return gaps;
}

/** Reads `2026-08-13`, or a stretch from one date to another, as it stands in `closed_dates`. */
export function readDateSpan(value: string | { from: string; to: string }): DateSpan | undefined {
  const from = parseDate(typeof value === 'string' ? value : value.from);
  const to = parseDate(typeof value === 'string' ? value : value.to);
  return from === undefined || to === undefined || to < from ? undefined : { from, to };
}
