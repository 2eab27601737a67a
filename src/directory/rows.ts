import { japanIso } from './calendar.ts';
import { inLanguage } from './localized.ts';
import { stateAt } from './state.ts';
import type { Window } from './window.ts';

/** One line of `madoguchi hours --json`. */
export type HoursRow = {
  id: string;
  name: string;
  phone: string | null;
  category: string[];
  /** False also where the hours are not known. */
  open: boolean;
  /** In Japan's time: `2026-11-24T08:30:00+09:00`. */
  next_change: string | null;
  /** 「受付中（今日は17:15まで）」 */
  text: string;
};

/** The state of every window at an instant (ms), in the order of the files. */
export function hoursRows(windows: readonly Window[], now: number, language = 'ja'): HoursRow[] {
  return windows.map((window) => {
    const { state, change, sentence } = stateAt(window, now, language);
    return {
      id: window.id,
      name: inLanguage(window.name, language),
      phone: window.phone ?? null,
      category: window.categories,
      open: state === 'open',
      next_change: change === null ? null : japanIso(change),
      text: sentence,
    };
  });
}
