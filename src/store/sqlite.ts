import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { CompiledQuery } from 'kysely';
import { createBuilder } from './builder.ts';
import { migrationTable, pending, serial } from './migrate.ts';
import { copyDatabase, openDatabase } from './sqlite-file.ts';
import { type Applied, busyLimit, createWriter, type Statement, statementCache } from './sqlite-group.ts';
import { createThread } from './sqlite-writer.ts';
import { assertPortable, eventIdOf } from './statement.ts';
import { type Committed, type Migration, type Store, StoreUnavailable, type Write } from './store.ts';

export type SqliteStore = Store & {
  /** Copies the database to a file, checked, while other processes use it; see `copyDatabase`. */
  backup(file: string): Promise<void>;
};

export type SqliteOptions = {
  /** Made, with its folder, when missing; readable by its owner only. */
  file: string;
  /** Where a database that holds something is copied before its tables change. */
  backupBeforeMigrating?: string;
  /** Writes in a thread of its own: for a service. What only looks in, or keeps its data in memory, does without. */
  thread?: boolean;
};

/**
 * The database as one file, for one process (the CLI may look in beside it).
 *
 * WAL with `synchronous=FULL`: a commit that has resolved survives a power cut. Commits that come together share one
 * transaction and one fsync. What is deleted is overwritten (`secure_delete`): forgetting is a promise.
 */
export function openSqlite({ file, backupBeforeMigrating, thread = false }: SqliteOptions): SqliteStore {
  const db = openDatabase(file);
  const prepare = statementCache(db);
  const writer = thread ? createThread(file) : createWriter(db);
  const queue: Waiting[] = [];
  // A thread begins while the turn goes on, and puts together by itself what has come meanwhile.
  const handful = thread ? 8 : Number.POSITIVE_INFINITY;
  let written: Promise<unknown> = Promise.resolve();

  const flush = () => {
    if (queue.length === 0) return;
    const group = queue.splice(0);
    const applied = writer.apply(group.map(({ writes }) => writes.map(statementOf)));
    const settled = applied.then((each) => {
      for (const [i, { settle }] of group.entries()) settle(each[i] ?? nothing);
    });
    written = Promise.all([written, settled]);
  };

  const apply = (writes: readonly Write[]): Promise<Applied> => {
    for (const { query } of writes) assertPortable(query);
    return new Promise((settle) => {
      const queued = queue.push({ writes, settle });
      // Everything that the network brings in this turn of the event loop is queued before the group starts.
      if (queued === 1) setImmediate(flush);
      if (queued >= handful) flush();
    });
  };

  const ask = <Row>({ sql, parameters }: Statement): Row[] => {
    const statement = prepare(sql);
    if (!statement.readonly) throw new Error(`read() of a query that writes: ${sql}`);
    try {
      return statement.all(...parameters) as Row[];
    } catch (fault) {
      throw asUnavailable(fault);
    }
  };

  /** Whether the event is there tells which of the two it was, also when others of the group have written meanwhile. */
  const verdictOf = (eventId: string): Committed => {
    const there = ask({ sql: 'select 1 from event where id = ?', parameters: [eventId] }).length > 0;
    return { ok: false, why: there ? 'repeated' : 'stale' };
  };

  return {
    engine: 'sqlite',
    sql: createBuilder('sqlite'),
    async backup(to) {
      copyDatabase(db, to);
    },

    async read<Row>(query: { sql: string; parameters: readonly unknown[] }) {
      assertPortable(query);
      return ask<Row>(query);
    },

    async write<Row>(query: CompiledQuery<Row>) {
      const applied = await apply([{ query }]);
      if (applied.ok) return applied.rows as Row[];
      throw faultOf(applied);
    },

    async commit(writes) {
      const applied = await apply(writes);
      if (applied.ok) return { ok: true };
      if (applied.why === 'refused') return applied;
      const failed = writes[applied.index];
      const eventId = failed && isUnique(applied.code) ? eventIdOf(failed.query) : undefined;
      if (eventId === undefined) throw faultOf(applied);
      return verdictOf(eventId);
    },

    async migrate(migrations) {
      db.exec(migrationTable);
      const applied = db.prepare<[], string>('select name from migration').pluck().all();
      const toApply = pending(applied, migrations);
      if (toApply.length > 0 && applied.length > 0 && backupBeforeMigrating)
        copyDatabase(db, backupBeforeMigrating);
      for (const migration of toApply) migrateOne(db, migration);
      return toApply.map(({ name }) => name);
    },

    async scrub() {
      // A reader in another process keeps the WAL from being emptied; the next turn tries again.
      const giveUp = performance.now() + busyLimit;
      while (!(await writer.truncate()) && performance.now() < giveUp) await wait(20);
    },

    async close() {
      flush();
      await written;
      await writer.close();
      db.pragma('wal_checkpoint(truncate)');
      db.close();
    },
  };
}

type Waiting = { writes: readonly Write[]; settle(applied: Applied): void };

const statementOf = ({ query: { sql, parameters }, expect }: Write): Statement =>
  expect === undefined ? { sql, parameters } : { sql, parameters, expect };

const nothing: Applied = { ok: false, why: 'failed', index: 0, code: null, message: 'no answer' };

function migrateOne(db: Database.Database, { name, sql }: Migration): void {
  db.transaction(() => {
    db.exec(sql.replaceAll('{{serial}}', serial.sqlite));
    db.prepare('insert into migration (name, at) values (?, ?)').run(name, Date.now());
  }).immediate();
}

const isUnique = (code: string | null): boolean =>
  code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';

function faultOf(applied: Exclude<Applied, { ok: true }>): unknown {
  if (applied.why === 'refused') return new Error('refused');
  const { code, message } = applied;
  return code === null ? new Error(message) : asUnavailable(new Database.SqliteError(message, code));
}

/** Faults of the machine become `StoreUnavailable`; faults of a query stay what they are: bugs. */
function asUnavailable(fault: unknown): unknown {
  if (!(fault instanceof Database.SqliteError)) return fault;
  const bug = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|MISUSE)/u.test(fault.code);
  return bug ? fault : new StoreUnavailable(`sqlite: ${fault.code}`);
}
