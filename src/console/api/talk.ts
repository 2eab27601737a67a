import { Hono } from 'hono';
import type { AnswerWords } from '../../conversation/flow.ts';
import type { Snapshot } from '../../conversation/snapshot.ts';
import { sealContext } from '../../handle/record.ts';
import { levels } from '../../risk/finding.ts';
import type { StaffNoteTable } from '../../store/console_tables.ts';
import { notesOf, referralsOf } from '../../store/queries/aside.ts';
import { lastReading } from '../../store/queries/audit.ts';
import { presentFor } from '../../store/queries/presence.ts';
import { views } from '../../store/queries/queue.ts';
import { everyone } from '../../store/queries/staff.ts';
import {
  earlier,
  events,
  forgottenConsultation,
  type TalkRow,
  unsent,
} from '../../store/queries/timeline.ts';
import { nameOf } from '../../vault/name.ts';
import { allowed, situationOf } from '../access.ts';
import type { Assessment } from '../assessment.ts';
import type { ConsoleDeps, Opener, Signed } from '../deps.ts';
import { deliveryStates, timeline } from '../timeline.ts';
import { loadTalk } from './load.ts';
import { logReading } from './reading.ts';

/** One consultation, opened: what the bot was told, why it is serious, every line, and what may be done. */
export function talkApi(deps: ConsoleDeps) {
  const { store } = deps;
  return new Hono<Signed>().get('/consultations/:id', async (c) => {
    const { staff } = c.var;
    const now = deps.now();
    const loaded = await loadTalk(deps, staff, c.req.param('id'));
    const actions = loaded ? allowed(staff, loaded.standing) : [];
    if (!loaded && (await wasReadBefore(deps, staff.id, c.req.param('id'))))
      return c.json({ error: 'forgotten' as const }, 410);
    if (!loaded || !actions.includes('read')) return c.json({ error: 'absent' as const }, 404);
    const { row, standing } = loaded;
    await logReading(deps, staff.id, row.id);
    const { sql } = store;
    const [rows, outgoing, others, watching, people, notes, referrals] = await Promise.all([
      store.read(events(sql, row.id)),
      store.read(unsent(sql, row.conversation_id)),
      store.read(earlier(sql, row.conversation_id, row.id)),
      store.read(views(sql, now - presentFor)),
      store.read(everyone(sql)),
      store.read(notesOf(sql, row.id)),
      store.read(referralsOf(sql, row.id)),
    ]);
    const open = row.sealed_key === null ? null : deps.opener(row.id, row.sealed_key);
    const notesKey = row.sealed_key ?? row.notes_key;
    const openNotes = notesKey === null ? null : deps.opener(row.id, notesKey);
    const { lines, reasons } = timeline(rows, open, row.conversation_id, deliveryStates(outgoing));
    const snapshot = standing.state === 'closed' ? null : openSnapshot(row, open);
    const names = Object.fromEntries(people.map((person) => [person.id, person.name]));
    const label = (id: string) => deps.service.categories.find((category) => category.id === id)?.label ?? id;
    return c.json({
      now,
      id: row.id,
      name: nameOf(row.conversation_id),
      state: standing.state,
      situation: situationOf(staff, standing),
      actions,
      level: levels[standing.state === 'closed' ? row.highest : row.level] ?? 'none',
      highest: levels[row.highest] ?? 'none',
      owner: standing.owner ? { id: standing.owner, name: names[standing.owner] ?? '' } : null,
      topic: row.topic ? label(row.topic) : null,
      categories: row.categories.split(' ').filter(Boolean).map(label),
      categoryIds: row.categories.split(' ').filter(Boolean),
      language: row.language,
      unreachable: row.unreachable === 1,
      returning: row.returning === 1,
      inHours: row.in_hours === 1,
      openedAt: row.opened_at,
      acceptedAt: row.accepted_at,
      closedAt: row.closed_at,
      waitingSince: row.waiting_since,
      residentAt: row.resident_at,
      outcome: deps.service.outcomes.find((outcome) => outcome.id === row.outcome)?.label ?? row.outcome,
      version: row.version,
      forgotten: open === null,
      answers: answersOf(snapshot, deps.answerWords()),
      /** Until when an answer costs nothing: LINE takes a reply token for about a minute. */
      freeUntil: snapshot?.token ? snapshot.token.at + replyTokenMs : null,
      notes: openNotes ? notes.map((note) => noteOf(note, openNotes)) : [],
      referrals: referrals.map((referral) => ({
        id: referral.id,
        window:
          deps.windows(now).find((window) => window.id === referral.window_id)?.name ?? referral.window_id,
        consent: referral.consent === 1,
        outcome: referral.outcome,
        at: referral.at,
      })),
      reasons,
      lines,
      names,
      earlier: others.map((other) => ({
        id: other.id,
        openedAt: other.opened_at,
        closedAt: other.closed_at,
        level: levels[other.level] ?? 'none',
        categories: other.categories.split(' ').filter(Boolean).map(label),
        outcome:
          deps.service.outcomes.find((outcome) => outcome.id === other.outcome)?.label ?? other.outcome,
      })),
      viewers: watching
        .filter((view) => view.consultation_id === row.id && view.staff_id !== staff.id)
        .map((view) => ({ name: names[view.staff_id] ?? '', writing: view.writing === 1 })),
    });
  });
}

/**
 * The answers as staff read them. `distress` is the conversation's own mark that the direct question was asked; the
 * timeline shows the question itself.
 */
function answersOf(snapshot: Glimpse | null, words: AnswerWords): { name: string; value: string }[] {
  return Object.entries(snapshot?.place.answers ?? {})
    .filter(([name]) => name !== 'distress')
    .map(([name, given]) => ({
      name: words[name]?.label ?? name,
      value: [given]
        .flat()
        .map((value) => words[name]?.values[value] ?? value)
        .join('、'),
    }));
}

/** Whether it is gone for good, told to whoever had it open before; for others it never was. */
async function wasReadBefore({ store }: ConsoleDeps, staff: string, id: string): Promise<boolean> {
  const { sql } = store;
  const [[forgotten], [read]] = await Promise.all([
    store.read(forgottenConsultation(sql, id)),
    store.read(lastReading(sql, 'talk-read', { staff, consultation: id }, 0)),
  ]);
  return forgotten !== undefined && read !== undefined;
}

const replyTokenMs = 50_000;

/** A note of staff, opened; an assessment as its answers. */
function noteOf(note: StaffNoteTable, open: Opener) {
  const { id, at, kind } = note;
  const base = { id, at, staff: note.staff_id };
  const text = readable(() => open(`staff_note:${id}`, note.sealed));
  if (kind !== 'assessment') return { ...base, kind, text: text ?? '（開けません）' };
  return { ...base, kind, answers: text === null ? null : (JSON.parse(text) as Assessment) };
}

function readable(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** The part of a snapshot that the console shows. */
type Glimpse = Pick<Snapshot, 'place' | 'token'>;

/** The answers and the token; a snapshot that does not open hides nothing else. */
function openSnapshot(row: TalkRow, open: Opener | null): Glimpse | null {
  if (!open) return null;
  try {
    return JSON.parse(
      open(sealContext.snapshot(row.conversation_id, row.version), row.sealed_snapshot),
    ) as Glimpse;
  } catch {
    return null;
  }
}
