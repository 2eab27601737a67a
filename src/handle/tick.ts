import type { Store } from '../store/store.ts';
import type { Handle } from './handle.ts';

/** A counselor whose console was not heard of for this long has gone; what they had goes back to the queue. */
const GONE_MS = 60_000;

/** While somebody waits or is talked to, it is looked this often whether people are still there. */
const LOOK_EVERY_MS = 15_000;

export type TickDeps = { store: Store; handle: Handle; now(): number };

/**
 * The clock's share of events: timers that came due, and counselors who vanished. Safe to run in several processes and at any
 * time; each event has an id of its own and is applied once. Returns how many were found.
 */
export async function tick({ store, handle, now }: TickDeps): Promise<number> {
  const at = now();
  const due = store.sql
    .selectFrom('timer')
    .selectAll()
    .where('due_at', '<=', at)
    .orderBy('due_at')
    .limit(200)
    .compile();
  const gone = store.sql
    .selectFrom('conversation')
    .leftJoin('presence', 'presence.staff_id', 'conversation.owner')
    .select(['conversation.id', 'conversation.owner', 'conversation.version'])
    .where('conversation.state', '=', 'human')
    .where((where) =>
      where.or([where('presence.seen_at', 'is', null), where('presence.seen_at', '<', at - GONE_MS)]),
    )
    .limit(200)
    .compile();
  const [timers, left] = await Promise.all([store.read(due), store.read(gone)]);
  await Promise.all([
    ...timers.map((timer) =>
      handle(
        { conversationId: timer.conversation_id },
        {
          kind: 'timer',
          name: timer.name,
          at: timer.due_at,
          id: `timer:${timer.conversation_id}:${timer.name}:${timer.due_at}`,
        },
      ),
    ),
    ...left.map(({ id, owner, version }) =>
      handle(
        { conversationId: id },
        { kind: 'owner-gone', staff: owner ?? '', at, id: `gone:${id}:${version}` },
      ),
    ),
  ]);
  return timers.length + left.length;
}

/** When `tick` will have something to do, ms; null while nothing runs and nobody waits. */
export async function nextTick({ store, now }: Pick<TickDeps, 'store' | 'now'>): Promise<number | null> {
  const timer = store.sql.selectFrom('timer').select('due_at').orderBy('due_at').limit(1).compile();
  const open = store.sql
    .selectFrom('conversation')
    .select('state')
    .where('state', 'in', ['waiting', 'human'])
    .limit(1)
    .compile();
  const [[first], people] = await Promise.all([store.read(timer), store.read(open)]);
  const looks = people.length > 0 ? [now() + LOOK_EVERY_MS] : [];
  const due = [...(first ? [first.due_at] : []), ...looks];
  return due.length > 0 ? Math.min(...due) : null;
}
