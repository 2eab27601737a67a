import type { AuditBlockTable, AuditTable } from '../store/audit_tables.ts';

/** A row as it is stored: `seq` is given by then. */
export type AuditRow = Omit<AuditTable, 'seq'> & { seq: number };

/** Keyed hash of a text; see `Vault.auditHash`. */
export type Hash = (text: string) => string;

/** What the first block is chained to. */
export const chainStart = '';

/** The next block of the chain, for rows in the order of their `seq`. */
export function nextBlock(
  hash: Hash,
  before: { number: number; seal: string },
  rows: readonly AuditRow[],
  at: number,
): AuditBlockTable {
  const block = { number: before.number + 1, at, entries: rows.length, digest: digestOf(hash, rows) };
  return { ...block, seal: sealOf(hash, before.seal, block) };
}

/** Every column of every row, so that no row can be changed, left out, added or moved. */
export function digestOf(hash: Hash, rows: readonly AuditRow[]): string {
  const lines = rows.map(({ seq, at, staff_id, what, consultation_id, detail }) =>
    JSON.stringify([seq, at, staff_id, what, consultation_id, detail]),
  );
  return hash(`rows\n${lines.join('\n')}`);
}

/** Chains a block to the one before it. The rows count through their digest, so they may be pruned on time. */
export function sealOf(hash: Hash, before: string, block: Omit<AuditBlockTable, 'seal'>): string {
  return hash(`block\n${JSON.stringify([before, block.number, block.at, block.entries, block.digest])}`);
}
