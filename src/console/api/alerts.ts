import { Hono } from 'hono';
import { everyone } from '../../store/queries/staff.ts';
import { mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';

/**
 * `GET /alerts`: whom the system told away from the screen in the last day, how that went, and who sees to it.
 * `POST /alerts/:id/acknowledge`: I see to it; nobody else is told. For everybody who sees the queue.
 */
export function alertsApi({ store, alerts, bell }: ConsoleDeps) {
  return new Hono<Signed>()
    .get('/alerts', async (c) => {
      if (!mayOffice(c.var.staff, 'queue')) return c.json({ error: 'forbidden' as const }, 403);
      if (!alerts) return c.json({ planned: false, alerts: [] });
      const [shown, people] = await Promise.all([alerts.list(), store.read(everyone(store.sql))]);
      const names = new Map(people.map(({ id, name }) => [`staff:${id}`, name]));
      return c.json({
        planned: true,
        alerts: shown.map(({ acknowledgedBy, ...alert }) => ({
          ...alert,
          acknowledgedBy: acknowledgedBy === null ? null : (names.get(acknowledgedBy) ?? acknowledgedBy),
        })),
      });
    })
    .post('/alerts/:id/acknowledge', async (c) => {
      if (!mayOffice(c.var.staff, 'queue')) return c.json({ error: 'forbidden' as const }, 403);
      const result = (await alerts?.acknowledge(c.req.param('id'), `staff:${c.var.staff.id}`)) ?? 'absent';
      if (result === 'absent') return c.json({ error: 'absent' as const }, 404);
      if (result === 'done') bell.ring();
      return c.json({ ok: true as const, already: result === 'already' });
    });
}
