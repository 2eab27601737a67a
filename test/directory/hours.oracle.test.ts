import fc from 'fast-check';
import OpeningHours from 'opening_hours';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { calendarDay, instantAt, japanTime } from '../../src/directory/calendar.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { compileHours, hoursAt, ruleInForce, type Schedule } from '../../src/directory/hours.ts';
import { matches } from '../../src/directory/rule.ts';

/**
 * The npm library opening_hours as a second opinion. Where it is known to be wrong, it is not asked:
 *
 * - 国民の休日 (2026-09-22, 2032-09-21) is no holiday to it: days beside them are left out;
 * - a night that was called off (`Mo-Su 22:00-02:00; We off`) still opens at Thursday's midnight: left out;
 * - a rule without any day or date, standing later, does not win over the earlier ones: such rules come only first here;
 * - a range over new year that is nearly the whole year (`Jul 12-Jul 11`) has holes: ranges here stay in a year or
 *   go from the last months of one to the first of the next.
 *
 * It also reads the clock of the process, so it is asked under TZ=Asia/Tokyo only; ours under three.
 */
const holidays = loadHolidays();
const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const PLACE = { lat: 34.49, lon: 136.71, address: { country_code: 'jp', state: '三重県' } };

const weekday = fc.constantFrom(...WEEKDAYS);
const days = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(weekday, weekday).map(([a, b]) => (a === b ? a : `${a}-${b}`)) },
  {
    weight: 2,
    arbitrary: fc.uniqueArray(weekday, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(weekday, fc.constantFrom('1', '2', '3', '4', '5', '-1', '-2', '1,3'))
      .map(([day, n]) => `${day}[${n}]`),
  },
  { weight: 1, arbitrary: weekday.map((day) => `${day},PH`) },
  { weight: 2, arbitrary: fc.constant('PH') },
);
const date = fc
  .tuple(fc.constantFrom(...MONTHS), fc.integer({ min: 1, max: 28 }))
  .map(([month, day]) => `${month} ${String(day).padStart(2, '0')}`);
const dates = fc.oneof(
  date,
  fc.constantFrom(
    'Dec 29-Jan 03',
    'Apr-Sep',
    'Oct-Mar',
    'Aug 13-16',
    'Nov 18,20',
    '2026 Dec 29-2027 Jan 05',
    '2026 Nov 18-20',
    '2027 Feb 11',
  ),
  fc
    .tuple(date, date)
    .filter(([a, b]) => {
      const [from, to] = [MONTHS.indexOf(a.slice(0, 3)), MONTHS.indexOf(b.slice(0, 3))];
      return from < to || (from >= 9 && to <= 2);
    })
    .map(([a, b]) => `${a}-${b}`),
);
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const quarter = (min: number, max: number) => fc.integer({ min: min * 4, max: max * 4 }).map((n) => n * 15);
const spans = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(quarter(0, 12), quarter(13, 24)).map(([from, to]) => `${clock(from)}-${clock(to)}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(quarter(8, 11), quarter(11.25, 12), quarter(12.25, 14), quarter(14.25, 20))
      .map(([a, b, c, d]) => `${clock(a)}-${clock(b)},${clock(c)}-${clock(d)}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(quarter(18, 23.75), quarter(0.25, 6))
      .map(([from, to]) => `${clock(from)}-${clock(to)}`),
  },
  { weight: 1, arbitrary: fc.constant('00:00-24:00') },
);
const value = fc.oneof({ weight: 3, arbitrary: spans }, { weight: 2, arbitrary: fc.constant('off') });
const laterRule = fc
  .tuple(
    fc.oneof(
      days,
      dates,
      fc.tuple(dates, days).map((both) => both.join(' ')),
    ),
    value,
  )
  .map((parts) => parts.join(' '));
const firstRule = fc.oneof(
  { weight: 1, arbitrary: fc.constant('24/7') },
  { weight: 1, arbitrary: spans },
  { weight: 6, arbitrary: fc.tuple(days, spans).map((parts) => parts.join(' ')) },
);
const rules = fc
  .tuple(firstRule, fc.array(laterRule, { maxLength: 3 }))
  .map(([first, later]) => [first, ...later].join('; '));
const START = Date.parse('2026-01-01T00:00+09:00');
const instant = fc.integer({ min: 0, max: 2 * 365 * 1440 - 1 }).map((minute) => START + minute * 60_000);

function compile(text: string): Schedule {
  const compiled = compileHours(text, holidays);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.error.message}`);
  return compiled.schedule;
}

const FORGOTTEN_HOLIDAY = japanTime(Date.parse('2026-09-22T00:00+09:00')).day;

/** The day is one on which the library is known to be wrong about this schedule. */
function isKnownFault(schedule: Schedule, day: number): boolean {
  if (Math.abs(day - FORGOTTEN_HOLIDAY) <= 1) return true;
  const yesterday = calendarDay(day - 1);
  const inForce = ruleInForce(schedule, yesterday);
  return schedule.rules.some(
    (rule, index) =>
      index !== inForce && rule.spans.some((span) => span.to > 1440) && matches(rule, yesterday, holidays),
  );
}

let zone: string | undefined;
beforeEach(() => {
  zone = process.env.TZ;
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('against the opening_hours library', () => {
  test('open or closed, at any instant of 2026 and 2027', () => {
    process.env.TZ = 'Asia/Tokyo';
    let asked = 0;
    fc.assert(
      fc.property(rules, fc.array(instant, { minLength: 20, maxLength: 20 }), (text, instants) => {
        const schedule = compile(text);
        const oracle = new OpeningHours(text, PLACE as never);
        for (const now of instants) {
          if (isKnownFault(schedule, japanTime(now).day)) continue;
          asked++;
          expect([text, new Date(now).toISOString(), hoursAt(schedule, now).open]).toEqual([
            text,
            new Date(now).toISOString(),
            oracle.getState(new Date(now)),
          ]);
        }
      }),
      { numRuns: 400 },
    );
    expect(asked).toBeGreaterThan(5000);
  });

  test('the next change', () => {
    process.env.TZ = 'Asia/Tokyo';
    let asked = 0;
    fc.assert(
      fc.property(rules, instant, (text, now) => {
        const schedule = compile(text);
        const { change } = hoursAt(schedule, now);
        const today = japanTime(now).day;
        if (change !== null) {
          const last = japanTime(change).day;
          for (let day = today; day <= last + 1; day++) if (isKnownFault(schedule, day)) return;
        } else if (text.includes(';')) return; // Theirs looks further than 400 days, ours does not.
        asked++;
        const theirs = new OpeningHours(text, PLACE as never).getNextChange(new Date(now));
        expect([text, new Date(now).toISOString(), change]).toEqual([
          text,
          new Date(now).toISOString(),
          theirs?.getTime() ?? null,
        ]);
      }),
      { numRuns: 400 },
    );
    expect(asked).toBeGreaterThan(150);
  });
});

describe('by itself', () => {
  test('the next change is a flip, and nothing flips before it', () => {
    fc.assert(
      fc.property(rules, instant, (text, now) => {
        const schedule = compile(text);
        const { open, change } = hoursAt(schedule, now);
        const end = change ?? now + 30 * 86_400_000;
        // Where there is none, each look goes through 400 days.
        const looks = change === null ? 100 : 2000;
        const step = Math.max(60_000, Math.ceil((end - now) / looks / 60_000) * 60_000);
        for (let then = now; then < end; then += step) expect(hoursAt(schedule, then).open).toBe(open);
        if (change === null) return;
        expect(hoursAt(schedule, change - 60_000).open).toBe(open);
        expect(hoursAt(schedule, change).open).toBe(!open);
      }),
      { numRuns: 150 },
    );
  });

  test.each(['UTC', 'Asia/Tokyo', 'America/New_York'])(
    'the zone of the process does not matter: %s',
    (name) => {
      const schedule = compile(
        'Mo-Fr 08:30-17:15; Th[3] 09:30-11:30; Sa 22:00-02:00; PH off; Dec 29-Jan 03 off',
      );
      process.env.TZ = name;
      // The clocks of New York change on 2026-03-08 and 2026-11-01.
      const ours: boolean[] = [];
      const plain: boolean[] = [];
      for (const start of ['2026-03-06', '2026-10-30', '2026-11-20'])
        for (let hour = 0; hour < 24 * 7; hour++) {
          const now = Date.parse(`${start}T00:15:00+09:00`) + hour * 3_600_000;
          ours.push(hoursAt(schedule, now).open);
          plain.push(byHand(now));
        }
      expect(new Date(0).getTimezoneOffset()).toBe(
        { UTC: 0, 'Asia/Tokyo': -540, 'America/New_York': 300 }[name],
      );
      expect(ours).toEqual(plain);
    },
  );
});

/** The same hours told by Intl, which knows the zone from a table. */
function byHand(now: number): boolean {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'Asia/Tokyo',
    weekday: 'short',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const minute = Number(part('hour')) * 60 + Number(part('minute'));
  const [name, day] = [part('weekday'), Number(part('day'))];
  const isHoliday = part('month') === '11' && (day === 3 || day === 23);
  if (name === 'Sun') return minute < 120;
  if (isHoliday) return false;
  if (name === 'Sat') return minute >= 22 * 60;
  if (name === 'Thu' && day >= 15 && day <= 21) return minute >= 570 && minute < 690;
  return minute >= 510 && minute < 1035;
}

test('a minute of a day and its instant are the same both ways', () => {
  fc.assert(
    fc.property(instant, (now) => {
      const { day, minute } = japanTime(now);
      expect(instantAt(day, minute)).toBe(now);
    }),
  );
});
