import { sql as raw } from 'kysely';
import type { Store } from '../store/store.ts';

/** At most `max` within `windowMs`, counted from the first. */
export type Limit = { max: number; windowMs: number };

/**
 * Counts one try under a key and says whether it is still within the limit. Kept in the database, so that several
 * processes count together. Keys are hashed: what is counted need not be readable.
 */
export async function isWithinLimit(
  store: Store,
  key: string,
  { max, windowMs }: Limit,
  now: number,
): Promise<boolean> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  const id = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const { sql } = store;
  const old = now - windowMs;
  const counted = sql
    .insertInto('rate')
    .values({ id, count: 1, since: now })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        count: raw<number>`case when rate.since < ${old} then 1 else rate.count + 1 end`,
        since: raw<number>`case when rate.since < ${old} then ${now} else rate.since end`,
      }),
    )
    .returning('count')
    .compile();
  const [row] = await store.write(counted);
  return Number(row?.count ?? 0) <= max;
}
