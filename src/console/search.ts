import { type EventRecord, sealContext } from '../handle/record.ts';
import type { StaffNoteTable } from '../store/console_tables.ts';
import {
  countPast,
  eventsOf,
  type PastEventRow,
  type PastFilter,
  type PastPlace,
  type PastRow,
  past,
  wordsBeside,
} from '../store/queries/past.ts';
import { StoreUnavailable } from '../store/store.ts';
import { foldWord } from '../text/fold.ts';
import { nameOf } from '../vault/name.ts';
import { allowed, scopeOf } from './access.ts';
import type { ConsoleDeps, Opener } from './deps.ts';
import { type Excerpt, findWords, type Passage, wordsOf } from './find.ts';
import type { Staff } from './session.ts';

/** `name`: part of the resident's name, as counselors call them. `words`: divided by spaces, all must be found. */
export type Search = PastFilter & { name: string; words: string };

export type Found = { row: PastRow; excerpts: Excerpt[] };

/**
 * `searched` of `total` (null but for the first page) were looked at, `unreadable` of them are forgotten or do not open.
 * `orMore`: counting stopped at `total`.
 */
export type SearchPage = {
  found: Found[];
  searched: number;
  total: number | null;
  orMore: boolean;
  unreadable: number;
  next: PastPlace | null;
};

/** One request ends with whichever comes first; the rest is for the next page. Past `counted`, how many more is not told. */
export type Bounds = { found: number; rows: number; opened: number; ms: number; counted: number };
export const bounds: Bounds = { found: 20, rows: 2_000, opened: 1_500, ms: 1_500, counted: 5_000 };

/** Rows read at once, and of those, consultations whose events are read at once. */
const rowsAtOnce = 200;
const opensAtOnce = 20;
/** Events in memory at once: many times what 20 consultations have; a longer one is read alone, part by part. */
const eventsAtOnce = 1_000;
/** Residents are answered by the same thread: opening stops to let them through. */
const sliceMs = 10;

type Deps = Pick<ConsoleDeps, 'store' | 'opener'>;

/**
 * Looks through consultations that are over, newest first, within what the person may read. What is sealed is opened
 * here, one after the other, and compared; there is no index of what residents wrote.
 */
export async function search(
  deps: Deps,
  staff: Staff,
  asked: Search,
  after: PastPlace | undefined,
  limit: Bounds = bounds,
): Promise<SearchPage> {
  const page = await pageOf(deps, staff, asked, after, limit);
  if (after) return page;
  if (!page.next) return { ...page, total: page.searched };
  const { store } = deps;
  const [count] = await store.read(countPast(store.sql, scopeOf(staff), asked, limit.counted));
  const total = count?.rows ?? 0;
  return { ...page, total, orMore: total >= limit.counted };
}

async function pageOf(
  deps: Deps,
  staff: Staff,
  asked: Search,
  after: PastPlace | undefined,
  limit: Bounds,
): Promise<SearchPage> {
  const { store } = deps;
  const scope = scopeOf(staff);
  const began = performance.now();
  const name = foldWord(asked.name);
  const words = wordsOf(asked.words);
  const page: SearchPage = { found: [], searched: 0, total: null, orMore: false, unreadable: 0, next: null };
  let [place, opened] = [after, 0];
  const full = () =>
    page.found.length >= limit.found ||
    page.searched >= limit.rows ||
    opened >= limit.opened ||
    performance.now() - began > limit.ms;

  for (;;) {
    const rows = await store.read(past(store.sql, scope, asked, place, rowsAtOnce));
    for (let first = 0; first < rows.length; first += opensAtOnce) {
      const few = rows.slice(first, first + opensAtOnce);
      const wanted = few.filter((row) => mayRead(staff, row) && isCalled(row, name));
      const read = words.length > 0 && wanted.length > 0 ? await contentsOf(deps, wanted) : null;
      const breathe = breathing();
      for (const row of few) {
        page.searched += 1;
        place = { at: row.opened_at, id: row.id };
        if (wanted.includes(row)) {
          const excerpts = read ? await excerptsIn(deps, row, words, read, breathe) : [];
          if (read) opened += 1;
          if (excerpts === 'unreadable') page.unreadable += 1;
          else if (excerpts) page.found.push({ row, excerpts });
        }
        if (full()) return { ...page, next: place };
        await breathe();
      }
    }
    if (rows.length < rowsAtOnce) return page;
  }
}

function mayRead(staff: Staff, { topic, level }: PastRow): boolean {
  return allowed(staff, { state: 'closed', owner: null, topic, level }).includes('read');
}

function isCalled(row: PastRow, name: string): boolean {
  return name === '' || foldWord(nameOf(row.conversation_id)).includes(name);
}

/** `events`: of the consultations that came whole with the first reading; the others are read alone. */
type Contents = { events: Map<string, PastEventRow[]>; notes: Map<string, StaffNoteTable[]> };

async function contentsOf({ store }: Deps, rows: readonly PastRow[]): Promise<Contents> {
  const ids = rows.filter((row) => keyOf(row) !== null).map((row) => row.id);
  if (ids.length === 0) return { events: new Map(), notes: new Map() };
  const [events, notes] = await Promise.all([
    store.read(eventsOf(store.sql, ids, eventsAtOnce)),
    store.read(wordsBeside(store.sql, ids)),
  ]);
  const read = Map.groupBy(events, (event) => event.consultation_id);
  const cut = events.length < eventsAtOnce ? undefined : events.at(-1)?.consultation_id;
  if (cut !== undefined) read.delete(cut);
  const whole = cut === undefined ? ids : [...read.keys()];
  return {
    events: new Map(whole.map((id) => [id, read.get(id) ?? []])),
    notes: Map.groupBy(notes, (note) => note.consultation_id),
  };
}

/** The events of one consultation, oldest first: as they were read with others, else in parts. */
async function* partsOf({ store }: Deps, id: string, { events }: Contents): AsyncGenerator<PastEventRow[]> {
  const whole = events.get(id);
  if (whole) return yield whole;
  for (let after: number | undefined; ; ) {
    const part = await store.read(eventsOf(store.sql, [id], eventsAtOnce, after));
    yield part;
    if (part.length < eventsAtOnce) return;
    after = part.at(-1)?.version;
  }
}

/** Notes may be kept longer than the content, under a key of their own. */
const keyOf = ({ sealed_key, notes_key }: PastRow): string | null => sealed_key ?? notes_key;

async function excerptsIn(
  deps: Deps,
  row: PastRow,
  words: readonly string[],
  contents: Contents,
  breathe: () => Promise<void>,
): Promise<Excerpt[] | null | 'unreadable'> {
  const key = keyOf(row);
  if (key === null) return 'unreadable';
  const found = new Map<string, Excerpt>();
  const parts = partsOf(deps, row.id, contents);
  try {
    const open = deps.opener(row.id, key);
    for await (const part of parts) {
      const said = part.flatMap((event) => saidIn(open, row.conversation_id, event));
      const excerpts = findWords(words, said, found);
      if (excerpts) return excerpts;
      await breathe();
    }
    const beside = (contents.notes.get(row.id) ?? []).map((note) => writtenIn(open, note));
    // Where only the notes are left, that the words are not in them does not say that nobody wrote them.
    return findWords(words, beside, found) ?? (row.sealed_key === null ? 'unreadable' : null);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    return 'unreadable';
  }
}

/** What the resident wrote or chose and what counselors wrote. What the bot says is the same for everybody. */
function saidIn(open: Opener, conversation: string, row: PastEventRow): Passage[] {
  if (!row.sealed) return [];
  const record = JSON.parse(open(sealContext.event(conversation, row.version), row.sealed)) as EventRecord;
  const { at } = row;
  const passages: Passage[] = [];
  const { in: came } = record;
  if (came?.kind === 'text') passages.push({ who: 'resident', at, text: came.text });
  if (came?.kind === 'choice') passages.push({ who: 'resident', at, text: came.label });
  for (const { speaker, messages } of record.said)
    for (const message of messages)
      if (speaker === 'counselor' && message.kind === 'text')
        passages.push({ who: 'counselor', at, text: message.text });
  return passages;
}

function writtenIn(open: Opener, note: StaffNoteTable): Passage {
  return { who: 'staff', at: note.at, text: open(`staff_note:${note.id}`, note.sealed) };
}

/** Gives way to whatever waits, once the slice is used up. */
function breathing(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < sliceMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    began = performance.now();
  };
}
