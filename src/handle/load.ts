import type { Facts } from '../conversation/draft.ts';
import type { Snapshot } from '../conversation/snapshot.ts';
import { type Level, levels, rank } from '../risk/finding.ts';
import type { ConversationQueries, LoadedRow } from '../store/queries/conversation.ts';
import { pageSeen } from '../store/queries/talk.ts';
import type { Store } from '../store/store.ts';
import { Unsealable } from '../vault/seal.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { sealContext } from './record.ts';

/** A counselor whose console was heard of within this time is present (DESIGN 7). */
export const PRESENT_MS = 30_000;

/** Another process's change of the queue is seen after this long at the latest. */
const QUEUE_KEPT_MS = 200;

/**
 * A conversation as it stands in the database. `forgotten`: its last consultation's content was destroyed on time;
 * `broken`: it does not open, so somebody must look.
 */
export type Opened =
  | { state: 'open'; key: DataKey; snapshot: Snapshot }
  | { state: 'forgotten' }
  | { state: 'broken' };

/** Talks waiting or held, by level. */
type Busy = { state: string; level: number; talks: number };

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

export type World = {
  /** Presence and queue at an instant, as the pure step wants them. */
  facts(now: number): Promise<Pick<Facts, 'present' | 'free' | 'ahead'>>;
  /** The queue has changed. */
  changed(): void;
};

/**
 * Counting the queue costs the more the longer it is, and most events do not change it: the count is kept until this
 * process changes the queue, and a moment at most, because others may change it, too. Who is present is looked up each time.
 */
export function createWorld({ store, queries }: Loader): World {
  let kept: { at: number; talks: Promise<Busy[]> } | null = null;

  const busy = (now: number): Promise<Busy[]> => {
    if (!kept || Math.abs(now - kept.at) > QUEUE_KEPT_MS) {
      const counted = { at: now, talks: store.read(queries.busy({})) };
      kept = counted;
      counted.talks.catch(() => {
        if (kept === counted) kept = null;
      });
    }
    return kept.talks;
  };

  return {
    async facts(now) {
      const [[people], talks] = await Promise.all([
        store.read(queries.present({ since: now - PRESENT_MS })),
        busy(now),
      ]);
      const held = countOf(talks.filter(({ state }) => state === 'human'));
      const waiting = talks.filter(({ state }) => state === 'waiting');
      return {
        present: Number(people?.people ?? 0),
        free: Math.max(0, Number(people?.places ?? 0) - held - countOf(waiting)),
        ahead: (level: Level) => countOf(waiting.filter((row) => Number(row.level) >= rank(level))),
      };
    },
    changed() {
      kept = null;
    },
  };
}

const countOf = (rows: readonly Busy[]): number => rows.reduce((sum, { talks }) => sum + Number(talks), 0);

/** Up to when the resident's own page has shown everything, ms; null while none is open. */
export async function loadPageSeen({ store }: Loader, conversationId: string): Promise<number | null> {
  const [row] = await store.read(pageSeen(store.sql, conversationId));
  return row?.seen_at ?? null;
}

export const levelOf = (stored: number): Level => levels[stored] ?? 'none';
