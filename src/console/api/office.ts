import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { entryWrite } from '../../audit/entry.ts';
import { cannedReplies, deleteCanned, putCanned } from '../../store/queries/aside.ts';
import { everyone, openInvites, passkeyHolders } from '../../store/queries/staff.ts';
import { mayOffice, type OfficeAction, roles } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { invite, resetCode } from '../invite.ts';
import { changeStaff } from '../staff.ts';
import { body } from './body.ts';

const topics = z.array(z.string().min(1).max(100).regex(/^\S+$/)).max(50);
const someRoles = z.array(z.enum(roles)).min(1);

/** What is not about one talk: the directory, canned replies, people. */
export function officeApi(deps: ConsoleDeps) {
  const { store, now } = deps;
  const { sql } = store;
  return new Hono<Signed>()
    .get('/windows', only('directory'), (c) => c.json({ now: now(), windows: deps.windows(now()) }))
    .get('/emergency', only('directory'), (c) => c.json({ card: deps.emergency(now()) }))
    .get('/canned', async (c) => {
      if (!mayOffice(c.var.staff, 'queue') && !mayOffice(c.var.staff, 'canned')) return forbidden(c);
      const rows = await store.read(cannedReplies(sql));
      return c.json({ replies: rows.map(({ id, title, body }) => ({ id, title, body })) });
    })
    .post(
      '/canned/:id',
      only('canned'),
      body(z.object({ title: z.string().trim().min(1).max(60), body: z.string().trim().min(1).max(5000) })),
      async (c) => {
        const id = c.req.param('id') ?? '';
        const row = { id, ...c.req.valid('json'), updated_by: c.var.staff.id, updated_at: now() };
        const entry = { at: now(), what: 'canned-changed', staff: c.var.staff.id, detail: { id } } as const;
        await store.commit([{ query: putCanned(sql, row) }, entryWrite(sql, entry)]);
        return c.json({ ok: true as const });
      },
    )
    .post('/canned/:id/delete', only('canned'), async (c) => {
      const id = c.req.param('id') ?? '';
      const entry = { at: now(), what: 'canned-deleted', staff: c.var.staff.id, detail: { id } } as const;
      await store.commit([{ query: deleteCanned(sql, id) }, entryWrite(sql, entry)]);
      return c.json({ ok: true as const });
    })
    .get('/people', only('people'), async (c) => {
      const [people, keys, invites] = await Promise.all([
        store.read(everyone(sql)),
        store.read(passkeyHolders(sql)),
        store.read(openInvites(sql, now())),
      ]);
      return c.json({
        people: people.map((person) => ({
          id: person.id,
          name: person.name,
          email: person.email,
          roles: person.roles.split(' ').filter(Boolean),
          topics: person.topics.split(' ').filter(Boolean),
          active: person.active === 1,
          secondFactor: person.twoFactorEnabled === 1 || keys.some(({ userId }) => userId === person.id),
        })),
        invites: invites
          .filter((one) => one.email !== null && one.roles !== '')
          .map((one) => ({ id: one.id, name: one.name, email: one.email, expiresAt: one.expires_at })),
      });
    })
    .post(
      '/people/invites',
      only('people'),
      body(
        z.object({
          name: z.string().trim().min(1).max(60),
          email: z.email().max(254),
          roles: someRoles,
          topics,
        }),
      ),
      async (c) => c.json({ code: (await invite(deps, c.req.valid('json'), c.var.staff.id)).code }),
    )
    .post('/people/:id/reset', only('people'), async (c) => {
      const code = await resetCode(deps, c.req.param('id') ?? '', c.var.staff.id);
      return code ? c.json({ code }) : c.json({ error: 'absent' as const }, 404);
    })
    .post(
      '/people/:id',
      only('people'),
      body(
        z.object({ roles: someRoles.optional(), topics: topics.optional(), active: z.boolean().optional() }),
      ),
      async (c) => {
        const changed = await changeStaff(deps, c.req.param('id') ?? '', c.req.valid('json'), c.var.staff.id);
        if (changed === 'ok') return c.json({ ok: true as const });
        return changed === 'absent'
          ? c.json({ error: 'absent' as const }, 404)
          : c.json({ error: 'refused' as const, reason: changed, by: null }, 409);
      },
    );
}

function only(action: OfficeAction) {
  return createMiddleware<Signed>(async (c, next) =>
    mayOffice(c.var.staff, action) ? next() : forbidden(c),
  );
}

function forbidden(c: Context) {
  return c.json({ error: 'forbidden' as const }, 403);
}
