import { Hono } from 'hono';
import { levels } from '../../risk/finding.ts';
import { onDuty, presentFor } from '../../store/queries/presence.ts';
import { type QueueRow, queue, views } from '../../store/queries/queue.ts';
import { everyone } from '../../store/queries/staff.ts';
import { nameOf } from '../../vault/name.ts';
import { allowed, scopeOf } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';

/** The queue, and who is on duty: all that the first page shows. */
export function queueApi(deps: ConsoleDeps) {
  const { store } = deps;
  return new Hono<Signed>().get('/queue', async (c) => {
    const now = deps.now();
    const scope = scopeOf(c.var.staff);
    const [rows, watching, duty, people] = await Promise.all([
      store.read(queue(store.sql, scope)),
      store.read(views(store.sql, now - presentFor)),
      store.read(onDuty(store.sql)),
      store.read(everyone(store.sql)),
    ]);
    const names = new Map(people.map((person) => [person.id, person.name]));
    const viewers = Map.groupBy(watching, (view) => view.consultation_id);
    const labels = new Map(deps.service.categories.map((category) => [category.id, category.label]));
    const entry = (row: QueueRow) => ({
      id: row.id,
      name: nameOf(row.conversation_id),
      state: row.state,
      level: levels[row.level] ?? 'none',
      owner: row.owner ? { id: row.owner, name: names.get(row.owner) ?? '' } : null,
      topic: row.topic ? (labels.get(row.topic) ?? row.topic) : null,
      categories: row.categories
        .split(' ')
        .filter(Boolean)
        .map((id) => labels.get(id) ?? id),
      waitingSince: row.waiting_since,
      residentAt: row.resident_at,
      counselorAt: row.counselor_at,
      openedAt: row.opened_at,
      inHours: row.in_hours === 1,
      returning: row.returning === 1,
      unreachable: row.unreachable === 1,
      messages: row.messages_in,
      viewers: (viewers.get(row.id) ?? [])
        .filter((view) => view.staff_id !== c.var.staff.id)
        .map((view) => ({ name: names.get(view.staff_id) ?? '', writing: view.writing === 1 })),
      actions: allowed(c.var.staff, row),
    });
    return c.json({
      now,
      desk: deps.desk(now),
      pushes: deps.pushes() ?? null,
      entries: rows.map(entry),
      duty: duty.map((person) => ({
        id: person.staff_id,
        name: person.name,
        capacity: person.capacity,
        talks: person.talks,
        present: person.seen_at >= now - presentFor,
      })),
    });
  });
}
