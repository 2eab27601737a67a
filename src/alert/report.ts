import { type Level, levels } from '../risk/finding.ts';
import type { AlertTable, AlertTryTable } from '../store/alert_tables.ts';
import type { Plan } from './plan.ts';

/** An alert as counselors see it: who was told, how that went, and who sees to it. No content, no addresses. */
export type Shown = {
  id: string;
  consultation: string;
  level: Level;
  reason: AlertTable['reason'];
  state: AlertTable['state'];
  waitingSince: number;
  openedAt: number;
  /** `staff:<id>` or the name of a person of the plan. */
  acknowledgedBy: string | null;
  acknowledgedAt: number | null;
  endedAt: number | null;
  tries: { person: string; way: string; state: AlertTryTable['state']; at: number; reason: string | null }[];
};

export function report(plan: Plan, rows: readonly AlertTable[], tries: readonly AlertTryTable[]): Shown[] {
  const nameOf = (person: string) => plan.people.get(person)?.name ?? person;
  const byAlert = Map.groupBy(tries, (row) => row.alert_id);
  return rows.map((row) => ({
    id: row.id,
    consultation: row.consultation_id,
    level: levels[row.level] ?? 'none',
    reason: row.reason,
    state: row.state,
    waitingSince: row.waiting_since,
    openedAt: row.opened_at,
    acknowledgedBy: row.acknowledged_by?.startsWith('person:')
      ? nameOf(row.acknowledged_by.slice('person:'.length))
      : row.acknowledged_by,
    acknowledgedAt: row.acknowledged_at,
    endedAt: row.ended_at,
    tries: (byAlert.get(row.id) ?? [])
      .map(({ person, way, state, began_at, due_at, reason }) => ({
        person: nameOf(person),
        way,
        state,
        at: began_at ?? due_at,
        reason,
      }))
      // `due_at` of one that was begun is the end of its lease.
      .sort((a, b) => a.at - b.at),
  }));
}
