import type { Weekday } from './calendar.ts';
import type { Schedule } from './hours.ts';
import type { DateRange, Rule } from './rule.ts';
import { type Voice, voiceOf } from './voice.ts';

const EVERY_DAY = 0b1111111;

/**
 * The regular hours in words: 「月〜金 8:30〜17:15（祝日・年末年始は休み）」.
 * Single rests and openings are left to the state now, which knows them.
 */
export function hoursInWords({ rules }: Pick<Schedule, 'rules'>, language: string): string {
  const voice = voiceOf(language);
  const regular = rules.filter(({ dates }) => !dates.length || dates.some(({ kind }) => kind === 'yearly'));
  const parts: string[] = [];
  const rests: string[] = [];
  const unknown: string[] = [];
  const asides: string[] = [];
  for (const [index, rule] of regular.entries()) {
    if (rule.restsAfter !== undefined) asides.push(voice.restsAfter(voice.weekday(rule.restsAfter)));
    else if (rule.spans.length === 0) {
      const day = restName(rule, voice);
      if (day) (rule.unknown ? unknown : rests).push(day);
    } else {
      const days = daysName(rule, laterMask(regular.slice(index + 1)), voice);
      if (days !== undefined) parts.push(partName(days, rule, voice));
    }
  }
  if (unknown.length) asides.unshift(voice.unknownOn(unknown));
  if (rests.length) asides.unshift(voice.closedOn(rests));
  return voice.aside(voice.parts(parts), asides);
}

/** Weekdays that later rules take away from an earlier one, whatever the date. */
const laterMask = (later: readonly Rule[]): number =>
  later.reduce(
    (mask, { dates, days, restsAfter }) =>
      dates.length || restsAfter !== undefined ? mask : mask | (days ? days.mask : EVERY_DAY),
    0,
  );

function partName(days: string, { spans }: Rule, voice: Voice): string {
  const whole = spans.length === 1 && spans[0]?.from === 0 && spans[0].to === 1440;
  if (whole && days === voice.everyDay) return voice.aroundTheClock;
  return voice.part(
    days,
    spans.map(({ from, to }) => voice.span(voice.clock(from), voice.clock(to > 1440 ? to - 1440 : to))),
  );
}

/** The days on which a rule opens; undefined when later rules have taken them all. */
function daysName(rule: Rule, taken: number, voice: Voice): string | undefined {
  const mask = (rule.days ? rule.days.mask : EVERY_DAY) & (rule.dates.length ? EVERY_DAY : ~taken);
  const names: string[] = [];
  if (mask === EVERY_DAY && rule.dates.length)
    names.push(''); // the dates say it all
  else if (mask === EVERY_DAY) names.push(voice.everyDay);
  else if (mask) names.push(voice.weekdays(runs(mask)));
  for (const nth of rule.days?.nth ?? []) names.push(voice.monthly(nth));
  if (rule.days?.holidays) names.push(voice.holidays);
  if (names.length === 0) return undefined;
  return withSeason(rule.dates, voice.list(names.filter(Boolean)), voice);
}

/** The days of a rest, except plain weekdays, which are missing from the open ones anyway. */
function restName(rule: Rule, voice: Voice): string {
  const names = (rule.days?.nth ?? []).map((nth) => voice.monthly(nth));
  if (rule.days?.holidays) names.unshift(voice.holidays);
  if (rule.dates.length === 0) return voice.list(names);
  if (rule.days?.mask) names.unshift(voice.weekdays(runs(rule.days.mask)));
  return withSeason(rule.dates, voice.list(names), voice);
}

function withSeason(dates: readonly DateRange[], days: string, voice: Voice): string {
  if (dates.length === 0) return days;
  const season = voice.list(
    dates.filter(({ kind }) => kind === 'yearly').map((range) => rangeName(range, voice)),
  );
  return days ? voice.within(season, days) : season;
}

/** A range from late December into early January is 年末年始. */
function rangeName(range: DateRange, voice: Voice): string {
  const isYearEnd = range.from > range.to && range.from >= 1220 && range.to <= 110;
  return isYearEnd ? voice.yearEnd(voice.range(range)) : voice.range(range);
}

/** Weekdays as runs of three or more, shorter ones day by day: 月・火・木〜土. */
function runs(mask: number): [Weekday, Weekday][] {
  const found: [Weekday, Weekday][] = [];
  for (let day = 0; day < 7; day++) {
    if (!(mask & (1 << day))) continue;
    const last = found.at(-1);
    if (last && last[1] === day - 1) last[1] = day as Weekday;
    else found.push([day as Weekday, day as Weekday]);
  }
  return found.flatMap(([from, to]): [Weekday, Weekday][] =>
    to - from === 1
      ? [
          [from, from],
          [to, to],
        ]
      : [[from, to]],
  );
}
