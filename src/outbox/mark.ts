import { type outboxQueries, SENT_AT_ONCE } from '../store/queries/outbox.ts';
import type { Store } from '../store/store.ts';
import type { DeliveryTable } from '../store/tables.ts';

/** Marks a delivery sent; false when somebody has touched it since. Rejects with `StoreUnavailable`. */
export type MarkSent = (row: DeliveryTable) => Promise<boolean>;

type Waiting = { row: DeliveryTable; give(marked: boolean): void; fail(error: unknown): void };

/**
 * Most deliveries are taken by LINE at their first try, and all that is left to write is that. Those of one moment (a millisecond, or
 * as long as the program is busy) are marked by one statement; where one of them does not stand as it was, each by its own.
 */
export function createMarker(deps: {
  store: Store;
  queries: ReturnType<typeof outboxQueries>;
  now(): number;
}): MarkSent {
  const { store, queries, now } = deps;
  let waiting: Waiting[] = [];

  const one = async ({ row, give, fail }: Waiting) => {
    try {
      const write = queries.endDelivery(row, { state: 'sent', reason: null, finished_at: now() });
      give((await store.commit([write])).ok);
    } catch (error) {
      fail(error);
    }
  };

  const flush = async (several: Waiting[]) => {
    try {
      const ids = several.map(({ row }) => row.id);
      const committed = await store.commit([queries.markSent(ids, now())]);
      for (const each of several) if (committed.ok) each.give(true);
      if (!committed.ok) for (const each of several) void one(each);
    } catch (error) {
      for (const { fail } of several) fail(error);
    }
  };

  return (row) =>
    new Promise((give, fail) => {
      const count = waiting.push({ row, give, fail });
      const take = () => {
        const several = waiting;
        waiting = [];
        if (several.length > 0) void flush(several);
      };
      if (count === SENT_AT_ONCE) take();
      else if (count === 1) setTimeout(take, 0);
    });
}
