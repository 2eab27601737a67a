import type { Log } from '../diagnostic/log.ts';
import { levels } from '../risk/finding.ts';
import type { AlertTable, AlertTryTable } from '../store/alert_tables.ts';
import type { alertQueries } from '../store/queries/alert.ts';
import type { Store } from '../store/store.ts';
import type { Links } from './link.ts';
import type { Plan } from './plan.ts';
import type { Tell, Told } from './tell.ts';

/** A process that tries has the try for so long, ms. */
const lease = 60_000;
/** A mail server that is slow at every turn is given up after so long, ms; less than the lease. */
const patience = 45_000;
const tooLate: Told = { ok: false, reason: 'timeout', again: true };
/** Pauses between the tries of one telling, ms. Escalation goes on beside them. */
const pauses = [5_000, 15_000, 30_000, 60_000];

type Deps = {
  store: Store;
  queries: ReturnType<typeof alertQueries>;
  plan: Plan;
  tell: Tell;
  links: Links;
  service(): string;
  publicUrl: string;
  now(): number;
  uuid(): string;
  log: Log;
};

/** Does the tries that are due, each by one process. `begin` does not wait for them; `settled` does. */
export function createTrying(deps: Deps) {
  const { store, queries, plan, now, uuid, log } = deps;
  const running = new Map<string, Promise<void>>();
  let begun = false;

  async function attempt(row: AlertTryTable): Promise<void> {
    const [alert] = await store.read(queries.one(row.alert_id));
    const way = plan.people.get(row.person)?.ways.find(({ kind }) => kind === row.way);
    if (alert?.state !== 'open' || !way) return drop(row);
    if (row.state === 'sending') return takeUp(row);
    const mine = { id: row.id, state: 'sending', due_at: now() + lease } as const;
    // Refused: another process has it, or somebody acknowledged, which drops what is due.
    const taken = await store.commit([queries.changeTry(row, { ...mine, began_at: now() })]);
    if (!taken.ok) return;
    const told = await within(patience, deps.tell(way, await noticeOf(alert, row.person)), tooLate);
    log({ event: 'alert-told', way: row.way, attempt: row.attempt, result: told.ok ? 'sent' : told.reason });
    const ended = { state: told.ok ? 'sent' : 'failed', reason: told.ok ? null : told.reason } as const;
    await store.commit([
      queries.changeTry(mine, { ...ended, ended_at: now() }),
      ...(told.ok ? [] : another(row, told)),
    ]);
  }

  /** The telling's next try; it belongs to it, so the telling has not failed while one is left. */
  function another(row: AlertTryTable, told: Exclude<Told, { ok: true }>) {
    const pause = pauses[row.attempt - 1];
    return told.again && pause !== undefined ? [addTry(row, now() + pause)] : [];
  }

  const addTry = (row: AlertTryTable, due_at: number) =>
    queries.addTry({
      ...row,
      id: uuid(),
      attempt: row.attempt + 1,
      state: 'due',
      due_at,
      began_at: null,
      ended_at: null,
      reason: null,
    });

  /** Its process died; nobody knows whether it told. */
  async function takeUp(row: AlertTryTable): Promise<void> {
    const ended = { state: 'unknown', ended_at: now(), reason: 'interrupted' } as const;
    await store.commit([queries.changeTry(row, ended), addTry(row, now())]);
  }

  async function drop(row: AlertTryTable): Promise<void> {
    const state = row.state === 'due' ? 'dropped' : 'unknown';
    await store.commit([queries.changeTry(row, { state, ended_at: now() })]);
  }

  async function noticeOf(alert: AlertTable, person: string) {
    const waits = alert.reason === 'absent' || alert.reason === 'late';
    return {
      service: deps.service(),
      level: levels[alert.level] ?? 'none',
      reason: alert.reason,
      waited: Math.max(0, now() - alert.waiting_since),
      console: `${deps.publicUrl}/console/${waits ? '' : 'approvals'}`,
      acknowledge: waits ? await deps.links.urlOf(alert.id, person) : null,
      test: false,
    };
  }

  return {
    async begin(): Promise<void> {
      // Where there is one process, whatever is under way at its start was left by one that died.
      if (!begun && store.engine === 'sqlite') await store.commit([queries.endLeases(now())]);
      begun = true;
      for (const row of await store.read(queries.dueTries(now()))) {
        if (running.has(row.id)) continue;
        const work = attempt(row)
          // What was begun is taken up again when its lease has run out.
          .catch((error) =>
            log({ event: 'alert-fault', error: error instanceof Error ? error.name : 'unknown' }),
          )
          .finally(() => running.delete(row.id));
        running.set(row.id, work);
      }
    },
    settled: (ms: number): Promise<boolean> =>
      within(
        ms,
        Promise.all(running.values()).then(() => true),
        false,
      ),
  };
}

/** The promise's value, or another when it takes longer than `ms`. */
async function within<T>(ms: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
