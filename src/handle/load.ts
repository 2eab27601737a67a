import type { Facts } from '../conversation/draft.ts';
import type { Snapshot, TalkState } from '../conversation/snapshot.ts';
import { type Level, levels, rank } from '../risk/finding.ts';
import type { ConversationQueries, LoadedRow, Standing } from '../store/queries/conversation.ts';
import { presentFor } from '../store/queries/presence.ts';
import { pageSeen } from '../store/queries/talk.ts';
import type { Store } from '../store/store.ts';
import { Unsealable } from '../vault/seal.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { sealContext } from './record.ts';

/** Another process's change of the queue, and a change of presence, is seen after this long at the latest. */
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

/** What an event finds. */
export type Situation = {
  /** No row at first contact. */
  row: Omit<LoadedRow, 'sealed_snapshot' | 'sealed_key'> | undefined;
  opened: Opened | null;
  /**
   * `taken-back`: unsent before it arrived (LINE does not keep the order). `applied`: it was, and its row has been forgotten since;
   * LINE brings it again.
   */
  tombstone: 'taken-back' | 'applied' | null;
  /** Something is still to be sent. */
  pending: boolean;
};

/** How things stand in the database when an event comes. */
export async function loadSituation(
  { store, queries, vault }: Loader & { vault: Vault },
  of: { conversationId: string; eventId: string; messageKey: string | null },
): Promise<Situation> {
  const { conversationId, eventId, messageKey } = of;
  const [standing] = await store.read(
    queries.standing({ id: conversationId, message: messageKey ?? eventId, event: eventId }),
  );
  if (!standing) throw new Error('a question without an answer');
  const row = isThere(standing) ? standing : undefined;
  return {
    row,
    opened: row ? openRow(vault, row) : null,
    tombstone: standing.applied ? 'applied' : standing.taken_back ? 'taken-back' : null,
    pending: standing.pending === 1,
  };
}

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
  facts(now: number): Promise<Pick<Facts, 'present' | 'free' | 'ahead'>>;
  /**
   * This process has moved a talk; null where there is none. What is known is corrected, not asked for: to count a thousand that wait takes as
   * long as to decide the answer.
   */
  moved(from: Place | null, to: Place | null): void;
};

type Place = { state: TalkState; level: Level };

export function createWorld({ store, queries }: Loader): World {
  let kept: { at: number; looked: ReturnType<typeof look>; moves: Busy[] } | null = null;

  const look = async (now: number) => {
    const [[presence], talks] = await Promise.all([
      store.read(queries.present({ since: now - presentFor })),
      store.read(queries.busy({})),
    ]);
    return { people: Number(presence?.people ?? 0), places: Number(presence?.places ?? 0), talks };
  };

  const known = (now: number) => {
    if (!kept || Math.abs(now - kept.at) > QUEUE_KEPT_MS) {
      const looking = { at: now, looked: look(now), moves: [] };
      kept = looking;
      looking.looked.catch(() => {
        if (kept === looking) kept = null;
      });
    }
    return kept;
  };

  const count = (place: Place | null, talks: number) => {
    if (!kept || !place) return;
    const [state, level] = [place.state, rank(place.level)];
    const same = kept.moves.find((row) => row.state === state && row.level === level);
    if (same) same.talks += talks;
    else kept.moves.push({ state, level, talks });
  };

  return {
    async facts(now) {
      const { looked, moves } = known(now);
      const { people, places, talks } = await looked;
      const busy = [...talks, ...moves];
      const held = countOf(busy.filter(({ state }) => state === 'human'));
      const waiting = busy.filter(({ state }) => state === 'waiting');
      return {
        present: people,
        free: Math.max(0, places - held - countOf(waiting)),
        ahead: (level: Level) => countOf(waiting.filter((row) => Number(row.level) >= rank(level))),
      };
    },
    moved(from, to) {
      if (from?.state === to?.state && from?.level === to?.level) return;
      count(from, -1);
      count(to, 1);
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
