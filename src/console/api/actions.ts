import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { entryWrite } from '../../audit/entry.ts';
import type { StaffEvent } from '../../conversation/event.ts';
import { LONGEST_MUTE_MINUTES } from '../../conversation/mute.ts';
import { levels } from '../../risk/finding.ts';
import { notesOf } from '../../store/queries/aside.ts';
import { change } from '../../store/queries/changes.ts';
import { dutyOf, heartbeat, presentFor, setDuty } from '../../store/queries/presence.ts';
import { everyone } from '../../store/queries/staff.ts';
import { judge, type Role, type TalkAction, withinTopics } from '../access.ts';
import type { ConsoleDeps, Refused, Signed } from '../deps.ts';
import { body } from './body.ts';
import { type Loaded, loadTalk } from './load.ts';

/** Made by the client for each thing a person does, so that a repeated request does it once. */
const id = z.uuid();
/** LINE takes 5,000 UTF-16 units a text. */
const text = z.string().trim().min(1).max(5000);

/**
 * What a counselor does in a talk. Every action is an event through the one `act`; here it is only decided whether the
 * person may. 404: not theirs to see; 403: no role of theirs does this; 409: not now, and who has the talk.
 */
export function actionsApi(deps: ConsoleDeps) {
  return new Hono<Signed>()
    .post('/consultations/:id/accept', body(z.object({ id })), (c) =>
      act(c, 'accept', c.req.valid('json').id, (staff) => ({ kind: 'accept', staff })),
    )
    .post('/consultations/:id/take-over', body(z.object({ id })), (c) =>
      act(c, 'take-over', c.req.valid('json').id, (staff) => ({ kind: 'take-over', staff })),
    )
    .post(
      '/consultations/:id/reply',
      body(z.object({ id, text, seen: z.int(), anyway: z.boolean().default(false) })),
      (c) => {
        const { id, text, seen, anyway } = c.req.valid('json');
        return act(
          c,
          'reply',
          id,
          (staff) => ({ kind: 'reply', staff, text }),
          ({ row }) => (!anyway && row.version > seen ? residentWrote(deps, row.id, seen) : null),
        );
      },
    )
    .post('/consultations/:id/give-back', body(z.object({ id })), (c) =>
      act(c, 'give-back', c.req.valid('json').id, (staff) => ({ kind: 'give-back', staff })),
    )
    .post(
      '/consultations/:id/close',
      body(
        z.object({
          id,
          outcome: z.string().min(1).max(100),
          farewell: z.string().trim().max(5000).default(''),
          survey: z.boolean().default(true),
        }),
      ),
      async (c) => {
        const { id, outcome, farewell, survey } = c.req.valid('json');
        if (!deps.service.outcomes.some((known) => known.id === outcome))
          return c.json({ error: 'bad-input' as const }, 400);
        return act(
          c,
          'close',
          id,
          (staff) => ({ kind: 'close', staff, outcome, farewell, survey }),
          ({ row }) => (row.highest >= 3 ? assessmentMissing(deps, row.id) : null),
        );
      },
    )
    .post(
      '/consultations/:id/level',
      body(z.object({ id, level: z.enum(levels), reason: z.string().trim().max(500) })),
      (c) => {
        const { id, level, reason } = c.req.valid('json');
        return act(
          c,
          'set-level',
          id,
          (staff) => ({ kind: 'set-level', staff, level, reason }),
          async ({ row }) => (levels.indexOf(level) < row.level && reason === '' ? 'reason-needed' : null),
        );
      },
    )
    .post(
      '/consultations/:id/mute',
      body(
        z.object({
          id,
          minutes: z.int().min(0).max(LONGEST_MUTE_MINUTES),
          reason: z.string().trim().min(1).max(500),
        }),
      ),
      (c) => {
        const { id, minutes, reason } = c.req.valid('json');
        return act(c, 'mute', id, (staff) => ({ kind: 'mute', staff, minutes, reason }));
      },
    )
    .post(
      '/consultations/:id/flag',
      body(z.object({ id, what: z.enum(['threat', 'sexual', 'other']), note: z.string().trim().max(500) })),
      (c) => {
        const { id, what, note } = c.req.valid('json');
        return act(c, 'flag', id, (staff) => ({ kind: 'flag', staff, what, note }));
      },
    )
    .post(
      '/consultations/:id/categories',
      body(z.object({ id, categories: z.array(z.string().max(100)).max(20) })),
      async (c) => {
        const { id, categories } = c.req.valid('json');
        const known = deps.service.categories.map((category) => category.id);
        if (!categories.every((category) => known.includes(category)))
          return c.json({ error: 'bad-input' as const }, 400);
        return act(c, 'set-categories', id, (staff) => ({ kind: 'set-categories', staff, categories }));
      },
    )
    .post(
      '/consultations/:id/referrals',
      body(
        z.object({
          id,
          window: z.string().max(200),
          text: z.string().trim().max(5000).default(''),
          consent: z.boolean(),
        }),
      ),
      async (c) => {
        const { id, window, text, consent } = c.req.valid('json');
        const entry = deps.windows(deps.now()).find((known) => known.id === window);
        if (!entry) return c.json({ error: 'bad-input' as const }, 400);
        const { categories: _, ...card } = entry;
        return act(c, 'refer', id, (staff) => ({ kind: 'refer', staff, text, card, consent }));
      },
    )
    .post(
      '/consultations/:id/transfer',
      body(
        z.object({
          id,
          to: z.string().max(100).nullable(),
          topic: z.string().max(100).optional(),
          note: z.string().trim().max(1000),
        }),
      ),
      async (c) => {
        const { id, to, topic, note } = c.req.valid('json');
        const known = topic === undefined || deps.service.categories.some((one) => one.id === topic);
        if (!known) return c.json({ error: 'bad-input' as const }, 400);
        return act(
          c,
          'transfer',
          id,
          (staff) => ({ kind: 'transfer', staff, to, note, ...(topic ? { topic } : {}) }),
          async ({ standing }) => {
            const after = { ...standing, topic: topic ?? standing.topic };
            return to === null || (await canTake(deps, to, after)) ? null : 'cannot-take';
          },
        );
      },
    );

  async function act(
    c: Context<Signed>,
    action: TalkAction,
    id: string,
    event: (staff: string) => StaffEvent,
    objection: (loaded: Loaded) => Promise<Refused | null> | null = () => null,
  ) {
    const { staff } = c.var;
    const loaded = await loadTalk(deps, staff, c.req.param('id') ?? '');
    if (!loaded) return c.json({ error: 'absent' as const }, 404);
    const verdict = judge(staff, loaded.standing, action);
    if (verdict === 'absent') return c.json({ error: 'absent' as const }, 404);
    if (verdict === 'forbidden') return c.json({ error: 'forbidden' as const }, 403);
    const owner = loaded.standing.state === 'human' ? loaded.standing.owner : null;
    if (verdict === 'not-now') return refused(c, owner ? 'taken' : 'not-now', owner);
    const reason = await objection(loaded);
    if (reason) return refused(c, reason, null);
    if (action === 'accept' || action === 'take-over') await beOnDuty(deps, staff.id);
    const acted = await deps.act(loaded.row.conversation_id, {
      ...event(staff.id),
      id: `staff:${id}`,
      at: deps.now(),
    });
    if (acted.ok) return c.json({ ok: true as const });
    if (acted.why === 'unavailable') return c.json({ error: 'unavailable' as const }, 503);
    return refused(c, acted.refusal.why, acted.refusal.owner);
  }

  async function refused(c: Context<Signed>, reason: Refused, owner: string | null) {
    const people = owner ? await deps.store.read(everyone(deps.store.sql)) : [];
    return c.json(
      { error: 'refused' as const, reason, by: people.find((p) => p.id === owner)?.name ?? null },
      409,
    );
  }
}

/** Whether the resident said something after the version the counselor had seen. */
async function residentWrote(
  { store }: ConsoleDeps,
  consultation: string,
  seen: number,
): Promise<Refused | null> {
  const query = store.sql
    .selectFrom('event')
    .select('version')
    .where('consultation_id', '=', consultation)
    .where('version', '>', seen)
    .where('kind', 'in', ['text', 'choice', 'media', 'unsend'])
    .limit(1)
    .compile();
  return (await store.read(query)).length > 0 ? 'resident-wrote' : null;
}

/** What once was imminent is closed only after somebody has assessed it. */
async function assessmentMissing({ store }: ConsoleDeps, consultation: string): Promise<Refused | null> {
  const notes = await store.read(notesOf(store.sql, consultation));
  return notes.some((note) => note.kind === 'assessment') ? null : 'assessment-needed';
}

/** A transfer reaches only somebody on duty now who may see the talk. */
async function canTake(
  { store, now }: ConsoleDeps,
  to: string,
  standing: Loaded['standing'],
): Promise<boolean> {
  const [present] = await store.read(
    store.sql
      .selectFrom('presence')
      .innerJoin('staff', 'staff.id', 'presence.staff_id')
      .select(['staff.id', 'staff.roles', 'staff.topics'])
      .where('staff.id', '=', to)
      .where('staff.active', '=', 1)
      .where('presence.on_duty', '=', 1)
      .where('presence.seen_at', '>=', now() - presentFor)
      .compile(),
  );
  if (!present) return false;
  const viewer = {
    id: to,
    roles: present.roles.split(' ') as Role[],
    topics: present.topics.split(' ').filter(Boolean),
  };
  return withinTopics(viewer, { ...standing, owner: null });
}

/** Who takes a talk is on duty, and here: a counselor nobody hears of would lose it again at the next tick. */
async function beOnDuty({ store, now, desk }: ConsoleDeps, staff: string): Promise<void> {
  const [duty] = await store.read(dutyOf(store.sql, staff));
  const at = now();
  // A console that slept may accept before its first poll.
  if (duty?.on_duty === 1) {
    await store.commit([{ query: heartbeat(store.sql, staff, at) }]);
    return;
  }
  const row = { staff_id: staff, on_duty: 1, capacity: desk(at).capacity, seen_at: at };
  await store.commit([
    { query: setDuty(store.sql, row) },
    { query: change(store.sql, { at, consultation_id: null, what: 'presence' }) },
    entryWrite(store.sql, { at, what: 'duty-changed', staff, detail: { on: 1 } }),
  ]);
}
