/** One alert: a consultation waits, or an identity is to be opened, and people are told away from the screen. See `alert/policy.ts`. */
export type AlertTable = {
  id: string;
  /** Names the wait, its level and which time it is, so that two processes do not begin the same alert. */
  occasion: string;
  consultation_id: string;
  level: number;
  /** Of a person who waits; or a notice to supervisors, see `alert/notice.ts`. */
  reason: 'absent' | 'late' | 'identity-asked' | 'identity-opened';
  state: 'open' | 'acknowledged' | 'over';
  waiting_since: number;
  opened_at: number;
  /** So many steps it has gone. */
  told: number;
  /** When the next step is told. */
  due_at: number;
  acknowledged_at: number | null;
  /** `staff:<id>`, or `person:<id>` of the plan, by the link. */
  acknowledged_by: string | null;
  /** When its consultation no longer waited. */
  ended_at: number | null;
};

/** One try to tell one person in one way. */
export type AlertTryTable = {
  id: string;
  alert_id: string;
  /** Which telling of the alert it belongs to: the alert's `told` after it. */
  told: number;
  /** Ids of the plan; `way` is `mail`, `slack`, `teams` or `webhook`, and its place among the person's ways. */
  person: string;
  way: string;
  attempt: number;
  /** due; sending (the process that tries has it until `due_at`); then how it ended. unknown: its process died. */
  state: 'due' | 'sending' | 'sent' | 'failed' | 'unknown' | 'dropped';
  due_at: number;
  began_at: number | null;
  ended_at: number | null;
  /** A fixed word: `http-500`, `timeout`. */
  reason: string | null;
};

export type AlertTables = { alert: AlertTable; alert_try: AlertTryTable };
