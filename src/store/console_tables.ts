/** Something staff wrote beside a talk; residents never see it. */
export type StaffNoteTable = {
  id: string;
  consultation_id: string;
  staff_id: string;
  /** `whisper`: from a supervisor to the counselor. `assessment`: the sealed text is an `Assessment` as JSON. */
  kind: 'note' | 'whisper' | 'assessment';
  /** Under the consultation's data key, context `staff_note:<id>`. */
  sealed: string;
  at: number;
};

/** A window that a resident was pointed to by a counselor. Facts only, kept for statistics. */
export type ReferralTable = {
  id: string;
  consultation_id: string;
  window_id: string;
  staff_id: string;
  /** 1 when the resident agreed that we contact the window for them. */
  consent: number;
  /** What became of it; null while open. */
  outcome: 'connected' | 'not-connected' | 'unknown' | null;
  at: number;
  outcome_at: number | null;
};

/** A text that counselors use often. Written by the city, holds nothing of residents. */
export type CannedTable = { id: string; title: string; body: string; updated_by: string; updated_at: number };

export type ConsoleTables = { staff_note: StaffNoteTable; referral: ReferralTable; canned: CannedTable };
