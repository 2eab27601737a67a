import type { CompiledQuery } from 'kysely';
import { createBuilder } from './builder.ts';
import { migrationTable, pending, serial, statementsOf } from './migrate.ts';
import { assertPortable, eventIdOf } from './statement.ts';
import { type Store, StoreUnavailable, type Write } from './store.ts';

/** The part of Cloudflare's D1 binding that is used; `env.DB` has it. */
export type D1 = {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<{ results: unknown[] }[]>;
};
export type D1Statement = {
  bind(...values: unknown[]): D1Statement;
  all(): Promise<{ results: unknown[] }>;
};

/**
 * Cloudflare D1. A commit is one `batch()`, which is a transaction that nobody can look into while it runs; so `expect`
 * is checked inside it, by inserting the answer to "did so many rows change?" into a table that takes only a yes.
 */
export function openD1(db: D1): Store {
  const sql = createBuilder('sqlite');
  const prepare = ({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) =>
    db.prepare(sql).bind(...parameters);

  const statementsFor = ({ query, expect }: Write): D1Statement[] =>
    expect === undefined
      ? [prepare(query)]
      : [
          prepare(query),
          db.prepare('insert into guard (held) select changes() = ?').bind(expect),
          db.prepare('delete from guard'),
        ];

  return {
    engine: 'd1',
    sql,

    async read<Row>(query: CompiledQuery<Row>) {
      assertPortable(query);
      try {
        return (await prepare(query).all()).results as Row[];
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },

    async write<Row>(query: CompiledQuery<Row>) {
      assertPortable(query);
      try {
        return (await prepare(query).all()).results as Row[];
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },

    async commit(writes) {
      for (const { query } of writes) assertPortable(query);
      try {
        await db.batch(writes.flatMap(statementsFor));
        return { ok: true };
      } catch (fault) {
        const message = messageOf(fault);
        if (/CHECK constraint failed: held/u.test(message)) return { ok: false, why: 'refused' };
        const eventId = /UNIQUE constraint failed: event\./u.test(message)
          ? writes.map(({ query }) => eventIdOf(query)).find((id) => id !== undefined)
          : undefined;
        if (eventId === undefined) throw asUnavailable(fault);
        const there = await db.prepare('select 1 from event where id = ?').bind(eventId).all();
        return { ok: false, why: there.results.length > 0 ? 'repeated' : 'stale' };
      }
    },

    async migrate(migrations) {
      await db.prepare(migrationTable).all();
      const { results } = await db.prepare('select name from migration').all();
      const toApply = pending(
        (results as { name: string }[]).map((row) => row.name),
        migrations,
      );
      for (const migration of toApply)
        await db.batch([
          ...statementsOf(migration.sql, serial.sqlite).map((statement) => db.prepare(statement)),
          db.prepare('insert into migration (name, at) values (?, ?)').bind(migration.name, Date.now()),
        ]);
      return toApply.map((migration) => migration.name);
    },

    scrub: async () => undefined,
    close: async () => undefined,
  };
}

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

/** D1 tells faults apart by words only. What SQLite itself refused is a bug; everything else may pass. */
function asUnavailable(fault: unknown): unknown {
  const bug = /SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE)|constraint failed|syntax error|no such/u.test(
    messageOf(fault),
  );
  return bug ? fault : new StoreUnavailable(`d1: ${messageOf(fault).slice(0, 80)}`);
}
