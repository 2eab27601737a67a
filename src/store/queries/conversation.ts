import { type RawBuilder, sql as raw } from 'kysely';
import type { Store } from '../store.ts';
import type { ChangeTable, ConsultationTable, ConversationTable, EventTable, TimerTable } from '../tables.ts';
import { type HoleOf, type HolesOf, template } from '../template.ts';
import { unsent } from './outbox.ts';

/** A conversation with the wrapped key of its consultation. */
export type LoadedRow = Pick<
  ConversationTable,
  'id' | 'version' | 'state' | 'consultation_id' | 'language' | 'unreachable' | 'sealed_snapshot'
> & { sealed_key: string | null };

/** What an event asks before it is decided, as of one instant. Without a conversation `version` and what belongs to it are null. */
export type Standing = { [Column in keyof LoadedRow]: LoadedRow[Column] | null } & {
  /** Whether the event's message has been taken back, and whether the event has been applied and forgotten since. */
  taken_back: number;
  applied: number;
  /** Whether something is still to be sent. */
  pending: number;
};

const eventColumns = [
  'conversation_id',
  'version',
  'id',
  'consultation_id',
  'kind',
  'at',
  'applied_at',
  'staff_id',
  'message_key',
  'level',
  'sealed',
] as const;

/** What an event may change of a conversation. */
const changing = [
  'version',
  'state',
  'level',
  'owner',
  'consultation_id',
  'language',
  'topic',
  'unreachable',
  'sealed_snapshot',
  'waiting_since',
  'resident_at',
  'updated_at',
] as const;

const consultationColumns = [
  'id',
  'conversation_id',
  'sealed_key',
  'opened_at',
  'closed_at',
  'in_hours',
  'returning',
  'level',
  'categories',
  'handed_off_at',
  'accepted_at',
  'first_response_at',
  'messages_in',
  'messages_bot',
  'messages_counselor',
  'outcome',
] as const;

type Changed = Omit<ConversationTable, 'sealed_user' | 'created_at'>;

/** What of a consultation never changes once it is opened. */
type SetOnce = 'conversation_id' | 'sealed_key' | 'notes_key' | 'opened_at' | 'in_hours' | 'returning';

/** What an event was decided on without asking the database. */
type Assumed = {
  wasSealed: string;
  wasConsultation: string;
  pending: number;
  message: string;
  event: string;
};

/** What every event asks and writes, compiled once; `handle` decides what goes in. */
export function conversationQueries(sql: Store['sql']) {
  const tombstone = sql.selectFrom('tombstone').select('at');
  const change = <Also extends object>(hole: HoleOf<Changed & Also>, holes: HolesOf<Changed & Also>) =>
    sql
      .updateTable('conversation')
      .set(holes(...changing))
      .set({ counselor_at: raw<number | null>`coalesce(${hole('counselor_at')}, counselor_at)` })
      .where('id', '=', hole('id'));
  return {
    /** One question, because asking five costs twice as long; and no join with the consultation, which costs SQLite four times as long. */
    standing: template<{ id: string; message: string; event: string }, Standing>((hole) =>
      sql
        .selectFrom(raw<{ wanted: string }>`(select ${hole('id')} as wanted)`.as('one'))
        .leftJoin('conversation', 'conversation.id', 'one.wanted')
        .select([
          'conversation.id',
          'conversation.version',
          'conversation.state',
          'conversation.consultation_id',
          'conversation.language',
          'conversation.unreachable',
          'conversation.sealed_snapshot',
        ])
        .select((eb) => [
          eb
            .selectFrom('consultation')
            .select('sealed_key')
            .whereRef('consultation.id', '=', 'conversation.consultation_id')
            .as('sealed_key'),
          flag(raw`exists ${tombstone.where('message_key', '=', hole('message'))}`).as('taken_back'),
          flag(raw`exists ${tombstone.where('message_key', '=', hole('event'))}`).as('applied'),
          flag(raw`exists ${unsent(sql, hole('id'))}`).as('pending'),
        ]),
    ),
    /** Counselors on duty heard of since then, and how many talks they can hold. */
    present: template<{ since: number }, { people: number; places: number | null }>((hole) =>
      sql
        .selectFrom('presence')
        .select(({ fn }) => [
          fn.countAll<number>().as('people'),
          fn.sum<number | null>('capacity').as('places'),
        ])
        .where('on_duty', '=', raw.lit(1))
        .where('seen_at', '>', hole('since')),
    ),
    /** How many talks wait and are held, by level. */
    busy: template<object, { state: string; level: number; talks: number }>(() =>
      sql
        .selectFrom('conversation')
        .select(({ fn }) => ['state', 'level', fn.countAll<number>().as('talks')])
        .where('state', 'in', ['waiting', 'human'])
        .groupBy(['state', 'level']),
    ),
    addEvent: template<EventTable>((_, holes) => sql.insertInto('event').values(holes(...eventColumns))),
    add: template<ConversationTable>((_, holes) =>
      sql
        .insertInto('conversation')
        .values(holes('id', 'sealed_user', 'counselor_at', 'created_at', ...changing)),
    ),
    /** `counselor_at` null leaves it as it was. */
    change: template<Changed>((hole, holes) => change(hole, holes)),
    /**
     * The same, only where `standing` would have said what was assumed: the row holds the very same, it can still be read, the event is neither taken back
     * nor applied and forgotten, nothing is still to be sent unless that is known. The version is guarded by the event's row.
     */
    changeKnown: template<Changed & Assumed>((hole, holes) =>
      change(hole, holes)
        .where('sealed_snapshot', '=', hole('wasSealed'))
        .where(
          raw<boolean>`exists ${sql
            .selectFrom('consultation')
            .select('id')
            .where('id', '=', hole('wasConsultation'))
            .where('sealed_key', 'is not', null)}`,
        )
        .where(raw<boolean>`not exists ${tombstone.where('message_key', '=', hole('message'))}`)
        .where(raw<boolean>`not exists ${tombstone.where('message_key', '=', hole('event'))}`)
        .where(raw<boolean>`(${hole('pending')} = 1 or not exists ${unsent(sql, hole('id'))})`),
    ),
    addConsultation: template<Omit<ConsultationTable, 'notes_key'>>((_, holes) =>
      sql.insertInto('consultation').values(holes(...consultationColumns)),
    ),
    /**
     * Times of what happened for the first time stay as they were; null changes nothing. The highest level that was reached stays
     * in the facts, also after a human lowered it.
     */
    changeConsultation: template<Omit<ConsultationTable, SetOnce>>((hole, holes) =>
      sql
        .updateTable('consultation')
        .set(holes('categories', 'messages_in', 'messages_bot', 'messages_counselor'))
        .set({
          level: raw<number>`case when level > ${hole('level')} then level else ${hole('level')} end`,
          handed_off_at: raw<number>`coalesce(handed_off_at, ${hole('handed_off_at')})`,
          accepted_at: raw<number>`coalesce(accepted_at, ${hole('accepted_at')})`,
          first_response_at: raw<number>`coalesce(first_response_at, ${hole('first_response_at')})`,
          closed_at: raw<number>`coalesce(${hole('closed_at')}, closed_at)`,
          outcome: raw<string>`coalesce(${hole('outcome')}, outcome)`,
        })
        .where('id', '=', hole('id')),
    ),
    startTimer: template<TimerTable>((hole, holes) =>
      sql
        .insertInto('timer')
        .values(holes('conversation_id', 'name', 'due_at'))
        .onConflict((conflict) =>
          conflict.columns(['conversation_id', 'name']).doUpdateSet({ due_at: hole('due_at') }),
        ),
    ),
    stopTimer: template<Pick<TimerTable, 'conversation_id' | 'name'>>((hole) =>
      sql
        .deleteFrom('timer')
        .where('conversation_id', '=', hole('conversation_id'))
        .where('name', '=', hole('name')),
    ),
    notify: template<Omit<ChangeTable, 'seq'>>((_, holes) =>
      sql.insertInto('change').values(holes('at', 'consultation_id', 'what')),
    ),
  };
}

/** A condition as 0 or 1 on every engine. */
const flag = (condition: RawBuilder<unknown>) => raw<number>`case when ${condition} then 1 else 0 end`;

export type ConversationQueries = ReturnType<typeof conversationQueries>;
