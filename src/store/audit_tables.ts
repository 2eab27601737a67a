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

/** Something that two people of different roles must agree to, and what became of it. */
export type ApprovalTable = {
  id: string;
  kind: 'identity' | 'disclosure';
  consultation_id: string;
  /** A fixed word for the reason; see `privacy/approval.ts`. */
  ground: string;
  /** The reason in words, under the consultation's data key, context `approval:<id>`. */
  sealed_reason: string;
  asked_by: string;
  /** The role in which somebody asked, and in which another decided. */
  asked_as: string;
  asked_at: number;
  decision: 'approved' | 'declined' | null;
  decided_by: string | null;
  decided_as: string | null;
  decided_at: number | null;
  /** What was agreed to is handed out once. */
  used_by: string | null;
  used_at: number | null;
};

/** A consultation that retention must leave alone until then (ms). */
export type HoldTable = {
  consultation_id: string;
  staff_id: string;
  /** Under the consultation's data key, context `hold:<consultation>`. */
  sealed_reason: string;
  at: number;
  until: number;
};

export type AuditTables = {
  hold: HoldTable;
  approval: ApprovalTable;
  audit: AuditTable;
  audit_block: AuditBlockTable;
};
