/**
 * Tables of the people who work with Madoguchi. Those of better-auth keep its column names; its dates are ISO texts,
 * its booleans 0/1. Only the columns that our own queries touch are typed.
 */
export type StaffTable = {
  id: string;
  name: string;
  email: string;
  createdAt: string;
  twoFactorEnabled: number | null;
  /** Role names, separated by a space. */
  roles: string;
  /** Category ids separated by a space, `*` for all; empty means none. */
  topics: string;
  /** 0 once deactivated: cannot sign in, keeps the name for old records. */
  active: number;
};

/** A passkey, as far as the program itself reads it. */
export type StaffPasskeyTable = { id: string; userId: string };

export type StaffSessionTable = {
  id: string;
  token: string;
  userId: string;
  createdAt: string;
  /** Last request that a person, not a timer, caused (ms): what the idle limit is measured from. */
  usedAt: number;
  /** Path of the account library by which it began; a passkey's is two factors. Null for older ones. */
  via: string | null;
};

/** A one-time code to make an account with; the code itself is not stored. */
export type StaffInviteTable = {
  id: string;
  code_hash: string;
  /** Null on the first administrator's code: they say who they are. */
  email: string | null;
  name: string | null;
  roles: string;
  topics: string;
  invited_by: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
};

/** Which consultation a person has open; fresh `seen_at` means now. */
export type StaffViewTable = {
  staff_id: string;
  consultation_id: string | null;
  writing: number;
  seen_at: number;
};

/** Tries counted against a limit since a moment (ms); the id is a hash. */
export type RateTable = { id: string; count: number; since: number };

export type StaffTables = {
  rate: RateTable;
  staff: StaffTable;
  staff_session: StaffSessionTable;
  staff_passkey: StaffPasskeyTable;
  staff_invite: StaffInviteTable;
  staff_view: StaffViewTable;
};
