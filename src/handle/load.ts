import type { Facts } from '../conversation/draft.ts';
import type { Snapshot } from '../conversation/snapshot.ts';
import { type Level, levels, rank } from '../risk/finding.ts';
import type { ConversationQueries, LoadedRow } from '../store/queries/conversation.ts';
import type { Store } from '../store/store.ts';
import { Unsealable } from '../vault/seal.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { sealContext } from './record.ts';

/** A counselor whose console was heard of within this time is present (DESIGN 7). */
export const PRESENT_MS = 30_000;

/**
 * A conversation as it stands in the database. `forgotten`: its last consultation's content was destroyed on time;
 * `broken`: it does not open, so somebody must look.
 */
export type Opened =
  | { state: 'open'; key: DataKey; snapshot: Snapshot }
  | { state: 'forgotten' }
  | { state: 'broken' };

/** What `handle` loads with. */
export type Loader = { store: Store; queries: ConversationQueries };

/** The conversation row with the wrapped key of its consultation; undefined at first contact. */
export async function loadRow({ store, queries }: Loader, id: string): Promise<LoadedRow | undefined> {
  const [row] = await store.read(queries.row({ id }));
  return row;
}

export function openRow(vault: Vault, row: LoadedRow): Opened {
  if (row.sealed_key === null) return { state: 'forgotten' };
  try {
    const key = vault.unwrap(row.sealed_key, row.consultation_id);
    const json = vault.open(key, sealContext.snapshot(row.id, row.version), row.sealed_snapshot);
    return { state: 'open', key, snapshot: JSON.parse(json) as Snapshot };
  } catch (error) {
    if (error instanceof Unsealable || error instanceof SyntaxError) return { state: 'broken' };
    throw error;
  }
}

/** Presence and queue at an instant, as the pure step wants them. */
export async function loadFacts(
  { store, queries }: Loader,
  now: number,
): Promise<Pick<Facts, 'present' | 'free' | 'ahead'>> {
  const [[people], talks] = await Promise.all([
    store.read(queries.present({ since: now - PRESENT_MS })),
    store.read(queries.busy({})),
  ]);
  const held = talks
    .filter(({ state }) => state === 'human')
    .reduce((sum, { talks: count }) => sum + Number(count), 0);
  const waiting = talks.filter(({ state }) => state === 'waiting');
  const allWaiting = waiting.reduce((sum, { talks: count }) => sum + Number(count), 0);
  return {
    present: Number(people?.people ?? 0),
    free: Math.max(0, Number(people?.places ?? 0) - held - allWaiting),
    ahead: (level: Level) =>
      waiting
        .filter((row) => Number(row.level) >= rank(level))
        .reduce((sum, { talks: count }) => sum + Number(count), 0),
  };
}

export const levelOf = (stored: number): Level => levels[stored] ?? 'none';
