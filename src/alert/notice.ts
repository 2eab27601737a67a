import type { AlertTable } from '../store/alert_tables.ts';
import type { alertQueries } from '../store/queries/alert.ts';
import type { Write } from '../store/store.ts';
import type { Plan } from './plan.ts';
import { isReachable } from './policy.ts';

/** What supervisors are told besides people waiting: somebody asks to open an identity, and somebody opened one. */
export type NoticeReason = 'identity-asked' | 'identity-opened';

/** A notice is told for so long at the most, ms; it has no steps, and nobody needs to acknowledge it. */
export const NOTICE_MS = 30 * 60_000;

/** Which telling each notice has: one. */
const only = 1;

/** Whom a notice is for: the plan's supervisors, without such the people of its steps. */
export const supervisorsOf = ({ supervisors, steps }: Pick<Plan, 'supervisors' | 'steps'>): string[] => [
  ...new Set(supervisors.length > 0 ? supervisors : steps.flatMap(({ to }) => to)),
];

/** Who is told now. When nobody is in their hours, hours count for nothing. */
function toldOf(plan: Plan, at: number): string[] {
  const all = supervisorsOf(plan);
  const awake = all.filter((id) => isReachable(plan.people.get(id), at));
  return awake.length > 0 ? awake : all;
}

/** The rows of one notice, for the commit of what it tells of. `occasion`: what it is about, so that it is told once. */
export function noticeWrites(
  deps: { plan: Plan; queries: ReturnType<typeof alertQueries>; uuid(): string },
  notice: { reason: NoticeReason; occasion: string; consultation: string; at: number },
): Write[] {
  const { plan, queries, uuid } = deps;
  const { reason, consultation, at } = notice;
  const row: AlertTable = {
    id: uuid(),
    occasion: `${reason} ${notice.occasion}`,
    consultation_id: consultation,
    level: 0,
    reason,
    state: 'open',
    waiting_since: at,
    opened_at: at,
    told: only,
    due_at: at + NOTICE_MS,
    acknowledged_at: null,
    acknowledged_by: null,
    ended_at: null,
  };
  const tries = toldOf(plan, at).flatMap((person) =>
    (plan.people.get(person)?.ways ?? []).map(({ kind }) => queries.firstTry(uuid(), row, person, kind, at)),
  );
  return [...queries.open(row), ...tries];
}
