import type { Migration } from './store.ts';

/** `{{serial}}` in a migration: a number the database counts up. The one word in which the engines differ. */
export const serial = {
  sqlite: 'integer primary key autoincrement',
  postgres: 'bigint generated always as identity primary key',
} as const;

/** Where each engine keeps which migrations it has. */
export const migrationTable =
  'create table if not exists migration (name text primary key, at bigint not null)';

/**
 * The migrations still to apply, in the order of their names. Throws when the database has one that this program does
 * not know: an older program must not run on a newer database.
 */
export function pending(applied: readonly string[], known: readonly Migration[]): Migration[] {
  const names = new Set(known.map((migration) => migration.name));
  const foreign = applied.filter((name) => !names.has(name));
  if (foreign.length > 0)
    throw new Error(
      `the database has migrations this program does not know: ${foreign.join(', ')}. Run the newer program, or restore a backup.`,
    );
  const done = new Set(applied);
  return [...known].sort((a, b) => (a.name < b.name ? -1 : 1)).filter(({ name }) => !done.has(name));
}

/** The statements of a migration, without comments, for databases that take one at a time. */
export function statementsOf(sql: string, serialType: string): string[] {
  const statements: string[] = [];
  let current = '';
  // A quoted string, a quoted name, a comment to the end of the line, a semicolon, or one other character.
  for (const [token] of sql.matchAll(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|;|[\s\S]/gu)) {
    if (token === ';') {
      statements.push(current);
      current = '';
    } else if (!token.startsWith('--')) current += token;
  }
  return [...statements, current]
    .map((statement) => statement.replaceAll('{{serial}}', serialType).trim())
    .filter((statement) => statement !== '');
}
