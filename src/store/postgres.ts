import pg from 'pg';
import { createBuilder } from './builder.ts';
import { migrationTable, pending, serial, statementsOf } from './migrate.ts';
import { assertPortable, eventIdOf } from './statement.ts';
import { type Committed, type Store, StoreUnavailable, type Write } from './store.ts';

export type PostgresOptions = {
  /** `postgres://user:password@host/database` */
  url: string;
  /** Connections of this process at most. */
  connections?: number;
  /** Hears of connections that break while idle; the pool replaces them by itself. */
  onIdleFault?: (code: string) => void;
};

/** PostgreSQL, for several processes behind a load balancer. One transaction a commit. */
export function openPostgres({ url, connections = 10, onIdleFault }: PostgresOptions): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    connectionTimeoutMillis: 5_000,
  });
  pool.on('error', (fault) => onIdleFault?.(codeOf(fault)));
  const name = statementNames();
  const run = (client: pg.ClientBase | pg.Pool, sql: string, parameters: readonly unknown[] = []) =>
    client.query({ name: name(sql), text: sql, values: [...parameters] });

  const apply = async (client: pg.ClientBase, writes: readonly Write[]): Promise<Committed> => {
    await client.query('begin');
    for (const { query, expect } of writes) {
      let changes: number;
      try {
        changes = (await run(client, query.sql, query.parameters)).rowCount ?? 0;
      } catch (fault) {
        await client.query('rollback');
        const eventId = codeOf(fault) === uniqueViolation ? eventIdOf(query) : undefined;
        if (eventId === undefined) throw fault;
        const there = await run(client, 'select 1 from event where id = $1', [eventId]);
        return { ok: false, why: there.rowCount ? 'repeated' : 'stale' };
      }
      if (expect !== undefined && changes !== expect) {
        await client.query('rollback');
        return { ok: false, why: 'refused' };
      }
    }
    await client.query('commit');
    return { ok: true };
  };

  /** Runs with a connection of its own; a connection that failed other than by a refused query is thrown away. */
  const withClient = async <T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((fault) => {
      throw asUnavailable(fault);
    });
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (fault) {
      client.release(true);
      throw asUnavailable(fault);
    }
  };

  return {
    engine: 'postgres',
    sql: createBuilder('postgres'),

    async read<Row>(query: { sql: string; parameters: readonly unknown[] }) {
      assertPortable(query);
      try {
        return (await run(pool, query.sql, query.parameters)).rows as Row[];
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },

    async write<Row>(query: { sql: string; parameters: readonly unknown[] }) {
      assertPortable(query);
      try {
        return (await run(pool, query.sql, query.parameters)).rows as Row[];
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },

    async commit(writes) {
      for (const { query } of writes) assertPortable(query);
      for (let attempt = 1; ; attempt++) {
        try {
          return await withClient((client) => apply(client, writes));
        } catch (fault) {
          // Two commits took the same rows in opposite order and PostgreSQL chose this one to step back.
          const again = fault instanceof StoreUnavailable && fault.message.endsWith(deadlock);
          if (!again || attempt === 3) throw fault;
        }
      }
    },

    migrate: (migrations) =>
      withClient(async (client) => {
        // Processes that start together migrate one after the other.
        await client.query('select pg_advisory_lock($1)', [migrationLock]);
        try {
          await client.query(migrationTable);
          const applied = await client.query<{ name: string }>('select name from migration');
          const toApply = pending(
            applied.rows.map((row) => row.name),
            migrations,
          );
          for (const migration of toApply) {
            await client.query('begin');
            for (const statement of statementsOf(migration.sql, serial.postgres))
              await client.query(statement);
            await client.query('insert into migration (name, at) values ($1, $2)', [
              migration.name,
              Date.now(),
            ]);
            await client.query('commit');
          }
          return toApply.map((migration) => migration.name);
        } finally {
          await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
        }
      }),

    scrub: async () => undefined,
    close: () => pool.end(),
  };
}

const uniqueViolation = '23505';
const deadlock = '40P01';
const migrationLock = 6_234_716;

/** bigint and numeric come as numbers: every column holds ms, counts or 0/1, all below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** A short name for each query text, so that a connection plans it once. */
function statementNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    // Past the bound (lists make new texts) queries run unprepared instead of filling the server's memory.
    if (known || names.size >= 1_000) return known;
    const name = `q${names.size}`;
    names.set(sql, name);
    return name;
  };
}

const codeOf = (fault: unknown): string =>
  typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : 'unknown';

/**
 * PostgreSQL's errors carry values of rows in `detail`; none of that may travel on. Faults of a query (classes 22, 23
 * and 42 of its error codes) are bugs, the rest is a server or a network that may come back.
 */
function asUnavailable(fault: unknown): unknown {
  if (fault instanceof StoreUnavailable) return fault;
  const code = codeOf(fault);
  if (fault instanceof pg.DatabaseError) {
    if (/^(22|23|42)/u.test(code))
      return new Error(`postgres refused a query: ${code} ${fault.constraint ?? ''}`.trim());
    return new StoreUnavailable(`postgres: ${code}`);
  }
  const network =
    code !== 'unknown' || (fault instanceof Error && /terminated|timeout|ended/u.test(fault.message));
  return network ? new StoreUnavailable(`postgres: ${code}`) : fault;
}
