import type { Log } from '../diagnostic/log.ts';
import { addBlock, countUnsealed, putInBlock, unsealedRows } from '../store/queries/audit.ts';
import { settings } from '../store/queries/setting.ts';
import type { Store } from '../store/store.ts';
import { type AuditRow, chainStart, type Hash, nextBlock } from './chain.ts';

/** How long rows wait to be chained, ms. */
const SEAL_EVERY_MS = 5_000;
/** Rows a block; what is left comes with the next. */
const MOST_ROWS = 500;

/** The end of the chain. `until`: no other sealer takes a turn before (ms); the lease is the interval itself. */
export type Head = { number: number; seal: string; until: number };

export type SealerDeps = { store: Store; hash: Hash; now(): number; log: Log };

/** Takes a turn; `nextDue`: when one is owed, ms, null while nothing waits. For an alarm. */
export type Sealer = { (): Promise<number>; nextDue(): Promise<number | null> };

/**
 * Chains the new rows of the log into a block, every few seconds in one of all processes: whoever moves the head on has
 * the lease, and the block is part of that same commit. The end of the chain also goes to the operational log, so that a
 * database that was put back to an older state does not fit what was printed meanwhile. Answers how many rows it sealed.
 */
export function createSealer(deps: SealerDeps): Sealer {
  let next = 0;
  const turn = async () => {
    const now = deps.now();
    if (now < next && next - now <= SEAL_EVERY_MS) return 0;
    next = now + SEAL_EVERY_MS;
    return sealOnce(deps, now);
  };
  return Object.assign(turn, {
    async nextDue() {
      const [waiting] = await deps.store.read(countUnsealed(deps.store.sql));
      return Number(waiting?.rows ?? 0) > 0 ? Math.max(next, deps.now()) : null;
    },
  });
}

async function sealOnce({ store, hash, log }: SealerDeps, now: number): Promise<number> {
  const { sql } = store;
  const rows = (await store.read(unsealedRows(sql, MOST_ROWS))) as AuditRow[];
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return 0;
  const stored = await storedHead(store);
  const head = readHead(stored);
  if (head.until > now && head.until - now <= SEAL_EVERY_MS) return 0;
  const block = nextBlock(hash, head, rows, now);
  const moved: Head = { number: block.number, seal: block.seal, until: now + SEAL_EVERY_MS };
  const sealed = await store.commit([
    {
      query: sql
        .updateTable('setting')
        .set({ value: JSON.stringify(moved) })
        .where('name', '=', headSetting)
        .where('value', '=', stored)
        .compile(),
      expect: 1,
    },
    { query: addBlock(sql, block) },
    { query: putInBlock(sql, block.number, { first: first.seq, last: last.seq }), expect: rows.length },
  ]);
  if (!sealed.ok) return 0;
  log({ event: 'audit-block', number: block.number, entries: rows.length, seal: block.seal });
  return rows.length;
}

const headSetting = 'audit.head';

export async function storedHead(store: Store): Promise<string> {
  const kept = settings(store);
  const there = await kept.get(headSetting);
  if (there !== undefined) return there;
  await kept.add(headSetting, JSON.stringify({ number: 0, seal: chainStart, until: 0 } satisfies Head));
  return (await kept.get(headSetting)) ?? '';
}

export const readHead = (stored: string): Head => JSON.parse(stored) as Head;
