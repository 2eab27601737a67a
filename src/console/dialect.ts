import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Store } from '../store/store.ts';

/**
 * A Kysely dialect that runs on our `Store`, for better-auth, which wants to execute its queries itself. Every query
 * stands alone: there are no transactions, as on D1.
 */
export function storeDialect(store: Store): Dialect {
  const postgres = store.engine === 'postgres';
  return {
    createAdapter: () => (postgres ? new PostgresAdapter() : new SqliteAdapter()),
    createDriver: () => driver(connection(store)),
    createQueryCompiler: () => (postgres ? new PostgresQueryCompiler() : new SqliteQueryCompiler()),
    // Used by migrations only, and ours do not run through it.
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

function driver(connection: DatabaseConnection): Driver {
  const refuse = async () => {
    throw new Error('The accounts use no transactions.');
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

/** Counts the rows of a change by having the database return them: `Store.read` gives rows, not counts. */
function connection(store: Store): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { kind } = query.query;
      if (kind === 'SelectQueryNode') return { rows: (await store.read(query)) as Row[] };
      const silent = !('returning' in query.query && query.query.returning);
      const counted = silent ? { ...query, sql: `${query.sql} returning 1 as one` } : query;
      const rows = (await store.write(counted)) as Row[];
      return { rows, numAffectedRows: BigInt(rows.length) };
    },
    // biome-ignore lint/correctness/useYield: the interface wants a generator; nothing here streams.
    async *streamQuery() {
      throw new Error('The accounts stream nothing.');
    },
  };
}
