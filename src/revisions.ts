import { type Entry, entryWrite } from './audit/entry.ts';
import type { Content } from './content.ts';
import type { Log } from './diagnostic/log.ts';
import { type FlowFiles, filesOf } from './flow/definition.ts';
import { addRevision, fileBodies, newestNumber, revisionAt, revisionsOf } from './store/queries/revision.ts';
import type { RevisionTable } from './store/revision_tables.ts';
import type { Store } from './store/store.ts';

/** A published state of a municipality's folder, without its texts. */
export type Revision = { number: number; at: number; who: string; why: string };

export type Revisions = {
  /** The newest first. */
  list(): Promise<Revision[]>;
  newest(): Promise<number | null>;
  /** The files of a revision; null when there is none of that number. */
  files(number: number): Promise<FlowFiles | null>;
  /** Stores the folder's files as the next revision; null when they are the newest one's already. */
  publish(files: FlowFiles, by: PublishedBy): Promise<number | null>;
};

/** Who publishes, why, and when (ms); `back`: the revision whose files are put in force again. */
export type PublishedBy = { who: string; why: string; at: number; back?: number };

/** The files of a folder that a revision holds. */
export function publishable(files: FlowFiles, folder: string): FlowFiles {
  // Whom alerts reach belongs to the machine and its secrets; it is read at the start, never rolled back.
  return new Map([...filesOf(files, folder)].filter(([path]) => path !== `${folder}/alerts.yaml`));
}

/** What was published of one folder (`ise`). */
export function openRevisions(store: Store, folder: string): Revisions {
  const { sql } = store;
  const newest = async () => (await store.read(newestNumber(sql, folder)))[0]?.number ?? null;
  const manifest = async (number: number): Promise<Record<string, string> | null> => {
    const [row] = await store.read(revisionAt(sql, folder, number));
    return row ? (JSON.parse(row.files) as Record<string, string>) : null;
  };
  return {
    newest,
    async list() {
      const rows: RevisionTable[] = await store.read(revisionsOf(sql, folder));
      return rows.map(({ number, at, who, why }) => ({ number, at, who, why }));
    },
    async files(number) {
      const paths = await manifest(number);
      if (!paths) return null;
      const rows = await store.read(fileBodies(sql, [...new Set(Object.values(paths))]));
      const bodies = new Map(rows.map(({ hash, body }) => [hash, body]));
      return new Map(Object.entries(paths).map(([path, hash]) => [path, bodies.get(hash) ?? '']));
    },
    async publish(files, { who, why, at, back }) {
      const bodies = new Map<string, string>();
      const paths: Record<string, string> = {};
      for (const [path, text] of publishable(files, folder)) {
        const hash = await digest(text);
        bodies.set(hash, text);
        paths[path] = hash;
      }
      const before = await newest();
      const json = JSON.stringify(paths);
      if (before !== null && JSON.stringify(await manifest(before)) === json) return null;
      const number = (before ?? 0) + 1;
      const detail = { folder, revision: number, who, why };
      const logged: Entry =
        back === undefined
          ? { at, what: 'flow-published', detail }
          : { at, what: 'flow-rolled-back', detail: { ...detail, back } };
      await store.commit([
        ...addRevision(sql, { folder, number, at, who, why, files: json }, bodies),
        entryWrite(sql, logged),
      ]);
      return number;
    },
  };
}

/**
 * Keeps a running service at the newest revision: `look` asks for its number and puts it in force when it is new. One that
 * this program refuses (a rule became stricter) is logged once, and what was in force stays. Where nothing was ever published,
 * the files of the program's own folder are served.
 */
export function followRevisions(
  revisions: Revisions,
  serve: Content['serve'],
  log: Log,
  inForce: number | null = null,
): { look(): Promise<number | null> } {
  let seen = inForce;
  return {
    async look() {
      const newest = await revisions.newest();
      if (newest === null || newest === seen) return seen;
      const files = await revisions.files(newest);
      seen = newest;
      const served = files ? serve(files) : { ok: false };
      log({ event: served.ok ? 'revision-in-force' : 'revision-refused', revision: newest });
      return seen;
    },
  };
}

/** SHA-256 in hex; the Web Crypto of Node and of Workers. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
