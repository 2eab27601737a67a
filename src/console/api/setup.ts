import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { everyone, openInvites } from '../../store/queries/staff.ts';
import { mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';

/** What the first administrator is led through: hours, people, LINE, the emergency card, a talk to try. */
export function setupApi(deps: ConsoleDeps) {
  const { store } = deps;
  return new Hono<Signed>()
    .get('/setup', only, async (c) => {
      const now = deps.now();
      const [people, invites] = await Promise.all([
        store.read(everyone(store.sql)),
        store.read(openInvites(store.sql, now)),
      ]);
      const active = people.filter((person) => person.active === 1);
      const card = deps.emergency(now);
      const lines = card?.calls.flatMap((call) => call.lines) ?? [];
      return c.json({
        desk: { ...deps.desk(now), ...deps.deskSource() },
        people: {
          active: active.length,
          supervisors: active.filter(({ roles }) => roles.split(' ').includes('supervisor')).length,
          invited: invites.filter(({ email }) => email !== null).length,
        },
        emergency: card && { missing: lines.filter(({ phone }) => phone === null).map(({ name }) => name) },
        phone: deps.demo?.phone ?? null,
      });
    })
    .post('/setup/line', only, async (c) => c.json({ findings: await deps.checkLine() }));
}

const only = createMiddleware<Signed>(async (c, next) =>
  mayOffice(c.var.staff, 'people') ? next() : c.json({ error: 'forbidden' as const }, 403),
);
