import { Hono } from 'hono';
import { z } from 'zod';
import { entryWrite } from '../../audit/entry.ts';
import { levels } from '../../risk/finding.ts';
import { isWithinLimit, type Limit } from '../../store/limit.ts';
import { nameOf } from '../../vault/name.ts';
import { mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { type SearchPage, search } from '../search.ts';
import { body } from './body.ts';

const time = z.int().min(0).optional();
const id = z.string().min(1).max(100).optional();
const asked = z.object({
  name: z.string().trim().max(40).default(''),
  words: z.string().trim().max(200).default(''),
  from: time,
  to: time,
  category: id,
  level: z.enum(levels).optional(),
  outcome: id,
  after: z.object({ at: z.int().min(0), id: z.string().max(100) }).optional(),
});

/** Pages a person may ask for: enough for an evening's work, too few to leaf through everything with a program. */
const searchLimit: Limit = { max: 60, windowMs: 10 * 60_000 };

/**
 * Search over consultations that are over. A POST, so that what is looked for stands in no URL and no proxy's log.
 * Each page is written into the log, and with it every consultation whose words it shows.
 */
export function searchApi(deps: ConsoleDeps) {
  const label = (list: 'categories' | 'outcomes', id: string) =>
    deps.service[list].find((one) => one.id === id)?.label ?? id;
  return new Hono<Signed>().post('/search', body(asked), async (c) => {
    const { staff } = c.var;
    if (!mayOffice(staff, 'search')) return c.json({ error: 'forbidden' as const }, 403);
    if (!(await isWithinLimit(deps.store, `search ${staff.id}`, searchLimit, deps.now())))
      return c.json({ error: 'searched-much' as const }, 429);
    const { level, after, ...rest } = c.req.valid('json');
    const filter = { ...rest, level: level && levels.indexOf(level) };
    const page = await search(deps, staff, filter, after);
    await logSearch(deps, staff.id, page);
    return c.json({
      ...page,
      found: page.found.map(({ row, excerpts }) => ({
        id: row.id,
        name: nameOf(row.conversation_id),
        openedAt: row.opened_at,
        closedAt: row.closed_at,
        level: levels[row.highest] ?? 'none',
        categories: row.categories
          .split(' ')
          .filter(Boolean)
          .map((one) => label('categories', one)),
        outcome: row.outcome && label('outcomes', row.outcome),
        forgotten: row.sealed_key === null,
        excerpts,
      })),
    });
  });
}

/** How much was looked through, never for what. */
async function logSearch(
  { store, now }: Pick<ConsoleDeps, 'store' | 'now'>,
  staff: string,
  { found, searched }: SearchPage,
): Promise<void> {
  const at = now();
  const shown = found.filter(({ excerpts }) => excerpts.length > 0);
  const detail = { searched, found: found.length };
  await store.commit([
    entryWrite(store.sql, { at, what: 'searched', staff, detail }),
    ...shown.map(({ row }) =>
      entryWrite(store.sql, { at, what: 'searched', staff, consultation: row.id, detail: { shown: 1 } }),
    ),
  ]);
}
