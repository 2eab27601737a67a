import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createBuilder } from './builder.ts';
import { migrationTable, pending, serial } from './migrate.ts';
import { copyDatabase, openDatabase } from './sqlite-file.ts';
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
};

/**
 * The database as one file, for one process (the CLI may look in beside it).
 *
 * WAL with `synchronous=FULL`: a commit that has resolved survives a power cut. Commits that come together share one
 * transaction and one fsync. What is deleted is overwritten (`secure_delete`): forgetting is a promise.
 */
export function openSqlite({ file, backupBeforeMigrating }: SqliteOptions): SqliteStore {
  const db = openDatabase(file);
  const prepare = statementCache(db);
  const applyGroup = createGroup(db, prepare);
  const queue: Waiting[] = [];
  let flushing: Promise<void> | undefined;

  const flush = async () => {
    while (queue.length > 0) {
      // Everything that the network brings in this turn of the event loop is queued before the group starts.
      await new Promise(setImmediate);
      const group = queue.splice(0, mostInGroup);
      try {
        const outcomes = await whenNotBusy(() => applyGroup(group.map((one) => one.writes)));
        for (const [i, one] of group.entries()) one.settle(outcomes[i] ?? { fault: new Error('no outcome') });
      } catch (fault) {
        for (const one of group) one.settle({ fault });
      }
    }
    flushing = undefined;
  };

  return {
    engine: 'sqlite',
    sql: createBuilder('sqlite'),
    async backup(to) {
      copyDatabase(db, to);
    },

    async read<Row>(query: { sql: string; parameters: readonly unknown[] }) {
      assertPortable(query);
      const statement = prepare(query.sql);
      if (!statement.readonly) throw new Error(`read() of a query that writes: ${query.sql}`);
      try {
        return statement.all(...query.parameters) as Row[];
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },

    async write<Row>(query: { sql: string; parameters: readonly unknown[] }) {
      assertPortable(query);
      try {
        return await whenNotBusy(() => prepare(query.sql).all(...query.parameters) as Row[]);
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },

    commit(writes) {
      for (const { query } of writes) assertPortable(query);
      return new Promise<Committed>((resolve, reject) => {
        queue.push({
          writes,
          settle: (outcome) => ('fault' in outcome ? reject(asUnavailable(outcome.fault)) : resolve(outcome)),
        });
        flushing ??= flush();
      });
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
      await flushing;
      // A reader in another process keeps the WAL from being emptied; the next turn tries again.
      const giveUp = performance.now() + busyLimit;
      const emptied = () => (db.pragma('wal_checkpoint(truncate)') as { busy: number }[])[0]?.busy === 0;
      while (!emptied() && performance.now() < giveUp) await wait(20);
    },

    async close() {
      await flushing;
      db.pragma('wal_checkpoint(truncate)');
      db.close();
    },
  };
}

type Waiting = { writes: readonly Write[]; settle(outcome: Outcome): void };
type Outcome = Committed | { fault: unknown };

/** So many commits at most in one transaction: it bounds how long the first of them waits for the last. */
const mostInGroup = 256;

/** Another process (backup, CLI) may hold the write lock for a moment; waiting is done off the event loop. */
const busyLimit = 5_000;

async function whenNotBusy<T>(attempt: () => T): Promise<T> {
  const giveUp = performance.now() + busyLimit;
  for (;;) {
    try {
      return attempt();
    } catch (fault) {
      if (!isCode(fault, 'SQLITE_BUSY') || performance.now() > giveUp) throw fault;
      await wait(10);
    }
  }
}

/**
 * Applies several commits in one transaction and answers for each. A commit that fails in its first write has changed
 * nothing and is answered where it stands: that is how `repeated`, `stale` and most of `refused` happen. One that fails
 * later spoils the group, which is then rolled back and replayed one by one.
 */
function createGroup(db: Database.Database, prepare: (sql: string) => Database.Statement) {
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const rollback = db.prepare('rollback');

  const applyOne = (writes: readonly Write[]): Committed => {
    for (const [i, { query, expect }] of writes.entries()) {
      let changes: number;
      try {
        changes = prepare(query.sql).run(...query.parameters).changes;
      } catch (fault) {
        const eventId = isConstraint(fault) ? eventIdOf(query) : undefined;
        if (eventId === undefined) throw fault;
        const there = prepare('select 1 from event where id = ?').get(eventId) !== undefined;
        const verdict: Committed = { ok: false, why: there ? 'repeated' : 'stale' };
        if (i === 0) return verdict;
        throw new Spoiled(verdict);
      }
      if (expect !== undefined && changes !== expect) {
        if (i === 0 && changes === 0) return refused;
        throw new Spoiled(refused);
      }
    }
    return { ok: true };
  };

  const applyGroup = (group: readonly (readonly Write[])[]): Outcome[] => {
    begin.run();
    try {
      const outcomes = group.map(applyOne);
      commit.run();
      return outcomes;
    } catch (fault) {
      // After a full disk or an I/O error SQLite may have rolled back by itself.
      if (db.inTransaction) rollback.run();
      if (group.length > 1) return group.flatMap((writes) => applyGroup([writes]));
      return [fault instanceof Spoiled ? fault.verdict : { fault }];
    }
  };
  return applyGroup;
}

const refused: Committed = { ok: false, why: 'refused' };

class Spoiled extends Error {
  readonly verdict: Committed;
  constructor(verdict: Committed) {
    super('a write after the first failed');
    this.verdict = verdict;
  }
}

function statementCache(db: Database.Database): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (!statement) {
      // The program has a few hundred queries; lists (`in (?, ?, …)`) make some more. The bound is only a net.
      if (statements.size >= 1_000) statements.clear();
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}

function migrateOne(db: Database.Database, { name, sql }: Migration): void {
  db.transaction(() => {
    db.exec(sql.replaceAll('{{serial}}', serial.sqlite));
    db.prepare('insert into migration (name, at) values (?, ?)').run(name, Date.now());
  }).immediate();
}

const isCode = (fault: unknown, prefix: string): boolean =>
  fault instanceof Database.SqliteError && fault.code.startsWith(prefix);

const isConstraint = (fault: unknown): boolean =>
  isCode(fault, 'SQLITE_CONSTRAINT_UNIQUE') || isCode(fault, 'SQLITE_CONSTRAINT_PRIMARYKEY');

/** Faults of the machine become `StoreUnavailable`; faults of a query stay what they are: bugs. */
function asUnavailable(fault: unknown): unknown {
  if (!(fault instanceof Database.SqliteError)) return fault;
  const bug = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|MISUSE)/u.test(fault.code);
  return bug ? fault : new StoreUnavailable(`sqlite: ${fault.code}`);
}
