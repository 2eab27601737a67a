import { calendarDay, japanTime } from './calendar.ts';
import { ruleInForce } from './hours.ts';
import { describeHours } from './sentence.ts';
import { voiceOf } from './voice.ts';
import type { Window } from './window.ts';

export type WindowState = {
  /** `unknown`: the sources give no hours, or not for a day like this. */
  state: 'open' | 'closed' | 'unknown';
  /** When the state next changes (ms); null when it does not, or is unknown. */
  change: number | null;
  /** 「今日は17:15まで」「月曜 8:30から」; empty when unknown. */
  text: string;
  /** With the state itself: 「受付中（今日は17:15まで）」 */
  sentence: string;
};

/** The state of a window at an instant (ms), in a language. Costs a few microseconds. */
export function stateAt(window: Window, now: number, language: string): WindowState {
  const unknown = voiceOf(language).unknown;
  if (!window.schedule) return { state: 'unknown', change: null, text: '', sentence: unknown };
  const { rules } = window.schedule;
  const today = calendarDay(japanTime(now).day);
  const { open, change, text, sentence } = describeHours(window.schedule, now, language);
  // Silence of the source on holidays is no promise that somebody is there.
  if (!open && rules[ruleInForce(window.schedule, today)]?.unknown)
    return { state: 'unknown', change, text: '', sentence: unknown };
  return { state: open ? 'open' : 'closed', change, text, sentence };
}
