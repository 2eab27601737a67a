/**
 * Telling people away from the screen. `policy.ts` decides who is told when; here it is written down and done.
 *
 *     alert       open ──▶ acknowledged ──▶ over      a commit that is refused when the row is no longer as it was read
 *     alert_try   due ──▶ sending ──▶ sent | failed   a failed one that may pass later is followed by another try
 *                              └────▶ unknown         its process died: tried again, for twice is better than never
 *                 due ──▶ dropped                     acknowledged meanwhile
 *
 * Accepting the consultation acknowledges: an alert whose case no longer waits is over before the next telling.
 */
import { entryWrite } from '../audit/entry.ts';
import type { Log } from '../diagnostic/log.ts';
import { levels, rank } from '../risk/finding.ts';
import type { AlertTable, AlertTryTable } from '../store/alert_tables.ts';
import { alertQueries } from '../store/queries/alert.ts';
import { presentFor } from '../store/queries/presence.ts';
import type { Store, Write } from '../store/store.ts';
import type { Links } from './link.ts';
import { type NoticeReason, noticeWrites } from './notice.ts';
import type { Plan } from './plan.ts';
import { type Action, decide, nextLook, type Situation, type Standing } from './policy.ts';
import { report, type Shown } from './report.ts';
import type { Tell } from './tell.ts';
import { createTrying } from './trying.ts';

export type AlertDeps = {
  store: Store;
  plan: Plan;
  tell: Tell;
  links: Links;
  /** Of the flow in force. */
  service(): string;
  deskOpen(at: number): boolean;
  publicUrl: string;
  now(): number;
  uuid(): string;
  log: Log;
};

export type Alerts = {
  /** Looks whether somebody is to be told, at most once a second; telling itself is not waited for. */
  tick(): Promise<void>;
  /** When it should look next, ms; null when nothing is known to come. For an alarm. */
  nextDue(): Promise<number | null>;
  /** `by`: `staff:<id>` or `person:<id>`. `already`: somebody else was first, or it is over. */
  acknowledge(id: string, by: string): Promise<'done' | 'already' | 'absent'>;
  /** What stands and what happened in the last day, newest first; the names are the plan's. */
  list(): Promise<Shown[]>;
  /** The rows that tell supervisors of something besides people waiting, for the commit of that; content-free. */
  notice(notice: { reason: NoticeReason; occasion: string; consultation: string; at: number }): Write[];
  links: Links;
  /** Waits for what is being told; false when that takes longer than `ms`. */
  drain(ms: number): Promise<boolean>;
};

const lookEvery = 1_000;
const shownFor = 24 * 3_600_000;

export function createAlerts(deps: AlertDeps): Alerts {
  const { store, plan, now, uuid, log } = deps;
  const queries = alertQueries(store.sql);
  const trying = createTrying({ ...deps, queries });
  const lowest = Math.min(rank('high'), ...levels.filter((level) => plan.limits[level] !== null).map(rank));
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<Situation> {
    const [waiting, standing, tries, present] = await Promise.all([
      store.read(queries.waiting(lowest)),
      store.read(queries.standing()),
      store.read(queries.lastTries()),
      store.read(queries.present(now() - presentFor)),
    ]);
    return {
      now: now(),
      present: present.length > 0,
      cases: waiting.map(({ consultation_id, level, waiting_since, updated_at }) => ({
        consultation: consultation_id,
        level: levels[level] ?? 'none',
        waitingSince: waiting_since ?? updated_at,
      })),
      alerts: standing.map((row) => standingOf(row, tries)),
      deskOpen: deps.deskOpen,
    };
  }

  async function carryOut(action: Action, at: number): Promise<void> {
    const committed = await store.commit(writesOf(action, at));
    // Refused: another process was first, or it was acknowledged this very moment.
    if (!committed.ok) return;
    if (action.do === 'end') log({ event: 'alert-over', level: action.alert.level });
    else {
      const level = action.do === 'open' ? action.case.level : action.alert.level;
      log({
        event: action.do === 'open' ? 'alert' : 'alert-again',
        level,
        told: action.told,
        people: action.to.length,
      });
    }
  }

  function writesOf(action: Action, at: number): Write[] {
    if (action.do === 'end') {
      const { id, consultation, state } = action.alert;
      return queries.end({ id, consultation_id: consultation, state }, at);
    }
    const change = { told: action.told, due_at: action.dueAt };
    if (action.do === 'tell')
      return [queries.goOn(action.alert, change), ...triesOf(action.alert.id, action, at)];
    const { consultation, level, waitingSince } = action.case;
    const row: AlertTable = {
      id: uuid(),
      occasion: `${consultation} ${waitingSince} ${level} ${action.round}`,
      consultation_id: consultation,
      level: rank(level),
      reason: action.reason,
      state: 'open',
      waiting_since: waitingSince,
      opened_at: at,
      ...change,
      acknowledged_at: null,
      acknowledged_by: null,
      ended_at: null,
    };
    return [...queries.open(row), ...triesOf(row.id, action, at)];
  }

  const triesOf = (alert: string, { to, told }: { to: string[]; told: number }, at: number): Write[] =>
    to.flatMap((person) =>
      (plan.people.get(person)?.ways ?? []).map(({ kind }) =>
        queries.firstTry(uuid(), { id: alert, told }, person, kind, at),
      ),
    );

  return {
    async tick() {
      // A clock that was set back looks at once.
      if (Math.abs(now() - lookedAt) < lookEvery) return;
      lookedAt = now();
      const situation = await look();
      for (const action of decide(plan, situation)) await carryOut(action, situation.now);
      for (const past of await store.read(queries.pastNotices(situation.now)))
        await store.commit(queries.end(past, situation.now));
      await trying.begin();
    },
    async nextDue() {
      const situation = await look();
      if (decide(plan, situation).length > 0) return situation.now;
      const [next] = await store.read(queries.nextTry());
      const due = [next?.due_at ?? null, nextLook(plan, situation)].filter((at) => at !== null);
      return due.length > 0 ? Math.min(...due) : null;
    },
    async acknowledge(id, by) {
      const [row] = await store.read(queries.one(id));
      if (!row) return 'absent';
      const [kind = '', who = ''] = by.split(':');
      const entry = entryWrite(store.sql, {
        at: now(),
        what: 'alert-acknowledged',
        staff: kind === 'staff' ? who : null,
        consultation: row.consultation_id,
        detail: kind === 'staff' ? {} : { person: who },
      });
      const committed = await store.commit([...queries.acknowledge(row, by, now()), entry]);
      if (committed.ok) log({ event: 'alert-acknowledged', by: kind });
      return committed.ok ? 'done' : 'already';
    },
    async list() {
      const since = now() - shownFor;
      const [rows, tries] = await Promise.all([
        store.read(queries.recent(since)),
        store.read(queries.triesSince(since)),
      ]);
      return report(plan, rows, tries);
    },
    notice: (notice) => noticeWrites({ plan, queries, uuid }, notice),
    links: deps.links,
    drain: trying.settled,
  };
}

const reachedNobody: ReadonlySet<AlertTryTable['state']> = new Set(['failed', 'unknown', 'dropped']);

type LastTry = Pick<AlertTryTable, 'id' | 'state'>;

function standingOf(row: AlertTable, tries: readonly LastTry[]): Standing {
  const own = tries.filter(({ id }) => id === row.id);
  return {
    id: row.id,
    consultation: row.consultation_id,
    level: levels[row.level] ?? 'none',
    waitingSince: row.waiting_since,
    state: row.state === 'open' ? 'open' : 'acknowledged',
    told: row.told,
    dueAt: row.due_at,
    failed: own.length > 0 && own.every(({ state }) => reachedNobody.has(state)),
    acknowledgedAt: row.acknowledged_at,
  };
}
