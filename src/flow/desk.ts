import type { Desk } from '../conversation/flow.ts';
import { japanTime, weekdayOf } from '../directory/calendar.ts';
import { hoursAt, type Schedule } from '../directory/hours.ts';
import { describeHours } from '../directory/sentence.ts';
import type { FlowFile } from './schema.ts';

const weekdays = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] as const;
/** A counselor with no other word about it holds two talks at once (practice). */
const USUAL_CAPACITY = 2;

/** What the desk's hours and capacity say at an instant (ms), on Japan's clock. */
export function deskClock(
  schedule: Schedule,
  capacity: FlowFile['desk']['capacity'],
): Pick<Desk, 'at' | 'nextOpen' | 'capacityAt'> {
  return {
    at(now) {
      const { open, change } = hoursAt(schedule, now);
      return { open, closesAt: open ? change : null };
    },
    nextOpen(now, language) {
      const { open, change } = hoursAt(schedule, now);
      if (open && change === null) return '';
      return describeHours(schedule, open && change !== null ? change : now, language).text;
    },
    capacityAt(now) {
      if (typeof capacity === 'number') return capacity;
      const { day } = japanTime(now);
      const weekday = weekdays[weekdayOf(day)] ?? 'Mo';
      const holiday = schedule.holidays.has(day) ? capacity.PH : undefined;
      return holiday ?? capacity[weekday] ?? USUAL_CAPACITY;
    },
  };
}
