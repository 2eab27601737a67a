import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { stream } from 'hono/streaming';
import { z } from 'zod';
import { auditWords } from '../../audit/entry.ts';
import { exportLog, wordOf } from '../../audit/export.ts';
import { verifyLog } from '../../audit/verify.ts';
import { knownConversations, type LogFilter, logPage } from '../../store/queries/audit.ts';
import { everyone } from '../../store/queries/staff.ts';
import { foldWord } from '../../text/fold.ts';
import { nameOf } from '../../vault/name.ts';
import { mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { logDoing } from './reading.ts';

const most = 100;

const time = z.coerce.number().int().min(0).optional();
const id = z.string().min(1).max(100).optional();
const name = z.string().trim().max(40).optional();
const asked = z.object({ before: time, from: time, to: time, staff: id, consultation: id, name, what: id });

/** One name fits a handful of conversations; part of one (「ツグミ」) may fit many, of which so many are looked at. */
const mostNamed = 500;

/** The log of accesses and changes, for auditors and administrators: pages of it, its check, and a file of it. */
export function logApi(deps: ConsoleDeps) {
  const { store } = deps;

  /** What was asked for, with the name by which counselors call somebody looked up. */
  async function filterOf({ name, ...rest }: z.output<typeof asked>): Promise<LogFilter> {
    const wanted = foldWord(name ?? '');
    if (wanted === '') return rest;
    const all = await store.read(knownConversations(store.sql));
    const conversations = all
      .map((row) => row.conversation_id ?? '')
      .filter((one) => foldWord(nameOf(one)).includes(wanted))
      .slice(0, mostNamed);
    return { ...rest, conversations };
  }

  return new Hono<Signed>()
    .get('/log', mayRead, async (c) => {
      const parsed = asked.safeParse(c.req.query());
      if (!parsed.success) return c.json({ error: 'bad-input' as const }, 400);
      const [rows, people] = await Promise.all([
        store.read(logPage(store.sql, await filterOf(parsed.data), most)),
        store.read(everyone(store.sql)),
      ]);
      return c.json({
        // What can be chosen from: people, those who left too, and the kinds of rows.
        people: people.map(({ id, name }) => ({ id, label: name })),
        kinds: Object.entries(auditWords).map(([id, label]) => ({ id, label })),
        entries: rows.map((row) => ({
          seq: row.seq,
          at: row.at,
          staff: row.staff_id ? { id: row.staff_id, name: row.name ?? '' } : null,
          what: row.what,
          words: wordOf(row.what),
          consultation: row.consultation_id,
          // Cut off from the resident once it is forgotten.
          name: row.conversation_id && nameOf(row.conversation_id),
          detail: JSON.parse(row.detail) as Record<string, string | number>,
          sealed: row.block !== null,
        })),
        next: rows.length === most ? (rows.at(-1)?.seq ?? null) : null,
      });
    })
    .post('/log/verify', mayRead, async (c) => {
      const found = await verifyLog({ store, hash: deps.auditHash });
      await logDoing(deps, c.var.staff.id, 'log-verified', { breaks: found.breaks.length });
      return c.json({ ...found, at: deps.now() });
    })
    .get('/log/export', mayRead, async (c) => {
      const parsed = asked.safeParse(c.req.query());
      if (!parsed.success) return c.json({ error: 'bad-input' as const }, 400);
      const filter = await filterOf(parsed.data);
      await logDoing(deps, c.var.staff.id, 'log-exported');
      c.header('Content-Type', 'text/csv; charset=utf-8');
      c.header('Content-Disposition', 'attachment; filename="madoguchi-log.csv"');
      return stream(c, async (out) => {
        for await (const piece of exportLog(store, filter)) await out.write(piece);
      });
    });
}

const mayRead = createMiddleware<Signed>(async (c, next) =>
  mayOffice(c.var.staff, 'log') ? next() : c.json({ error: 'forbidden' as const }, 403),
);
