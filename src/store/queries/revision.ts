import type { QueryCreator } from 'kysely';
import type { RevisionTable } from '../revision_tables.ts';
import type { Write } from '../store.ts';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

/** All revisions of a folder, the newest first. */
export const revisionsOf = (sql: Sql, folder: string) =>
  sql.selectFrom('revision').selectAll().where('folder', '=', folder).orderBy('number', 'desc').compile();

/** The number of the newest revision: what a service asks every few seconds. */
export const newestNumber = (sql: Sql, folder: string) =>
  sql
    .selectFrom('revision')
    .select(({ fn }) => fn.max<number | null>('number').as('number'))
    .where('folder', '=', folder)
    .compile();

export const revisionAt = (sql: Sql, folder: string, number: number) =>
  sql.selectFrom('revision').selectAll().where('folder', '=', folder).where('number', '=', number).compile();

export const fileBodies = (sql: Sql, hashes: readonly string[]) =>
  sql.selectFrom('revision_file').selectAll().where('hash', 'in', hashes).compile();

/** A revision with its files; a text that is known already is kept once. */
export function addRevision(sql: Sql, revision: RevisionTable, bodies: ReadonlyMap<string, string>): Write[] {
  return [
    ...[...bodies].map(([hash, body]) => ({
      query: sql
        .insertInto('revision_file')
        .values({ hash, body })
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
    })),
    { query: sql.insertInto('revision').values(revision).compile() },
  ];
}
