import { sql as raw } from 'kysely';
import type { Store, Write } from '../store.ts';
import type { ConversationTable, DeliveryTable, OutboxTable } from '../tables.ts';
import { template } from '../template.ts';

/**
 * Not ended. Written out in the queries, because SQLite uses a partial index only for a condition it can read; the two
 * conditions name the two indexes.
 */
const live = raw<boolean>`state <> 'sent' and state in ('frozen', 'sending')`;
const dueable = raw<boolean>`state in ('frozen', 'sending')`;

/** So many deliveries are marked sent by one statement at most. */
export const SENT_AT_ONCE = 16;

const places = Array.from({ length: SENT_AT_ONCE }, (_, place) => `id${place}`);

type Ended = Pick<DeliveryTable, 'id' | 'state' | 'reason' | 'sealed_body' | 'finished_at' | 'attempts'> & {
  was: DeliveryTable['state'];
};

const outboxColumns = [
  'id',
  'conversation_id',
  'consultation_id',
  'version',
  'position',
  'kind',
  'sealed',
  'token_at',
  'created_at',
] as const;

const deliveryColumns = [
  'id',
  'conversation_id',
  'consultation_id',
  'first_version',
  'version',
  'row_count',
  'kind',
  'state',
  'via',
  'sealed_body',
  'token_at',
  'attempts',
  'doubt',
  'created_at',
  'first_attempt_at',
  'due_at',
  'finished_at',
  'reason',
] as const;

/** A row for each thing of this conversation that is still to be sent. */
export const unsent = (sql: Store['sql'], id: string) =>
  sql
    .selectFrom('delivery')
    .select((build) => build.lit(1).as('pending'))
    .where('conversation_id', '=', id)
    .where(live)
    .unionAll(
      sql
        .selectFrom('outbox')
        .select((build) => build.lit(1).as('pending'))
        .where('conversation_id', '=', id),
    );

/**
 * The queries of the outbox; SQLite compiles one with a parameter as `limit` anew each time. Who may do what when is decided in `outbox/`.
 */
export function outboxQueries(sql: Store['sql']) {
  const pending = template<{ id: string }, { pending: number }>((hole) => unsent(sql, hole('id')));
  const waiting = template<{ id: string }, OutboxTable>((hole) =>
    sql
      .selectFrom('outbox')
      .selectAll()
      .where('conversation_id', '=', hole('id'))
      .orderBy('version')
      .orderBy('position'),
  );
  const liveDelivery = template<{ id: string }, DeliveryTable>((hole) =>
    sql.selectFrom('delivery').selectAll().where('conversation_id', '=', hole('id')).where(live),
  );
  const recipient = template<
    { id: string },
    Pick<ConversationTable, 'sealed_user' | 'unreachable' | 'level'>
  >((hole) =>
    sql
      .selectFrom('conversation')
      .select(['sealed_user', 'unreachable', 'level'])
      .where('id', '=', hole('id')),
  );
  const addWaiting = template<OutboxTable>((_, holes) =>
    sql.insertInto('outbox').values(holes(...outboxColumns)),
  );
  const addDelivery = template<DeliveryTable>((_, holes) =>
    sql.insertInto('delivery').values(holes(...deliveryColumns)),
  );
  const sent = template<Record<string, string | number>>((hole) =>
    sql
      .updateTable('delivery')
      .set({ state: 'sent', reason: null, sealed_body: null, finished_at: hole('at') as number })
      .where('state', '=', 'sending')
      .where('attempts', '=', 1)
      .where(
        'id',
        'in',
        places.map((place) => hole(place) as string),
      ),
  );
  const ended = template<Ended>((hole, holes) =>
    sql
      .updateTable('delivery')
      .set(holes('state', 'reason', 'sealed_body', 'finished_at'))
      .where('id', '=', hole('id'))
      .where('state', '=', hole('was'))
      .where('attempts', '=', hole('attempts')),
  );

  return {
    /** `handle` asks the same with its load. */
    pending: (id: string) => pending({ id }),

    /** What waits in a conversation, in order; read before `liveDelivery`, see there. */
    waiting: (id: string) => waiting({ id }),

    /**
     * The delivery of a conversation that has not ended. Nobody freezes rows while there is one. Rows read before this
     * are still unfrozen if it finds none, or their freezing is refused by the number of rows deleted.
     */
    liveDelivery: (id: string) => liveDelivery({ id }),

    recipient: (id: string) => recipient({ id }),

    /** What an event brought and said. */
    record: (conversationId: string, version: number) =>
      sql
        .selectFrom('event')
        .select('sealed')
        .where('conversation_id', '=', conversationId)
        .where('version', '=', version)
        .compile(),

    sealedKey: (consultationId: string) =>
      sql.selectFrom('consultation').select('sealed_key').where('id', '=', consultationId).compile(),

    /** Conversations with a delivery to be tried now, or whose process died while trying. */
    due: (now: number, limit: number) =>
      sql
        .selectFrom('delivery')
        .select('conversation_id')
        .where(dueable)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .compile(),

    /** Conversations with rows that wait for nothing any more. */
    orphans: (limit: number) =>
      sql
        .selectFrom('outbox')
        .select('conversation_id')
        .distinct()
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('delivery')
                .select('delivery.id')
                .whereRef('delivery.conversation_id', '=', 'outbox.conversation_id')
                .where(live),
            ),
          ),
        )
        .limit(limit)
        .compile(),

    /** When the next delivery is due; for an alarm. */
    nextDue: () =>
      sql.selectFrom('delivery').select('due_at').where(dueable).orderBy('due_at').limit(1).compile(),

    addWaiting: (row: OutboxTable): Write => ({ query: addWaiting(row) }),

    removeWaiting: (ids: readonly string[]): Write => ({
      query: sql.deleteFrom('outbox').where('id', 'in', ids).compile(),
      expect: ids.length,
    }),

    /** The token of a row that goes on waiting is used by what goes before it. */
    spendToken: (id: string): Write => ({
      query: sql
        .updateTable('outbox')
        .set({ token_at: null })
        .where('id', '=', id)
        .where('token_at', 'is not', null)
        .compile(),
      expect: 1,
    }),

    addDelivery: (row: DeliveryTable): Write => ({ query: addDelivery(row) }),

    /** Ends a delivery if nobody has touched it since it was read: what nearly every delivery comes to. */
    endDelivery: (
      { id, state, attempts }: Pick<DeliveryTable, 'id' | 'state' | 'attempts'>,
      end: Pick<DeliveryTable, 'state' | 'reason' | 'finished_at'>,
    ): Write => ({ query: ended({ ...end, sealed_body: null, id, was: state, attempts }), expect: 1 }),

    /** Marks up to `SENT_AT_ONCE` deliveries sent that were under way for the first time, if nobody has touched any since. */
    markSent: (ids: readonly string[], at: number): Write => {
      // Places that are left over hold the first id once more.
      const each = places.map((place, index) => [place, ids[index] ?? ids[0] ?? ''] as const);
      return { query: sent({ at, ...Object.fromEntries(each) }), expect: ids.length };
    },

    /** Changes a delivery if nobody has touched it since it was read. */
    changeDelivery: (
      { id, state, attempts }: Pick<DeliveryTable, 'id' | 'state' | 'attempts'>,
      change: Partial<DeliveryTable>,
    ): Write => ({
      query: sql
        .updateTable('delivery')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', state)
        .where('attempts', '=', attempts)
        .compile(),
      expect: 1,
    }),

    /** Takes back a delivery that was certainly not delivered, to send its messages in another. */
    removeDelivery: ({ id, state, attempts }: Pick<DeliveryTable, 'id' | 'state' | 'attempts'>): Write => ({
      query: sql
        .deleteFrom('delivery')
        .where('id', '=', id)
        .where('state', '=', state)
        .where('attempts', '=', attempts)
        .compile(),
      expect: 1,
    }),

    /** What a process that died was trying is free at once; only where there is one process. */
    endLeases: (now: number): Write => ({
      query: sql
        .updateTable('delivery')
        .set({ due_at: now })
        .where(raw<boolean>`state in ('frozen', 'sending')`)
        .where('state', '=', 'sending')
        .compile(),
    }),

    addChange: (at: number, consultationId: string, what: string): Write => ({
      query: sql.insertInto('change').values({ at, consultation_id: consultationId, what }).compile(),
    }),
  };
}
