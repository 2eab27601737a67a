import type { Store } from '../store/store.ts';

/**
 * The demo's clock: real time plus an offset that a visitor sets, so that a holiday or 2 a.m. can be tried. What the
 * database has planned moves along, or a leap back would leave a resident waiting for hours.
 */
export type DemoClock = {
  now(): number;
  /** Sets the clock to an instant (ms), or back to real time with null. */
  set(at: number | null): Promise<void>;
};

export function createDemoClock(start: number | null): DemoClock & { attach(store: Store): void } {
  let offset = start === null ? 0 : start - Date.now();
  let store: Store | null = null;
  return {
    now: () => Date.now() + offset,
    attach(opened) {
      store = opened;
    },
    async set(at) {
      const next = at === null ? 0 : at - Date.now();
      const leap = next - offset;
      // Whoever looks in between finds all too late rather than too early: else counselors who are there would be gone for a moment.
      if (store && leap > 0) await movePlans(store, leap);
      offset = next;
      if (store && leap < 0) await movePlans(store, leap);
    },
  };
}

async function movePlans(store: Store, leap: number): Promise<void> {
  const { sql } = store;
  const queries = [
    sql.updateTable('timer').set((to) => ({ due_at: to('due_at', '+', leap) })),
    sql.updateTable('menu_change').set((to) => ({ due_at: to('due_at', '+', leap) })),
    sql.updateTable('talk_link').set((to) => ({ expires_at: to('expires_at', '+', leap) })),
    sql.updateTable('talk_session').set((to) => ({
      expires_at: to('expires_at', '+', leap),
      seen_at: to('seen_at', '+', leap),
    })),
    sql.updateTable('presence').set((to) => ({ seen_at: to('seen_at', '+', leap) })),
    sql.updateTable('outbox').set((to) => ({ token_at: to('token_at', '+', leap) })),
    sql.updateTable('delivery').set((to) => ({
      due_at: to('due_at', '+', leap),
      first_attempt_at: to('first_attempt_at', '+', leap),
      token_at: to('token_at', '+', leap),
    })),
  ];
  await store.commit(queries.map((query) => ({ query: query.compile() })));
}

/** `2026-11-23T10:00`, `2026-11-23 10:00` or a full ISO time; without a zone it is Japan's. Null when it is no time. */
export function readInstant(text: string): number | null {
  const local = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2})?$/u.exec(text.trim());
  const at = Date.parse(local ? `${local[1]}T${local[2]}:00+09:00` : text);
  return Number.isNaN(at) ? null : at;
}
