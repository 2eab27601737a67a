import { type CompiledQuery, type QueryCreator, sql as raw } from 'kysely';
import type { StaffNoteTable } from '../console_tables.ts';
import type { Tables } from '../tables.ts';
import { ofTopic, type Scope } from './scope.ts';
import type { EventRow } from './timeline.ts';

type Sql = QueryCreator<Tables>;

/** What stands in clear and can be asked of the database; all that is given must hold. Times in ms, of the opening. */
export type PastFilter = {
  from?: number | undefined;
  to?: number | undefined;
  category?: string | undefined;
  /** At least this level was reached. */
  level?: number | undefined;
  outcome?: string | undefined;
};

export type PastRow = {
  id: string;
  conversation_id: string;
  sealed_key: string | null;
  notes_key: string | null;
  opened_at: number;
  closed_at: number | null;
  highest: number;
  categories: string;
  outcome: string | null;
  topic: string | null;
  level: number;
};

/** Where a page ended: the next begins with what was opened before. */
export type PastPlace = { at: number; id: string };

/** Consultations that are over and that the person may read, newest first. */
export function past(
  sql: Sql,
  scope: Scope,
  filter: PastFilter,
  after: PastPlace | undefined,
  limit: number,
): CompiledQuery<PastRow> {
  return chosen(sql, scope, filter)
    .select([
      'consultation.id',
      'conversation.id as conversation_id',
      'consultation.sealed_key',
      'consultation.notes_key',
      'consultation.opened_at',
      'consultation.closed_at',
      'consultation.level as highest',
      'consultation.categories',
      'consultation.outcome',
      'conversation.topic',
      'conversation.level',
    ])
    .$if(after !== undefined, (query) =>
      query.where((eb) => {
        const { at, id } = after ?? { at: 0, id: '' };
        const before = eb('consultation.opened_at', '<', at);
        const beside = eb.and([eb('consultation.opened_at', '=', at), eb('consultation.id', '<', id)]);
        // The first alone says where to begin in the index; of the rest SQLite would go through all that is newer.
        return eb.and([eb('consultation.opened_at', '<=', at), eb.or([before, beside])]);
      }),
    )
    .orderBy('consultation.opened_at', 'desc')
    .orderBy('consultation.id', 'desc')
    .limit(limit)
    .compile();
}

/** How many there are; counting stops at `limit`. */
export function countPast(
  sql: Sql,
  scope: Scope,
  filter: PastFilter,
  limit: number,
): CompiledQuery<{ rows: number }> {
  return sql
    .selectFrom(chosen(sql, scope, filter).select('consultation.id').limit(limit).as('counted'))
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .compile();
}

function chosen(sql: Sql, scope: Scope, { from, to, category, level, outcome }: PastFilter) {
  return sql
    .selectFrom('consultation')
    .innerJoin('conversation', 'conversation.id', 'consultation.conversation_id')
    .where((eb) => eb(eb.val(scope.states.includes('closed') ? 1 : 0), '=', 1))
    .where(ofTopic(scope))
    .where((eb) =>
      eb.or([
        eb('consultation.closed_at', 'is not', null),
        eb('consultation.id', '!=', eb.ref('conversation.consultation_id')),
      ]),
    )
    .$if(from !== undefined, (query) => query.where('consultation.opened_at', '>=', from ?? 0))
    .$if(to !== undefined, (query) => query.where('consultation.opened_at', '<', to ?? 0))
    .$if(level !== undefined, (query) => query.where('consultation.level', '>=', level ?? 0))
    .$if(outcome !== undefined, (query) => query.where('consultation.outcome', '=', outcome ?? ''))
    .$if(category !== undefined, (query) => {
      // The ids stand side by side, divided by spaces; `_` and `%` in an id mean themselves.
      const pattern = `% ${(category ?? '').replace(/[!%_]/gu, '!$&')} %`;
      return query.where(raw<boolean>`' ' || consultation.categories || ' ' like ${pattern} escape '!'`);
    });
}

export type PastEventRow = EventRow & { consultation_id: string };

/**
 * The first events of a few consultations (100 at most: D1's parameters), each consultation's oldest first; `after`: only
 * versions past it, to read on in a single one.
 */
export function eventsOf(
  sql: Sql,
  consultations: readonly string[],
  limit: number,
  after?: number,
): CompiledQuery<PastEventRow> {
  return sql
    .selectFrom('event')
    .select(['consultation_id', 'version', 'kind', 'at', 'staff_id', 'level', 'sealed'])
    .where('consultation_id', 'in', [...consultations])
    .$if(after !== undefined, (query) => query.where('version', '>', after ?? 0))
    .orderBy('consultation_id')
    .orderBy('version')
    .limit(limit)
    .compile();
}

/** What staff wrote beside a few consultations, oldest first; assessments are answers, not words, and stay out. */
export function wordsBeside(sql: Sql, consultations: readonly string[]): CompiledQuery<StaffNoteTable> {
  return sql
    .selectFrom('staff_note')
    .selectAll()
    .where('consultation_id', 'in', [...consultations])
    .where('kind', '!=', 'assessment')
    .orderBy('at')
    .compile();
}
