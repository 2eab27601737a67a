import Database from 'better-sqlite3';

/** One statement of a commit, as plain data; see `Write`. */
export type Statement = { sql: string; parameters: readonly unknown[]; expect?: number };

/**
 * What became of a commit, as plain data. `rows`: what its last statement returned. `refused`: an `expect` did not hold. `failed`:
 * `code` is SQLite's, null for a bug of ours, and `index` the statement's. Of one that is not ok nothing has happened.
 */
export type Applied =
  | { ok: true; rows: unknown[] }
  | { ok: false; why: 'refused' }
  | { ok: false; why: 'failed'; index: number; code: string | null; message: string };

/** Whatever writes a database: this thread, or one of its own. */
export type Writer = {
  /** Applies commits in one transaction, durably, and answers for each; never rejects. */
  apply(group: readonly (readonly Statement[])[]): Promise<Applied[]>;
  /** Empties the WAL; false while a reader in another process keeps it. */
  truncate(): Promise<boolean>;
  /** Lets go the thread, where there is one. */
  close(): Promise<void>;
};

/** Another process (backup, CLI) may hold the write lock for a moment; waiting is done off the event loop. */
export const busyLimit = 5_000;

/**
 * Commits that come together share one transaction and one fsync. A commit that fails in its first write has changed
 * nothing and is answered where it stands: that is how `repeated`, `stale` and most of `refused` happen. One that fails
 * later spoils the group, which is then rolled back and replayed one by one.
 */
export function createWriter(db: Database.Database): Writer {
  const prepare = statementCache(db);
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const rollback = db.prepare('rollback');

  const applyOne = (statements: readonly Statement[]): Applied => {
    let rows: unknown[] = [];
    for (const [index, { sql, parameters, expect }] of statements.entries()) {
      const statement = prepare(sql);
      let changes: number;
      try {
        rows = statement.reader ? statement.all(...parameters) : [];
        changes = statement.reader ? rows.length : statement.run(...parameters).changes;
      } catch (fault) {
        if (index === 0 && isCode(fault, 'SQLITE_CONSTRAINT')) return failure(fault, index);
        throw new Spoiled(failure(fault, index));
      }
      if (expect !== undefined && changes !== expect) {
        if (index === 0 && changes === 0) return refused;
        throw new Spoiled(refused);
      }
    }
    return { ok: true, rows };
  };

  const applyGroup = (group: readonly (readonly Statement[])[]): Applied[] => {
    begin.run();
    try {
      const applied = group.map(applyOne);
      commit.run();
      return applied;
    } catch (fault) {
      // After a full disk or an I/O error SQLite may have rolled back by itself.
      if (db.inTransaction) rollback.run();
      if (group.length > 1) return group.map(applyAlone);
      return [fault instanceof Spoiled ? fault.applied : failure(fault, 0)];
    }
  };

  const applyAlone = (statements: readonly Statement[]): Applied => {
    try {
      return applyGroup([statements])[0] ?? refused;
    } catch (fault) {
      return failure(fault, 0);
    }
  };

  return {
    async apply(group) {
      const giveUp = performance.now() + busyLimit;
      for (;;) {
        try {
          return applyGroup(group);
        } catch (fault) {
          if (!isCode(fault, 'SQLITE_BUSY') || performance.now() > giveUp)
            return group.map(() => failure(fault, 0));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    },
    truncate: async () => (db.pragma('wal_checkpoint(truncate)') as { busy: number }[])[0]?.busy === 0,
    async close() {},
  };
}

/** Statements stay prepared. The program has a few hundred queries; lists (`in (?, ?, …)`) make some more. The bound is only a net. */
export function statementCache(db: Database.Database): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (!statement) {
      if (statements.size >= 1_000) statements.clear();
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}

const refused: Applied = { ok: false, why: 'refused' };

function failure(fault: unknown, index: number): Applied {
  const code = fault instanceof Database.SqliteError ? fault.code : null;
  return { ok: false, why: 'failed', index, code, message: fault instanceof Error ? fault.message : '' };
}

class Spoiled extends Error {
  readonly applied: Applied;
  constructor(applied: Applied) {
    super('a commit failed');
    this.applied = applied;
  }
}

const isCode = (fault: unknown, prefix: string): boolean =>
  fault instanceof Database.SqliteError && fault.code.startsWith(prefix);
