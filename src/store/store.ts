import type { CompiledQuery, QueryCreator } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * One statement of a commit. With `expect`, the whole commit is refused unless exactly that many rows change:
 * how leases are taken, consultations accepted and approvals used, without locks.
 */
export type Write = { query: CompiledQuery<unknown>; expect?: number };

/**
 * `repeated`: this event id is already applied; nothing to do. `stale`: another writer took this version of the
 * conversation; load again and decide again. `refused`: an `expect` did not hold. None of the writes happened.
 */
export type Committed = { ok: true } | { ok: false; why: 'repeated' | 'stale' | 'refused' };

/** The database. Every engine behind it passes `test/contract/store.ts`. */
export type Store = {
  readonly engine: 'sqlite' | 'postgres' | 'd1';
  /** Builds queries only; executing through it throws. Use `read` and `commit`. */
  readonly sql: QueryCreator<Tables>;
  /** Runs one query outside any transaction and returns its rows, bigints as numbers. */
  read<Row>(query: CompiledQuery<Row>): Promise<Row[]>;
  /**
   * Runs one changing query by itself and returns the rows of its `returning`; durable when the promise resolves. For
   * better-auth, which executes its own queries; what belongs to a conversation goes through `commit`.
   */
  write<Row>(query: CompiledQuery<Row>): Promise<Row[]>;
  /** All writes or none, durable when the promise resolves. Database faults throw `StoreUnavailable`. */
  commit(writes: readonly Write[]): Promise<Committed>;
  /** Applies the migrations not applied yet, in order; returns their names. */
  migrate(migrations: readonly Migration[]): Promise<string[]>;
  /**
   * After something was forgotten: what the engine keeps beside its tables (SQLite's WAL) no longer holds it either. Where the
   * operator owns that (PostgreSQL's WAL, D1's Time Travel), nothing happens: see docs/THREATS.md.
   */
  scrub(): Promise<void>;
  close(): Promise<void>;
};

/** A file of `migrations/`, read at the door and passed in as text. */
export type Migration = { name: string; sql: string };

/** The database did not answer or did not keep its word; a later try may succeed. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}
