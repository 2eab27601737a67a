import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { entryWrite } from '../../audit/entry.ts';
import { type DueRow, dueAt } from '../../privacy/retention.ts';
import { stillSealedUnder } from '../../store/queries/aside.ts';
import { deleteHold, holds, putHold } from '../../store/queries/retention.ts';
import { nameOf } from '../../vault/name.ts';
import { mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { body } from './body.ts';
import { logReading } from './reading.ts';

const day = 24 * 3_600_000;
/** A hold ends by itself; who still needs it sets it again. */
const longestHoldDays = 365;

/** The key changes once (rotated, or the content forgotten before the notes) while a hold is set; more often, something is wrong. */
const MOST_TRIES = 3;

/** What is forgotten soon, and what is held with a reason; for supervisors and administrators. No content. */
export function retentionApi(deps: ConsoleDeps) {
  const { store } = deps;
  const { sql } = store;
  return new Hono<Signed>()
    .get('/retention', may, async (c) => {
      const now = deps.now();
      const policy = deps.retention();
      const [due, held] = await Promise.all([dueAt(deps, policy, now, 200), store.read(holds(sql))]);
      for (const { consultation_id, sealed_key, notes_key } of held)
        if ((sealed_key ?? notes_key) !== null)
          await logReading(deps, c.var.staff.id, consultation_id, 'reason-read');
      const endOf = (what: 'content' | 'notes') => (row: DueRow) => ({
        id: row.id,
        name: row.conversation_id && nameOf(row.conversation_id),
        what,
        forgetAt: (row.closed_at ?? now) + (what === 'content' ? policy.contentMs : policy.notesMs),
      });
      return c.json({
        now,
        days: {
          content: Math.round(policy.contentMs / day),
          notes: Math.round(policy.notesMs / day),
          log: Math.round(policy.logMs / day),
        },
        soon: [
          ...[...due.content, ...due.soon].map(endOf('content')),
          // Notes that go with their content need no line of their own.
          ...(policy.notesMs === policy.contentMs
            ? []
            : [...due.notes, ...due.notesSoon].map(endOf('notes'))),
        ],
        held: held.map((row) => ({
          id: row.consultation_id,
          name: row.conversation_id && nameOf(row.conversation_id),
          by: row.name ?? '',
          at: row.at,
          until: row.until,
          reason: reasonOf(row.consultation_id, row.sealed_reason, row.sealed_key ?? row.notes_key),
        })),
      });
    })
    .post(
      '/consultations/:id/hold',
      may,
      body(
        z.object({
          reason: z.string().trim().min(1).max(1000),
          days: z.int().min(1).max(longestHoldDays),
        }),
      ),
      async (c) => {
        const { reason, days } = c.req.valid('json');
        const id = c.req.param('id') ?? '';
        const staff = c.var.staff.id;
        for (let tries = 0; tries < MOST_TRIES; tries++) {
          const [row] = await store.read(
            sql.selectFrom('consultation').select(['sealed_key', 'notes_key']).where('id', '=', id).compile(),
          );
          const under = row?.sealed_key ? 'sealed_key' : 'notes_key';
          const key = row?.[under];
          if (!key) break;
          const at = deps.now();
          const sealed_reason = deps.sealer(id, key)(`hold:${id}`, reason);
          const hold = { consultation_id: id, staff_id: staff, sealed_reason, at, until: at + days * day };
          const held = await store.commit([
            { query: stillSealedUnder(sql, id, key, under), expect: 1 },
            { query: putHold(sql, hold) },
            entryWrite(sql, { at, what: 'held', staff, consultation: id, detail: { days } }),
          ]);
          if (held.ok) return c.json({ ok: true as const });
        }
        return c.json({ error: 'absent' as const }, 404);
      },
    )
    .post('/consultations/:id/release', may, async (c) => {
      const id = c.req.param('id') ?? '';
      const released = await store.commit([
        { query: deleteHold(sql, id), expect: 1 },
        entryWrite(sql, { at: deps.now(), what: 'released', staff: c.var.staff.id, consultation: id }),
      ]);
      return released.ok ? c.json({ ok: true as const }) : c.json({ error: 'absent' as const }, 404);
    });

  function reasonOf(id: string, sealed: string, key: string | null): string {
    if (key === null) return '';
    try {
      return deps.opener(id, key)(`hold:${id}`, sealed);
    } catch {
      return '（開けません）';
    }
  }
}

const may = createMiddleware<Signed>(async (c, next) =>
  mayOffice(c.var.staff, 'retention') ? next() : c.json({ error: 'forbidden' as const }, 403),
);
