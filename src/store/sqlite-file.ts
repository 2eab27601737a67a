import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/** Opens a database file, made with its folder when missing, readable by its owner only. */
export function openDatabase(file: string): Database.Database {
  if (file !== ':memory:') createPrivateFile(file);
  const db = new Database(file, { timeout: 50 });
  for (const pragma of [
    'journal_mode = wal',
    'synchronous = full',
    'secure_delete = on',
    'temp_store = memory',
    // The WAL is emptied in small portions: whoever writes meanwhile waits for it, and the larger the database, the more places
    // a portion goes to. With SQLite's own 1,000 pages the slowest answers took a third longer.
    'wal_autocheckpoint = 250',
    // More costs more: each commit looks through the writer's whole cache, and drops the reader's. The system keeps the pages anyway.
    'cache_size = -8192',
  ])
    db.pragma(pragma);
  return db;
}

/**
 * Copies a database that may be in use to a file. The copy is one moment's state, whole, without deleted content and
 * without a WAL beside it. It blocks its own process while it runs; others go on reading and writing.
 */
export function copyDatabase(db: Database.Database, to: string): void {
  const part = `${to}.part`;
  rmSync(part, { force: true });
  createPrivateFile(part);
  // Unlike SQLite's backup API this does not begin again whenever another process writes.
  db.prepare('vacuum into ?').run(part);
  sync(part);
  checkDatabase(part);
  renameSync(part, to);
  sync(dirname(to));
}

/** Throws unless the file is a whole Madoguchi database; returns the migrations it has. */
export function checkDatabase(file: string): string[] {
  const db = new Database(file, { fileMustExist: true, readonly: true });
  try {
    const verdict = db.pragma('integrity_check', { simple: true });
    if (verdict !== 'ok') throw new Error(`${file} is damaged: ${String(verdict)}`);
    return db.prepare<[], string>('select name from migration order by name').pluck().all();
  } finally {
    db.close();
  }
}

/**
 * Puts a backup in the place of a database. What was there is kept beside it as `<file>.before-restore`. Throws, with
 * nothing changed, when the backup is damaged or the database is in use.
 */
export function restoreDatabase(
  backup: string,
  file: string,
): { migrations: string[]; kept: string | undefined } {
  const migrations = checkDatabase(backup);
  const part = `${file}.part`;
  rmSync(part, { force: true });
  createPrivateFile(part);
  copyFileSync(backup, part);
  sync(part);
  const kept = existsSync(file) ? `${file}.before-restore` : undefined;
  if (kept) {
    assertUnused(file);
    renameSync(file, kept);
    // A WAL of the old database must never meet the new one; closing it has emptied it.
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
  renameSync(part, file);
  sync(dirname(file));
  return { migrations, kept };
}

/** Throws when another process has the database open; else everything of it is in the one file afterwards. */
function assertUnused(file: string): void {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('locking_mode = exclusive');
    db.exec('begin exclusive; commit');
    db.pragma('wal_checkpoint(truncate)');
  } catch (fault) {
    if (!(fault instanceof Database.SqliteError) || !fault.code.startsWith('SQLITE_BUSY')) throw fault;
    throw new Error(`${file} は使用中です。Madoguchi を止めてから行ってください。(the database is in use)`);
  } finally {
    db.close();
  }
}

/** The WAL and shared-memory files take over the mode of the database file. */
function createPrivateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  closeSync(openSync(file, 'a', 0o600));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
