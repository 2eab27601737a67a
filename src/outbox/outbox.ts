/**
 * Delivery: what was decided to be said reaches LINE at most once, in order, or is marked where a person can see it.
 *
 *     (row) waiting ── left out, or does not open ──────────────▶ dead
 *              └─────────────┐
 *                            ▼                 ok, 409
 *     event's commit ─────▶ sending ──────────────────────────▶ sent
 *                            │  ▲ ├── may have arrived ───────▶ unknown   送達不明, shown to people
 *        later, or as a push ▼  │ └── refused, expired, gone ─▶ dead      未送信, shown to people
 *                           frozen ── thawed ─▶ (part of a new delivery) sending
 *
 * - **waiting**: a row of `outbox`. It waits because an earlier delivery of its conversation has not ended: nothing
 *   overtakes. Up to five messages that wait together become one delivery, of whichever consultation they are (`pack.ts`): one
 *   reply on a fresh token of any of them, else one push. What is routine is left out while the quota runs low.
 * - **sending**: a row of `delivery` with its rendered body; the process that tries has it until `due_at`. When nothing
 *   is ahead, it is born so in the event's own commit (`compose.ts`): one more write, which marks it sent with others
 *   (`mark.ts`), is all that an answer costs. A lease that ran out means that its process died; the delivery is taken up again, under a doubt (`next.ts`).
 *   The event's row holds what is said, so this row does not hold it again until a first attempt has failed (`bodyOf`).
 * - **frozen**: waits until `due_at` for its next attempt; its body is sealed with it and never changes. An attempt that cannot be made
 *   any more ends it, as one that failed would. One that certainly never arrived (the quota is gone, or kept for people in danger) is
 *   thawed when the resident writes again: its messages travel on the fresh reply token, free of charge, before what waits behind it.
 * - A **doubt** (`doubt` = 1) stays with a delivery once it may have arrived: it can end as unknown, and never as dead. It cannot travel on
 *   a token, but is tried again when the resident writes, whenever it is due: what they are answered waits behind it.
 * - How to try, and what comes of it (`attempt.ts`), is decided in `policy.ts`, purely.
 *
 * Who deletes their data deletes all of these rows, in whatever state.
 *
 * One lane of one process works on a conversation. Between processes each step is a commit that is refused when the
 * delivery is no longer as it was read.
 */
import { outboxQueries } from '../store/queries/outbox.ts';
import type { Write } from '../store/store.ts';
import { attempt } from './attempt.ts';
import { compose, type Outgoing } from './compose.ts';
import type { Job } from './delivery.ts';
import type { Inside, OutboxDeps } from './deps.ts';
import { createLanes } from './lanes.ts';
import { createMarker } from './mark.ts';
import { nextJob } from './next.ts';

export type Outbox = {
  /** Writes for the event's commit, and what to call once it is committed. That sends, without being waited for. */
  compose(outgoing: Outgoing): { writes: Write[]; send(): void };
  /** This process is sending something of this conversation. */
  sending(conversationId: string): boolean;
  /** Something may wait in this conversation. */
  wake(conversationId: string): void;
  /** Takes up what is due; resolves when it has been tried, with the number of conversations. */
  tick(): Promise<number>;
  /** Ticks by itself every second, first of all with what the last process left. Returns the way to stop. */
  start(): () => void;
  /** Waits for what is being sent; false when that takes longer than `ms`. */
  drain(ms: number): Promise<boolean>;
  /** When a delivery is due next, ms; null when none is. For an alarm. */
  nextDue(): Promise<number | null>;
};

/** Requests to LINE at the same time. LINE takes 2,000 a second. */
const width = 64;
/** Past so many conversations under way, events leave their words waiting instead of taking leases they might not use. */
const crowd = 1_000;
const tickEvery = 1_000;
const tickTakes = 200;

export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, quota, now, log } = deps;
  const queries = outboxQueries(store.sql);
  const markSent = createMarker({ store, queries, now });
  const inside: Inside = {
    ...deps,
    queries,
    markSent,
    tell: (row, what, reason) => tell(deps, row, what, reason),
  };
  const lanes = createLanes<Job>({
    width,
    next: (conversationId) => nextJob(inside, conversationId),
    work: (job) => attempt(inside, job),
    fault,
  });

  function fault(error: unknown): void {
    // Nothing is lost: what was begun is taken up again when its lease has run out.
    log({ event: 'outbox-fault', error: error instanceof Error ? error.name : 'unknown' });
  }

  async function tick(): Promise<number> {
    await quota?.refresh();
    const due = await store.read(queries.due(now(), tickTakes));
    const orphans = await store.read(queries.orphans(tickTakes));
    const found = new Set([...due, ...orphans].map((row) => row.conversation_id));
    const idle = [...found].filter((id) => !lanes.has(id));
    await Promise.all(idle.map((id) => lanes.wake(id)));
    return idle.length;
  }

  function start(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const loop = async () => {
      if (stopped) return;
      // Not waited for: a tick lasts as long as LINE takes, and others fall due meanwhile.
      timer = setTimeout(loop, tickEvery);
      await tick().catch(fault);
    };
    const begin = async () => {
      // Where there is one process, whatever is under way at its start was left by one that died.
      if (store.engine === 'sqlite') await store.commit([queries.endLeases(now())]).catch(fault);
      await loop();
    };
    void begin();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  return {
    compose(outgoing) {
      const { writes, job } = compose(inside, outgoing, lanes.open >= crowd);
      return {
        writes,
        send: () => {
          if (writes.length > 0) void lanes.wake(outgoing.conversationId, job, writes.length > 1);
        },
      };
    },
    sending: lanes.has,
    wake: (conversationId) => void lanes.wake(conversationId),
    tick,
    start,
    drain: (ms) => lanes.settled(ms),
    async nextDue() {
      const [row] = await store.read(queries.nextDue());
      return row?.due_at ?? null;
    },
  };
}

function tell({ now, log, onEvent }: OutboxDeps, ...[row, what, reason]: Parameters<Inside['tell']>): void {
  const age = now() - row.created_at;
  const { via, kind, attempts } = row;
  if (what !== 'sent') log({ event: `delivery-${what}`, via, kind, attempts, age, reason: reason ?? '' });
  onEvent?.({
    what,
    deliveryId: row.id,
    conversationId: row.conversation_id,
    consultationId: row.consultation_id,
    kind,
    via,
    reason,
    saved: what === 'sent' ? row.row_count - (via === 'push' ? 1 : 0) : 0,
    age,
  });
}
