import type { Facts } from '../conversation/draft.ts';
import type { Snapshot } from '../conversation/snapshot.ts';
import { type Level, levels, rank } from '../risk/finding.ts';
import type { ConversationQueries, LoadedRow, Standing } from '../store/queries/conversation.ts';
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

/**
 * How things stand when an event comes: its conversation (no row at first contact), what is still to be sent, what tombstones
 * say of the event, who is present. `taken-back`: unsent before it arrived (LINE does not keep the order). `applied`: it was, and
 * its row has been forgotten since; LINE brings it again.
 */
export async function loadStanding(
  { store, queries }: Loader,
  of: { conversationId: string; eventId: string; messageKey: string | null; now: number },
): Promise<{
  row: LoadedRow | undefined;
  tombstone: 'taken-back' | 'applied' | null;
  pending: boolean;
  presence: Presence;
}> {
  const { conversationId, eventId, messageKey, now } = of;
  const [standing] = await store.read(
    queries.standing({
      id: conversationId,
      message: messageKey ?? eventId,
      event: eventId,
      since: now - PRESENT_MS,
    }),
  );
  if (!standing) throw new Error('a question without an answer');
  return {
    row: isThere(standing) ? standing : undefined,
    tombstone: standing.applied ? 'applied' : standing.taken_back ? 'taken-back' : null,
    pending: standing.pending === 1,
    presence: { people: Number(standing.people), places: Number(standing.places ?? 0) },
  };
}

/** Counselors on duty, and how many talks they can hold. */
export type Presence = { people: number; places: number };

const isThere = (standing: Standing): standing is Standing & LoadedRow => standing.id !== null;

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
  facts(now: number, presence: Presence): Promise<Pick<Facts, 'present' | 'free' | 'ahead'>>;
  /** The queue has changed. */
  changed(): void;
};

/**
 * Counting the queue costs the more the longer it is, and most events do not change it: the count is kept until this
 * process changes the queue, and a moment at most, because others may change it, too.
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
    async facts(now, { people, places }) {
      const talks = await busy(now);
      const held = countOf(talks.filter(({ state }) => state === 'human'));
      const waiting = talks.filter(({ state }) => state === 'waiting');
      return {
        present: people,
        free: Math.max(0, places - held - countOf(waiting)),
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
