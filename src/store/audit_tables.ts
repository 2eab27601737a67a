/** One access to content, or one change. Written once, in the commit of the change; never content. */
export type AuditTable = {
  seq: import('kysely').Generated<number>;
  at: number;
  /** Null: the resident, or the clock. */
  staff_id: string | null;
  /** One of `auditWords`. */
  what: string;
  consultation_id: string | null;
  /** JSON of fixed words and ids: `{"level":"high"}`. */
  detail: string;
  /** The block it is sealed in; null while it waits for the sealer. The one column that ever changes. */
  block: number | null;
};

/** Some rows of the log, chained. `digest`: keyed hash of the rows; `seal`: of the digest and the block before. */
export type AuditBlockTable = { number: number; at: number; entries: number; digest: string; seal: string };

export type AuditTables = { audit: AuditTable; audit_block: AuditBlockTable };
