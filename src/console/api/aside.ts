import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type Entry, entryWrite } from '../../audit/entry.ts';
import { addNote, endReferral, stillSealedUnder } from '../../store/queries/aside.ts';
import { change } from '../../store/queries/changes.ts';
import type { Write } from '../../store/store.ts';
import { judge, type TalkAction } from '../access.ts';
import { assessment } from '../assessment.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { body } from './body.ts';
import { type Loaded, loadTalk } from './load.ts';

const id = z.uuid();

/** A key changes once (rotated, or forgotten) while a note is written; more often, something is wrong. */
const MOST_TRIES = 3;

/** What counselors keep beside a talk: notes, whispers, assessments, how a referral went. None of it moves the conversation. */
export function asideApi(deps: ConsoleDeps) {
  const { store, now } = deps;
  const { sql } = store;
  return new Hono<Signed>()
    .post(
      '/consultations/:id/notes',
      body(z.object({ id, text: z.string().trim().min(1).max(2000), whisper: z.boolean().default(false) })),
      (c) => {
        const { id, text, whisper } = c.req.valid('json');
        return write(c, 'note', { what: 'note', detail: { kind: whisper ? 'whisper' : 'note' } }, (loaded) =>
          sealed(loaded, c.var.staff.id, id, whisper ? 'whisper' : 'note', text),
        );
      },
    )
    .post('/consultations/:id/assessment', body(z.object({ id, answers: assessment })), (c) => {
      const { id, answers } = c.req.valid('json');
      return write(c, 'assess', { what: 'assessment' }, (loaded) =>
        sealed(loaded, c.var.staff.id, id, 'assessment', JSON.stringify(answers)),
      );
    })
    .post(
      '/consultations/:id/referrals/:referral/outcome',
      body(z.object({ outcome: z.enum(['connected', 'not-connected', 'unknown']) })),
      (c) => {
        const { outcome } = c.req.valid('json');
        const referral = c.req.param('referral');
        return write(c, 'note', { what: 'referral-outcome', detail: { outcome } }, ({ row }) => [
          { query: endReferral(sql, { id: referral, consultation: row.id, outcome, now: now() }) },
        ]);
      },
    );

  /** Commits what is written beside a talk, and its line of the log, if the person may; anew where the key has changed meanwhile. */
  async function write(
    c: Context<Signed>,
    action: TalkAction,
    logged: Pick<Entry, 'what' | 'detail'>,
    make: (loaded: Loaded) => Write[] | null,
  ) {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const loaded = await loadTalk(deps, c.var.staff, c.req.param('id') ?? '');
      const verdict = loaded ? judge(c.var.staff, loaded.standing, action) : 'absent';
      if (!loaded || verdict === 'absent') return c.json({ error: 'absent' as const }, 404);
      if (verdict === 'forbidden') return c.json({ error: 'forbidden' as const }, 403);
      const made = verdict === 'allowed' ? make(loaded) : null;
      if (!made) break;
      const told = { at: now(), consultation_id: loaded.row.id, what: 'talk' };
      const entry = { ...logged, at: told.at, staff: c.var.staff.id, consultation: loaded.row.id };
      const committed = await store.commit([...made, { query: change(sql, told) }, entryWrite(sql, entry)]);
      if (!committed.ok) continue;
      deps.bell.ring();
      return c.json({ ok: true as const });
    }
    return c.json({ error: 'refused' as const, reason: 'not-now' as const, by: null }, 409);
  }

  /** A note under the consultation's key, refused when that is not its key any more; none once its content is forgotten. */
  function sealed(
    { row }: Loaded,
    staff: string,
    id: string,
    kind: 'note' | 'whisper' | 'assessment',
    text: string,
  ): Write[] | null {
    if (row.sealed_key === null) return null;
    const seal = deps.sealer(row.id, row.sealed_key);
    const note = {
      id,
      consultation_id: row.id,
      staff_id: staff,
      kind,
      sealed: seal(`staff_note:${id}`, text),
    };
    return [
      { query: stillSealedUnder(sql, row.id, row.sealed_key), expect: 1 },
      { query: addNote(sql, { ...note, at: now() }) },
    ];
  }
}
