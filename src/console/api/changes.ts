import { Hono } from 'hono';
import { z } from 'zod';
import { entryWrite } from '../../audit/entry.ts';
import { type ChangeRow, change, changesAfter, newestChange } from '../../store/queries/changes.ts';
import { dutyOf, heartbeat, setDuty } from '../../store/queries/presence.ts';
import { view } from '../../store/queries/queue.ts';
import { mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import type { Staff } from '../session.ts';
import { body } from './body.ts';

/** How far sequences may commit out of order (PostgreSQL): a number is passed for good only when it is this old. */
const overlapMs = 5000;
/** How often the server looks for changes of other processes. */
const lookMs = 1000;
/** A console on duty asks again well within the 30 s that presence lasts. */
const longestHoldSeconds = 25;

const asked = z.object({
  after: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,15})*$/)
    .optional(),
  wait: z.coerce.number().int().min(0).max(longestHoldSeconds).default(longestHoldSeconds),
  viewing: z.string().max(100).optional(),
  writing: z.enum(['0', '1']).default('0'),
  active: z.enum(['0', '1']).default('0'),
});

/**
 * `GET /changes?after=…&wait=…&viewing=…&writing=…&active=…`: what changed, held until something does. `after` is the cursor of the last
 * answer; without it the newest cursor comes at once. The request is also the heartbeat: timers of a tab in the
 * background are throttled by browsers, answers to requests are not.
 */
export function changesApi(deps: ConsoleDeps) {
  const { store, bell } = deps;
  return new Hono<Signed>()
    .get('/changes', async (c) => {
      const parsed = asked.safeParse(c.req.query());
      if (!parsed.success) return c.json({ error: 'bad-input' as const }, 400);
      const { after, wait, viewing, writing, active } = parsed.data;
      const told = { viewing: viewing ?? null, writing: writing === '1', active: active === '1' };
      await beat(deps, c.var.staff, told);
      if (after === undefined) return c.json({ cursor: await newest(deps), changes: [] });
      const [seq = 0, ...seen] = after.split('.').map(Number);
      const until = performance.now() + wait * 1000;
      for (;;) {
        const rows = await store.read(changesAfter(store.sql, seq, 500));
        const fresh = rows.filter((row) => !seen.includes(row.seq));
        const left = until - performance.now();
        if (fresh.length > 0 || left <= 0) {
          const changes = fresh.map((row) => ({ consultation: row.consultation_id, what: row.what }));
          return c.json({ cursor: cursorAfter(seq, rows, deps.now()), changes });
        }
        await bell.next(Math.min(lookMs, left), c.req.raw.signal);
        // Nobody reads the answer any more; the database may be closing.
        if (c.req.raw.signal.aborted) return c.json({ cursor: after, changes: [] });
      }
    })
    .post(
      '/presence',
      body(z.object({ on: z.boolean(), capacity: z.int().min(1).max(9).optional() })),
      async (c) => {
        if (!mayOffice(c.var.staff, 'duty')) return c.json({ error: 'forbidden' as const }, 403);
        const now = deps.now();
        const { on, capacity = deps.desk(now).capacity } = c.req.valid('json');
        const row = { staff_id: c.var.staff.id, on_duty: on ? 1 : 0, capacity, seen_at: now };
        await store.commit([
          { query: setDuty(store.sql, row) },
          { query: change(store.sql, { at: now, consultation_id: null, what: 'presence' }) },
          entryWrite(store.sql, {
            at: now,
            what: 'duty-changed',
            staff: c.var.staff.id,
            detail: { on: row.on_duty },
          }),
        ]);
        bell.ring();
        return c.json({ ok: true as const });
      },
    );
}

/** What a console says of itself with each poll. `active`: keys or pointer were used since the last. */
type Beat = { viewing: string | null; writing: boolean; active: boolean };

/** Keeps presence, the session of somebody active or on duty, and "is viewed by" fresh. */
async function beat(deps: ConsoleDeps, staff: Staff, { viewing, writing, active }: Beat): Promise<void> {
  const { store, sessions, bell } = deps;
  const now = deps.now();
  const [[duty], [before]] = await Promise.all([
    store.read(dutyOf(store.sql, staff.id)),
    store.read(
      store.sql
        .selectFrom('staff_view')
        .select(['consultation_id', 'writing'])
        .where('staff_id', '=', staff.id)
        .compile(),
    ),
  ]);
  const moved = (before?.consultation_id ?? null) !== viewing || (before?.writing === 1) !== writing;
  await store.commit([
    { query: heartbeat(store.sql, staff.id, now) },
    {
      query: view(store.sql, {
        staff_id: staff.id,
        consultation_id: viewing,
        writing: writing ? 1 : 0,
        seen_at: now,
      }),
    },
    ...(moved ? [{ query: change(store.sql, { at: now, consultation_id: null, what: 'viewing' }) }] : []),
  ]);
  if (moved) bell.ring();
  if (viewing) await deps.company.sits(viewing, staff.id, writing);
  if (active || duty?.on_duty === 1) await sessions.keepAll(staff.id);
}

async function newest({ store }: ConsoleDeps): Promise<string> {
  const [row] = await store.read(newestChange(store.sql));
  return String(row?.seq ?? 0);
}

/** `7.9.10`: everything up to 7 is done, 9 and 10 are seen, 8 may still come. */
function cursorAfter(seq: number, rows: readonly ChangeRow[], now: number): string {
  let done = seq;
  const seen: number[] = [];
  for (const row of rows) {
    const settled = Math.abs(now - row.at) > overlapMs; // the demo's clock may stand before the row's time
    if (settled && seen.length === 0) done = row.seq;
    else seen.push(row.seq);
  }
  return [done, ...seen].join('.');
}
