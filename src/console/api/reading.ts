import { type AuditWord, entryWrite } from '../../audit/entry.ts';
import { lastReading } from '../../store/queries/audit.ts';
import type { ConsoleDeps } from '../deps.ts';

type Deps = Pick<ConsoleDeps, 'store' | 'now'>;

/** An open page asks again at every change; within this time that is one reading. */
const oneReadingMs = 5 * 60_000;

/**
 * Writes into the log that somebody is about to see a consultation's content, or a reason that was written about it. To be
 * awaited before it is answered.
 */
export async function logReading(
  { store, now }: Deps,
  staff: string,
  consultation: string,
  what: 'talk-read' | 'reason-read' = 'talk-read',
): Promise<void> {
  const at = now();
  const seen = await store.read(lastReading(store.sql, what, { staff, consultation }, at - oneReadingMs));
  if (seen.length > 0) return;
  await store.commit([entryWrite(store.sql, { at, what, staff, consultation })]);
}

/** Writes that somebody did something else that shows content, or takes something out: searched, exported. */
export async function logDoing(
  { store, now }: Deps,
  staff: string,
  what: AuditWord,
  detail: Record<string, string | number> = {},
  consultation: string | null = null,
): Promise<void> {
  await store.commit([entryWrite(store.sql, { at: now(), what, staff, consultation, detail })]);
}
