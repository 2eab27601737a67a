import { blockRows, blocksAfter, countUnsealed, strayRows } from '../store/queries/audit.ts';
import type { Store } from '../store/store.ts';
import { type AuditRow, chainStart, digestOf, type Hash, sealOf } from './chain.ts';
import { readHead, storedHead } from './seal.ts';

/**
 * Why a block does not hold: its rows were changed, removed or added; the block itself was changed or does not follow the
 * one before; blocks are missing in between or at the end.
 */
export type Break = { block: number; why: 'rows' | 'chain' | 'missing' };

/** `unsealed`: rows that no block holds yet. `pruned`: up to this block the rows were removed on time. */
export type Verified = {
  blocks: number;
  entries: number;
  breaks: Break[];
  unsealed: number;
  pruned: number;
  head: string;
};

const PAGE = 200;

/**
 * Recomputes the whole chain. What it cannot show: rows removed before they were sealed (a few seconds), and a database put
 * back as a whole to an older state; for that, hold `head` against the `audit-block` lines of the operational log.
 */
export async function verifyLog({ store, hash }: { store: Store; hash: Hash }): Promise<Verified> {
  const { sql } = store;
  const found: Verified = { blocks: 0, entries: 0, breaks: [], unsealed: 0, pruned: 0, head: chainStart };
  const emptied: number[] = [];
  let before = { number: 0, seal: chainStart };
  for (;;) {
    const blocks = await store.read(blocksAfter(sql, before.number, PAGE));
    for (const block of blocks) {
      if (block.number !== before.number + 1) found.breaks.push({ block: before.number + 1, why: 'missing' });
      if (sealOf(hash, before.seal, block) !== block.seal)
        found.breaks.push({ block: block.number, why: 'chain' });
      const rows = (await store.read(blockRows(sql, block.number))) as AuditRow[];
      if (rows.length === 0 && block.entries > 0) emptied.push(block.number);
      else if (digestOf(hash, rows) !== block.digest) found.breaks.push({ block: block.number, why: 'rows' });
      else found.pruned = Math.max(found.pruned, ...rows.map(prunedTo));
      found.blocks++;
      found.entries += rows.length;
      before = block;
    }
    if (blocks.length < PAGE) break;
  }
  for (const block of emptied) if (block > found.pruned) found.breaks.push({ block, why: 'rows' });
  const head = readHead(await storedHead(store));
  if (head.number !== before.number || head.seal !== before.seal)
    found.breaks.push({ block: Math.max(head.number, before.number), why: 'missing' });
  const [unsealed] = await store.read(countUnsealed(sql));
  const [stray] = await store.read(strayRows(sql));
  if (Number(stray?.rows ?? 0) > 0) found.breaks.push({ block: before.number + 1, why: 'rows' });
  found.breaks.sort((a, b) => a.block - b.block);
  return { ...found, unsealed: Number(unsealed?.rows ?? 0), head: before.seal };
}

/** A sealed row that tells of pruning vouches for the emptied blocks up to its number, and nothing else does. */
function prunedTo({ what, detail }: AuditRow): number {
  if (what !== 'log-pruned') return 0;
  const { block } = JSON.parse(detail) as { block?: number };
  return block ?? 0;
}
