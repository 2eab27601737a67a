import { calendarDay, DAY_MINUTES, japanTime } from './calendar.ts';
import { hoursAt, ruleInForce, type Schedule, spansOn } from './hours.ts';
import { nthOn } from './rule.ts';
import { type Voice, voiceOf } from './voice.ts';

/** A schedule at one instant, in words. */
export type HoursState = {
  open: boolean;
  /** When that changes (ms); null when it does not. */
  change: number | null;
  /** 「今日は17:15まで」「あす 8:30から」「第3木曜 9:30から」 */
  text: string;
  /** With the state itself: 「受付中（今日は17:15まで）」「今日は祝日で休み（あす 8:30から）」 */
  sentence: string;
};

/** Tells a tired person whether it is open and, in words, when that changes; with the date when over six days away. */
export function describeHours(schedule: Schedule, now: number, language: string): HoursState {
  const voice = voiceOf(language);
  const { open, change } = hoursAt(schedule, now);
  const text = open ? untilText(schedule, now, change, voice) : fromText(schedule, now, change, voice);
  const sentence = open ? voice.openNow(text) : voice.closedNow(reasonClosed(schedule, now), text);
  return { open, change, text, sentence };
}

function untilText(schedule: Schedule, now: number, change: number | null, voice: Voice): string {
  if (change === null) return voice.aroundTheClock;
  const today = japanTime(now).day;
  const end = japanTime(change);
  // Midnight belongs to the day that ends with it: 「24:00まで」.
  const [day, minute] = end.minute === 0 ? [end.day - 1, DAY_MINUTES] : [end.day, end.minute];
  if (day > today) return voice.until(dayName(schedule, today, day, voice), voice.clock(minute));
  const again = hoursAt(schedule, change).change;
  if (again !== null && japanTime(again).day === today)
    return voice.untilBreak(voice.clock(minute), voice.clock(japanTime(again).minute));
  return voice.until('', voice.clock(minute));
}

function fromText(schedule: Schedule, now: number, change: number | null, voice: Voice): string {
  if (change === null) return voice.neverOpens;
  const { day, minute } = japanTime(change);
  return voice.from(dayName(schedule, japanTime(now).day, day, voice), voice.clock(minute));
}

function dayName(schedule: Schedule, today: number, number: number, voice: Voice): string {
  if (number === today) return voice.today;
  if (number === today + 1) return voice.tomorrow;
  const day = calendarDay(number);
  const rule = schedule.rules[ruleInForce(schedule, day)];
  const nth = rule && nthOn(rule, number);
  const weekday = nth ? voice.nth(nth) : voice.weekday(day.weekday);
  return number - today > 6 ? voice.date(day.month, day.day, weekday) : weekday;
}

/** Why it is closed now: only the hour, or the whole day, or a holiday. */
function reasonClosed(schedule: Schedule, now: number): 'hours' | 'holiday' | 'day' {
  const { day } = japanTime(now);
  if (spansOn(schedule, day).length > 0) return 'hours';
  const rule = schedule.rules[ruleInForce(schedule, calendarDay(day))];
  return rule?.days?.holidays && schedule.holidays.has(day) ? 'holiday' : 'day';
}
