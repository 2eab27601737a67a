import { hoursAt } from '../directory/hours.ts';
import type { Plan } from './plan.ts';
import { isReachable } from './policy.ts';

const lookAhead = 14 * 24 * 3_600_000;

/**
 * The first instant (ms) of the next two weeks at which nobody of the plan is within their hours; null when somebody always
 * is. Alerts then go to people outside their hours, which they should know beforehand.
 */
export function firstGap({ people, steps }: Pick<Plan, 'people' | 'steps'>, from: number): number | null {
  const told = [...people.values()].filter(({ id }) => steps.some(({ to }) => to.includes(id)));
  for (let at = from; at < from + lookAhead; ) {
    const reachable = told.filter((person) => isReachable(person, at));
    if (reachable.length === 0) return at;
    // Whoever goes on longest covers until then; without hours or a change, for ever.
    const until = reachable.map(
      ({ hours }) => (hours && hoursAt(hours, at).change) ?? Number.POSITIVE_INFINITY,
    );
    at = Math.max(...until);
  }
  return null;
}
