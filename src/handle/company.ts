import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { openRow } from './load.ts';
import type { EventRecord } from './record.ts';
import { sealContext } from './record.ts';

/** What LINE can do besides messages; `line/client` gives it. Failures change nothing and are not waited for. */
export type Signs = {
  /** The dots of somebody writing, for so many seconds. */
  showLoading(userId: string, seconds: number): Promise<unknown>;
  /** Sets 既読, where the account's chat is on. */
  markAsRead(readToken: string): Promise<unknown>;
  /** A picture or voice that LINE keeps for the account, up to `most` bytes. */
  content(
    messageId: string,
    most: number,
  ): Promise<{ ok: true; value: { type: string; bytes?: Uint8Array } } | { ok: false; reason: string }>;
};

/** `wait`: LINE still prepares it. `gone`: unsent, forgotten, too large, or past LINE's time. */
export type Picture = { ok: true; type: string; bytes: Uint8Array } | { ok: false; why: 'wait' | 'gone' };

export type Company = {
  /** The counselor who has the talk is looking at it, and perhaps writing. */
  sits(consultationId: string, staff: string, writing: boolean): Promise<void>;
  /** What an event of media brought, fetched from LINE when somebody asks; nothing of it is stored. */
  picture(consultationId: string, version: number): Promise<Picture>;
};

/** LINE shows the dots for this long, and a counselor's writing renews them no sooner. */
const DOTS_MS = 20_000;
/** A picture larger than this is not brought into a console. */
const MOST_BYTES = 12 * 1024 * 1024;

/** Lets the resident feel that a person is there: dots while the counselor writes, 既読 for what a human has read. */
export function createCompany({
  store,
  vault,
  signs,
  now,
}: {
  store: Store;
  vault: Vault;
  signs: Signs;
  now(): number;
}): Company {
  const dots = new Map<string, number>();
  const read = new Map<string, string>();
  /** Forgetting costs a sign shown once more; keeping every conversation for ever would cost memory. */
  const bound = (memory: Map<string, unknown>) => {
    if (memory.size > 1_000) memory.clear();
  };

  async function load(consultationId: string) {
    const query = store.sql
      .selectFrom('conversation')
      .innerJoin('consultation', 'consultation.id', 'conversation.consultation_id')
      .selectAll('conversation')
      .select('consultation.sealed_key')
      .where('conversation.consultation_id', '=', consultationId)
      .compile();
    const [row] = await store.read(query);
    return row;
  }

  return {
    async sits(consultationId, staff, writing) {
      const row = await load(consultationId);
      if (row?.state !== 'human' || row.owner !== staff || row.unreachable === 1) return;
      const opened = openRow(vault, row);
      if (opened.state !== 'open') return;
      const { readToken } = opened.snapshot;
      if (readToken && read.get(row.id) !== readToken) {
        bound(read);
        read.set(row.id, readToken);
        void signs.markAsRead(readToken);
      }
      if (!writing || now() - (dots.get(row.id) ?? Number.NEGATIVE_INFINITY) < DOTS_MS) return;
      bound(dots);
      dots.set(row.id, now());
      void signs.showLoading(vault.openUser(row.id, row.sealed_user), DOTS_MS / 1000);
    },
    async picture(consultationId, version) {
      const query = store.sql
        .selectFrom('event')
        .innerJoin('consultation', 'consultation.id', 'event.consultation_id')
        .select(['event.conversation_id', 'event.sealed', 'consultation.sealed_key'])
        .where('event.consultation_id', '=', consultationId)
        .where('event.version', '=', version)
        .compile();
      const [row] = await store.read(query);
      if (!row?.sealed || row.sealed_key === null) return { ok: false, why: 'gone' };
      const key = vault.unwrap(row.sealed_key, consultationId);
      const record = JSON.parse(
        vault.open(key, sealContext.event(row.conversation_id, version), row.sealed),
      ) as EventRecord;
      if (record.in?.kind !== 'media' || !record.in.message) return { ok: false, why: 'gone' };
      const answer = await signs.content(record.in.message, MOST_BYTES);
      if (!answer.ok) return { ok: false, why: 'gone' };
      const { type, bytes } = answer.value;
      return bytes ? { ok: true, type, bytes } : { ok: false, why: 'wait' };
    },
  };
}
