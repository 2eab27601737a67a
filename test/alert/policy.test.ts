import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/alert/plan.ts';
import { type Action, type Case, decide, type Situation, type Standing } from '../../src/alert/policy.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { compileHours } from '../../src/directory/hours.ts';
import { type Level, levels, rank } from '../../src/risk/finding.ts';

const minute = 60_000;
const holidays = loadHolidays();
const start = Date.parse('2026-11-24T02:00:00+09:00');

function hours(text: string) {
  const compiled = compileHours(text, holidays);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.schedule;
}

const anyHours = fc.constantFrom(
  null,
  hours('Mo-Fr 08:30-17:15'),
  hours('Mo-Su 17:15-08:30'),
  hours('Sa 10:00-11:00'),
);

/** Plans as `load.ts` lets them through: each step somebody, later than the one before. */
const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    hours: fc.array(anyHours, { minLength: 1, maxLength: 5 }),
    gaps: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
    repeat: fc.integer({ min: 1, max: 20 }),
    again: fc.integer({ min: 1, max: 40 }),
    none: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
    seed: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
  })
  .map(({ hours: people, gaps, repeat, again, none, seed }) => {
    let after = 0;
    const steps = [0, ...gaps].map((gap, index) => {
      after += gap * minute;
      const to = people.map((_, id) => `p${id}`).filter((_, id) => ((seed[index] ?? 0) >> id) % 2 === 0);
      return { after, to: to.length > 0 ? to : ['p0'] };
    });
    return {
      people: new Map(
        people.map((schedule, id) => [`p${id}`, { id: `p${id}`, name: `${id}`, ways: [], hours: schedule }]),
      ),
      steps,
      repeat: repeat * minute,
      again: again * minute,
      supervisors: [],
      limits: { imminent: minute, high: 5 * minute, watch: null, none: none === null ? null : none * minute },
      smtp: null,
    };
  });

/** What the database would do with the actions. */
function apply(alerts: Standing[], actions: readonly Action[], now: number): Standing[] {
  let left = [...alerts];
  for (const action of actions) {
    if (action.do === 'end') left = left.filter((alert) => alert !== action.alert);
    else if (action.do === 'tell')
      left = left.map((alert) =>
        alert === action.alert ? { ...alert, told: action.told, dueAt: action.dueAt, failed: false } : alert,
      );
    else
      left.push({
        id: `${now}-${left.length}`,
        consultation: action.case.consultation,
        level: action.case.level,
        waitingSince: action.case.waitingSince,
        state: 'open',
        told: action.told,
        dueAt: action.dueAt,
        failed: false,
        acknowledgedAt: null,
      });
  }
  return left;
}

const caseAt = (level: Level, waitingSince = start): Case => ({ consultation: 'c', level, waitingSince });
const situation = (more: Partial<Situation>): Situation => ({
  now: start,
  present: false,
  cases: [],
  alerts: [],
  deskOpen: () => false,
  ...more,
});

test('at high and imminent with nobody present, somebody is told at once, whatever the plan and the hour', () => {
  fc.assert(
    fc.property(anyPlan, fc.constantFrom('high', 'imminent'), fc.nat(14 * 24 * 60), (plan, level, later) => {
      const now = start + later * minute;
      const actions = decide(plan, situation({ now, cases: [caseAt(level as Level, now)] }));
      expect(actions).toMatchObject([{ do: 'open', reason: 'absent' }]);
      expect(actions[0]?.do === 'open' && actions[0].to.length).toBeGreaterThan(0);
    }),
  );
});

test('a case is for an alert when it has waited past its limit, and not before, with somebody present', () => {
  fc.assert(
    fc.property(
      anyPlan,
      fc.constantFrom(...levels),
      fc.nat(3_600_000),
      fc.boolean(),
      (plan, level, waited, open) => {
        const cases = [caseAt(level, start - waited)];
        const actions = decide(plan, situation({ present: true, cases, deskOpen: () => open }));
        const limit = plan.limits[level];
        const late = limit !== null && waited >= limit && (rank(level) >= 2 || open);
        expect(actions.map(({ do: what }) => what)).toEqual(late ? ['open'] : []);
      },
    ),
  );
});

test('it goes on until somebody acknowledges: every telling reaches somebody, no gap is longer than the plan says', () => {
  fc.assert(
    fc.property(
      anyPlan,
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 30, maxLength: 60 }),
      (plan, pauses) => {
        const cases = [caseAt('high')];
        let [now, alerts, toldAt] = [start, [] as Standing[], start];
        const gaps = [
          ...plan.steps.slice(1).map(({ after }, i) => after - (plan.steps[i]?.after ?? 0)),
          plan.repeat,
        ];
        for (const pause of pauses) {
          const actions = decide(plan, situation({ now, cases, alerts }));
          for (const action of actions) {
            expect(action.do).not.toBe('end');
            if (action.do !== 'end') expect(action.to.length).toBeGreaterThan(0);
            toldAt = now;
          }
          alerts = apply(alerts, actions, now);
          // Two processes that look at the same instant, or one that looks twice, do nothing more.
          expect(decide(plan, situation({ now, cases, alerts }))).toEqual([]);
          expect(alerts).toHaveLength(1);
          now += pause * 1000;
          expect(now - toldAt).toBeLessThanOrEqual(Math.max(...gaps) + pause * 1000);
        }
      },
    ),
  );
});

test('everybody of a step within their hours is told before it is said again', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const always = {
        ...plan,
        people: new Map([...plan.people].map(([id, person]) => [id, { ...person, hours: null }])),
      };
      let [now, alerts] = [start, [] as Standing[]];
      const told: string[][] = [];
      while (told.length < plan.steps.length + 2) {
        const actions = decide(always, situation({ now, cases: [caseAt('imminent')], alerts }));
        for (const action of actions) if (action.do !== 'end') told.push(action.to);
        alerts = apply(alerts, actions, now);
        now = alerts[0]?.dueAt ?? Number.NaN;
      }
      const last = plan.steps.at(-1)?.to;
      expect(told).toEqual([...plan.steps.map(({ to }) => to), last, last]);
    }),
  );
});

test('after somebody acknowledged nobody is told, until the case has waited long after that', () => {
  fc.assert(
    fc.property(anyPlan, fc.nat(60 * minute), (plan, later) => {
      const cases = [caseAt('high')];
      const [alert] = apply([], decide(plan, situation({ cases })), start) as [Standing];
      const alerts: Standing[] = [{ ...alert, state: 'acknowledged', acknowledgedAt: start + minute }];
      const actions = decide(plan, situation({ now: start + minute + later, present: true, cases, alerts }));
      expect(actions).toMatchObject(later >= plan.again ? [{ do: 'open', round: 1, reason: 'late' }] : []);
    }),
  );
});

test('an alert ends with its case, and a level that rises begins another', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const alerts = apply([], decide(plan, situation({ cases: [caseAt('high')] })), start);
      expect(decide(plan, situation({ alerts }))).toMatchObject([{ do: 'end' }]);
      const risen = decide(plan, situation({ alerts, cases: [caseAt('imminent')] }));
      expect(risen).toMatchObject([{ do: 'end' }, { do: 'open', case: { level: 'imminent' } }]);
    }),
  );
});

test('when everybody of a step certainly could not be told, the next step does not wait', () => {
  const person = (id: string) => [id, { id, name: id, ways: [], hours: null }] as const;
  const plan: Plan = {
    people: new Map([person('a'), person('b')]),
    steps: [
      { after: 0, to: ['a'] },
      { after: 10 * minute, to: ['b'] },
    ],
    repeat: 10 * minute,
    again: 15 * minute,
    supervisors: [],
    limits: { imminent: minute, high: 5 * minute, watch: null, none: null },
    smtp: null,
  };
  const cases = [caseAt('high')];
  const [alert] = apply([], decide(plan, situation({ cases })), start) as [Standing];
  const now = start + 1000;
  expect(decide(plan, situation({ now, cases, alerts: [alert] }))).toEqual([]);
  const failed = { ...alert, failed: true };
  expect(decide(plan, situation({ now, cases, alerts: [failed] }))).toMatchObject([
    { do: 'tell', to: ['b'] },
  ]);
  // The last step is not hurried: a server that is down would be asked without end.
  const last = { ...failed, told: 2, dueAt: now + minute };
  expect(decide(plan, situation({ now, cases, alerts: [last] }))).toEqual([]);
});
