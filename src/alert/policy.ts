import { hoursAt } from '../directory/hours.ts';
import { type Level, rank } from '../risk/finding.ts';
import type { Person, Plan } from './plan.ts';

/** A consultation that waits for a counselor. */
export type Case = { consultation: string; level: Level; waitingSince: number };

/** Why people are told: nobody is at the screen, or the case has waited past its limit. */
export type Reason = 'absent' | 'late';

/**
 * An alert as it stands. `told`: how many steps it has gone; `dueAt`: when the
 * next is told; `failed`: the last telling certainly reached nobody.
 */
export type Standing = {
  id: string;
  consultation: string;
  level: Level;
  waitingSince: number;
  state: 'open' | 'acknowledged';
  told: number;
  dueAt: number;
  failed: boolean;
  acknowledgedAt: number | null;
};

export type Situation = {
  now: number;
  /** A counselor is on duty and was heard of lately. */
  present: boolean;
  cases: readonly Case[];
  /** The alerts that have not ended. */
  alerts: readonly Standing[];
  deskOpen(at: number): boolean;
};

/** Who is told now; then `told` and `dueAt` of the alert are these. */
export type Telling = { to: string[]; told: number; dueAt: number };

export type Action =
  /** A new alert, and its first telling. `round`: so many were acknowledged before, for the same wait. */
  | ({ do: 'open'; case: Case; reason: Reason; round: number } & Telling)
  /** The next telling of an alert. */
  | ({ do: 'tell'; alert: Standing } & Telling)
  /** Its case is with a counselor, closed, or more dangerous than the alert says. */
  | { do: 'end'; alert: Standing };

/**
 * Who is told when (DESIGN 3). At high and imminent with nobody present, people are told at once; any case is one
 * for an alert when it has waited past its limit. An alert goes from step to step, and then repeats the last one, until somebody
 * acknowledges; a case that still waits long after that begins a new one. Applying the actions and deciding again
 * at the same instant yields nothing more. Pure.
 */
export function decide(plan: Plan, situation: Situation): Action[] {
  const { now, cases, alerts } = situation;
  const ended = alerts.filter((alert) => !cases.some((waiting) => isAbout(alert, waiting)));
  const actions: Action[] = ended.map((alert) => ({ do: 'end', alert }));
  for (const waiting of cases) {
    const own = alerts.filter((alert) => isAbout(alert, waiting));
    const open = own.find(({ state }) => state === 'open');
    if (open) {
      const goesOn = open.failed && open.told < plan.steps.length;
      if (open.dueAt <= now || goesOn)
        actions.push({ do: 'tell', alert: open, ...telling(plan, now, open.told) });
      continue;
    }
    const seen = Math.max(...own.map(({ acknowledgedAt }) => acknowledgedAt ?? 0));
    if (own.length > 0 && now < seen + plan.again) continue;
    const reason = own.length > 0 ? 'late' : reasonFor(plan, situation, waiting);
    if (reason)
      actions.push({ do: 'open', case: waiting, reason, round: own.length, ...telling(plan, now, 0) });
  }
  return actions;
}

/** A case that rose, or waits anew after somebody had it, is another one. */
const isAbout = (alert: Standing, { consultation, level, waitingSince }: Case): boolean =>
  alert.consultation === consultation && alert.level === level && alert.waitingSince === waitingSince;

function reasonFor(plan: Plan, { now, present, deskOpen }: Situation, waiting: Case): Reason | null {
  const dangerous = rank(waiting.level) >= rank('high');
  if (dangerous && !present) return 'absent';
  const limit = plan.limits[waiting.level];
  if (limit === null || now - waiting.waitingSince < limit) return null;
  // What is not dangerous waits for the desk to open, and for as long again.
  return dangerous || (deskOpen(now) && deskOpen(now - limit)) ? 'late' : null;
}

/**
 * The people of the next telling: of the step that is next, or the next one that has anybody in their hours. When nobody
 * of the whole plan is, hours count for nothing: better somebody woken than nobody told.
 */
function telling(plan: Plan, now: number, told: number): Telling {
  const { steps, people } = plan;
  const anybody = steps.some(({ to }) => to.some((id) => isReachable(people.get(id), now)));
  const reached = steps.map(({ to }) => to.filter((id) => !anybody || isReachable(people.get(id), now)));
  const next = Math.min(told, steps.length - 1);
  const ahead = reached.findIndex((to, index) => index >= next && to.length > 0);
  const index = ahead >= 0 ? ahead : reached.findIndex((to) => to.length > 0);
  const gap = ahead >= 0 && steps[index + 1] ? after(steps, index + 1) - after(steps, index) : plan.repeat;
  return { to: reached[index] ?? [], told: Math.max(told, index) + 1, dueAt: now + gap };
}

const after = (steps: Plan['steps'], index: number): number => steps[index]?.after ?? 0;

/** Whether somebody is to be told at this time. */
export const isReachable = (person: Person | undefined, at: number): boolean =>
  person !== undefined && (person.hours === null || hoursAt(person.hours, at).open);

/** When a case that waits now will be one for an alert if nothing changes, or an alert is due: the earliest, ms. */
export function nextLook(plan: Plan, { cases, alerts }: Pick<Situation, 'cases' | 'alerts'>): number | null {
  const due = [
    ...alerts.flatMap(({ state, dueAt, acknowledgedAt }) =>
      state === 'open' ? [dueAt] : [(acknowledgedAt ?? 0) + plan.again],
    ),
    ...cases
      .filter((waiting) => !alerts.some((alert) => isAbout(alert, waiting)))
      .flatMap(({ level, waitingSince }) => {
        const limit = plan.limits[level];
        return limit === null ? [] : [waitingSince + limit];
      }),
  ];
  return due.length > 0 ? Math.min(...due) : null;
}
