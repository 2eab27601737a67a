import { type Entry, entryWrite } from '../audit/entry.ts';
import type { Log } from '../diagnostic/log.ts';
import { notesOf } from '../store/queries/aside.ts';
import { change } from '../store/queries/changes.ts';
import {
  claim,
  contentOver,
  deleteBlockRows,
  deleteContent,
  deleteEmptyConversation,
  deleteHold,
  deleteNotes,
  destroyKey,
  destroyNotesKey,
  lastBlockBefore,
  notesOver,
  type Over,
  oldestBlockWithRows,
  REMEMBER_MS,
  rememberEvents,
  sealNoteAnew,
  stillOver,
  sweep,
  touchNotes,
} from '../store/queries/retention.ts';
import { settings } from '../store/queries/setting.ts';
import type { Store, Write } from '../store/store.ts';
import { Unsealable } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';

/** How long what is kept after a consultation is closed, ms; of the flow. `remindMs`: so long before its end. */
export type Policy = { contentMs: number; notesMs: number; logMs: number; remindMs: number };

const hour = 3_600_000;
const day = 24 * hour;

/** How often it is looked what is over; and for how many consultations at once. */
const LOOK_EVERY_MS = hour;
const BATCH = 100;

/** Whoever wrote within this time is not forgotten under their hands. */
export const QUIET_MS = day;

const CHANGES_MS = 7 * day;

const over = (now: number, keptMs: number): Over => ({
  now,
  closedBefore: now - keptMs,
  quietBefore: now - QUIET_MS,
});

export type DueRow = { id: string; conversation_id: string | null; closed_at: number | null };

/** What a turn would forget at an instant, and what content and notes it will within `policy.remindMs`. Changes nothing. */
export async function dueAt(
  { store }: { store: Store },
  policy: Policy,
  now: number,
  limit = 1_000,
): Promise<{ content: DueRow[]; notes: DueRow[]; soon: DueRow[]; notesSoon: DueRow[] }> {
  const { sql } = store;
  const [content, notes, later, notesLater] = await Promise.all([
    store.read(contentOver(sql, over(now, policy.contentMs), limit)),
    store.read(notesOver(sql, over(now, policy.notesMs), limit)),
    store.read(contentOver(sql, over(now, policy.contentMs - policy.remindMs), limit)),
    store.read(notesOver(sql, over(now, policy.notesMs - policy.remindMs), limit)),
  ]);
  const without = (rows: readonly DueRow[], due: readonly DueRow[]) =>
    rows.filter(({ id }) => !due.some((one) => one.id === id));
  return { content, notes, soon: without(later, content), notesSoon: without(notesLater, notes) };
}

export type Forgotten = { content: number; notes: number; blocks: number };

export type RetentionDeps = { store: Store; vault: Vault; policy(): Policy; now(): number; log: Log };

/**
 * The clock's share of forgetting, once an hour in one of all processes: content and notes whose time is over, rows of
 * the log past theirs, and what only takes room. Supervisors' consoles are reminded once a day of what comes. Answers
 * null when it was not its turn.
 */
export function createRetention(deps: RetentionDeps): () => Promise<Forgotten | null> {
  let next = 0;
  return async () => {
    const now = deps.now();
    if (now < next && next - now <= LOOK_EVERY_MS) return null;
    next = now + LOOK_EVERY_MS;
    return (await takesTurn(deps.store, now)) ? forgetDue(deps, now) : null;
  };
}

/** Whoever moves the time of the next look on has the turn. */
async function takesTurn(store: Store, now: number): Promise<boolean> {
  const kept = settings(store);
  const name = 'retention.next';
  await kept.add(name, '0');
  const stored = (await kept.get(name)) ?? '0';
  const wait = Number(stored) - now;
  if (wait > 0 && wait <= LOOK_EVERY_MS) return false;
  const query = store.sql
    .updateTable('setting')
    .set({ value: String(now + LOOK_EVERY_MS) })
    .where('name', '=', name)
    .where('value', '=', stored)
    .compile();
  return (await store.commit([{ query, expect: 1 }])).ok;
}

/** Forgets everything whose time is over at an instant. */
export async function forgetDue(
  { store, vault, policy, log }: RetentionDeps,
  now: number,
): Promise<Forgotten> {
  const kept = policy();
  const { sql } = store;
  const done: Forgotten = { content: 0, notes: 0, blocks: 0 };
  const contentPast = over(now, kept.contentMs);
  for (;;) {
    const rows = await store.read(contentOver(sql, contentPast, BATCH));
    let forgotten = 0;
    for (const row of rows)
      if ((await store.commit(await forgetting(store, row, { past: contentPast, now, kept, vault }))).ok)
        forgotten++;
    done.content += forgotten;
    if (rows.length < BATCH || forgotten === 0) break;
  }
  const notesPast = over(now, kept.notesMs);
  for (const row of await store.read(notesOver(sql, notesPast, BATCH)))
    if ((await store.commit(forgettingNotes(store, row, notesPast, now))).ok) done.notes++;
  done.blocks = await pruneLog(store, now, now - kept.logMs);
  const before = { changes: now - CHANGES_MS, tombstones: now - REMEMBER_MS, approvals: now - kept.logMs };
  await store.commit(sweep(sql, before).map((query) => ({ query })));
  await remind(store, kept, now);
  await store.scrub();
  if (done.content + done.notes + done.blocks > 0) log({ event: 'forgotten', ...done });
  return done;
}

/** One consultation: the key first, then every row that it sealed. Its facts stay, without a trace of whose they were. */
async function forgetting(
  store: Store,
  { id, conversation_id, sealed_key }: Forgettable,
  { past, now, kept, vault }: { past: Over; now: number; kept: Policy; vault: Vault },
): Promise<Write[]> {
  const { sql } = store;
  const longer = kept.notesMs > kept.contentMs && sealed_key !== null;
  const stays = longer ? await notesMoved(store, vault, id, sealed_key) : null;
  // A note that came after they were read would stay under the destroyed key: then the next look does it all.
  const none: Write = { query: deleteNotes(sql, id), ...(longer ? { expect: 0 } : {}) };
  return [
    { query: claim(sql, id) },
    { query: destroyKey(sql, id, past, stays?.key ?? null), expect: 1 },
    ...(stays?.writes ?? [none]),
    { query: rememberEvents(sql, { consultation: id }, now - REMEMBER_MS, now) },
    ...deleteContent(sql, id, conversation_id).map((query) => ({ query })),
    ...(conversation_id === null ? [] : deleteEmptyConversation(sql, conversation_id)).map((query) => ({
      query,
    })),
    logged(store, now, 'content-forgotten', id),
    { query: change(sql, { at: now, consultation_id: id, what: 'talk' }) },
  ];
}

type Forgettable = { id: string; conversation_id: string | null; sealed_key: string | null };

/**
 * Notes that are kept longer than their content are sealed anew under a key of their own, so that the content's key can be
 * destroyed on time. Null when there are none; one that does not open goes with the content.
 */
async function notesMoved(store: Store, vault: Vault, id: string, sealedKey: string) {
  const { sql } = store;
  const notes = await store.read(notesOf(sql, id));
  if (notes.length === 0) return null;
  const fresh = vault.newDataKey();
  const key = vault.wrap(fresh, id);
  const writes = notes.map((note): Write => {
    const context = `staff_note:${note.id}`;
    try {
      const words = vault.open(vault.unwrap(sealedKey, id), context, note.sealed);
      return { query: sealNoteAnew(sql, note.id, vault.seal(fresh, context, words)) };
    } catch (error) {
      if (error instanceof Unsealable) return { query: sealNoteAnew(sql, note.id, '') };
      throw error;
    }
  });
  return { key, writes: [{ query: touchNotes(sql, id), expect: notes.length }, ...writes] };
}

/** Notes alone; with them the last that opens of a consultation whose content went before. */
function forgettingNotes(
  store: Store,
  { id, conversation_id, sealed_key }: Forgettable,
  past: Over,
  now: number,
): Write[] {
  const { sql } = store;
  const last = sealed_key === null;
  return [
    { query: claim(sql, id) },
    { query: last ? destroyNotesKey(sql, id, past) : stillOver(sql, id, past), expect: 1 },
    { query: deleteNotes(sql, id) },
    ...(last ? [{ query: deleteHold(sql, id) }] : []),
    ...(last && conversation_id !== null ? deleteEmptyConversation(sql, conversation_id) : []).map(
      (query) => ({
        query,
      }),
    ),
    logged(store, now, 'notes-forgotten', id),
  ];
}

/** Rows of the log go by whole blocks, oldest first; the row that says so is sealed like any other. */
async function pruneLog(store: Store, now: number, before: number): Promise<number> {
  const { sql } = store;
  const [[last], [oldest]] = await Promise.all([
    store.read(lastBlockBefore(sql, before)),
    store.read(oldestBlockWithRows(sql)),
  ]);
  const upTo = last?.number ?? 0;
  const from = oldest?.number ?? Number.POSITIVE_INFINITY;
  if (upTo < from) return 0;
  await store.commit([
    { query: deleteBlockRows(sql, upTo) },
    entryWrite(sql, { at: now, what: 'log-pruned', detail: { block: upTo } }),
  ]);
  return upTo - from + 1;
}

async function remind(store: Store, policy: Policy, now: number): Promise<void> {
  const kept = settings(store);
  const today = String(Math.floor((now + 9 * hour) / day));
  if ((await kept.get('retention.reminded')) === today) return;
  await kept.set('retention.reminded', today);
  const { soon, notesSoon } = await dueAt({ store }, policy, now);
  const consultations = new Set([...soon, ...notesSoon].map(({ id }) => id)).size;
  if (consultations === 0) return;
  await store.commit([
    { query: change(store.sql, { at: now, consultation_id: null, what: 'retention' }) },
    entryWrite(store.sql, { at: now, what: 'retention-reminded', detail: { consultations } }),
  ]);
}

const logged = (store: Store, at: number, what: Entry['what'], consultation: string): Write =>
  entryWrite(store.sql, { at, what, consultation });
