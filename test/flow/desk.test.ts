import { expect, test } from 'vitest';
import { newSnapshot } from '../../src/conversation/begin.ts';
import { Draft, type Facts } from '../../src/conversation/draft.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { compileHours } from '../../src/directory/hours.ts';
import { deskClock } from '../../src/flow/desk.ts';
import type { Level } from '../../src/risk/finding.ts';
import { realContent } from '../support/flow.ts';

const at = (local: string) => Date.parse(`${local}:00+09:00`);
const compiled = compileHours('Mo-Fr 17:00-22:00; PH off', loadHolidays());
if (!compiled.ok) throw new Error(compiled.error.message);
const clock = deskClock(compiled.schedule, { Mo: 4, Tu: 3, PH: 1 });

test('capacity follows the weekday, and a holiday before it', () => {
  expect(
    [at('2026-11-24T18:00'), at('2026-11-30T18:00'), at('2026-11-25T18:00'), at('2026-11-23T18:00')].map(
      clock.capacityAt,
    ),
  ).toEqual([3, 4, 2, 1]);
});

test('the next opening is the one after this one while the desk is open', () => {
  expect(clock.at(at('2026-11-24T18:00'))).toEqual({ open: true, closesAt: at('2026-11-24T22:00') });
  expect(clock.nextOpen(at('2026-11-24T21:45'), 'ja')).toBe('あす 17:00から');
  expect(clock.nextOpen(at('2026-11-24T10:00'), 'ja')).toContain('17:00から');
});

test('entries end before the desk closes; somebody in danger is taken on while a counselor is there', () => {
  const flow = { ...realContent('flows/fuchu').flows.flow() };
  flow.desk = { ...flow.desk, ...clock, lastEntryMs: 30 * 60_000, highGoesOn: true };
  const takes = (local: string, level: Level, present: number) => {
    const facts: Facts = { now: at(local), present, free: present, ahead: () => 0, trial: false };
    const draft = new Draft(flow, newSnapshot(flow, 'ja', false), facts);
    draft.talk({ type: 'RAISE', level });
    return draft.takesEntries;
  };
  expect(takes('2026-11-24T21:29', 'none', 1)).toBe(true);
  expect(takes('2026-11-24T21:30', 'none', 1)).toBe(false);
  expect(takes('2026-11-24T21:45', 'high', 0)).toBe(true);
  expect(takes('2026-11-24T22:10', 'high', 1)).toBe(true);
  expect(takes('2026-11-24T22:10', 'high', 0)).toBe(false);
  expect(takes('2026-11-24T22:10', 'watch', 1)).toBe(false);
  flow.desk = { ...flow.desk, highGoesOn: false };
  expect(takes('2026-11-24T22:10', 'high', 1)).toBe(false);
});
