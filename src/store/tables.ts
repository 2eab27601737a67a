import type { AlertTables } from './alert_tables.ts';
import type { AuditTables } from './audit_tables.ts';
import type { ConsoleTables } from './console_tables.ts';
import type { MenuTables } from './menu_tables.ts';
import type { RevisionTables } from './revision_tables.ts';
import type { StaffTables } from './staff_tables.ts';
import type { TalkTables } from './talk_tables.ts';

/**
 * The tables, as TypeScript sees them. Columns are text and bigint only, so that one set of migrations serves SQLite,
 * D1 and PostgreSQL: times are ms since 1970, booleans 0/1, sealed values base64url. What is sealed, and under which
 * key, is said at each column; nothing a resident wrote or could be recognised by stands here in clear.
 */
export type TalkState = 'bot' | 'waiting' | 'human' | 'closed';

/** The lasting thread with one resident. */
export type ConversationTable = {
  /** Keyed pseudonym (HMAC) of channel and LINE user id; never leaves the server in clear. */
  id: string;
  /** Counts events; the event row with this version is the last one applied. */
  version: number;
  state: TalkState;
  /** 0 none … 3 imminent, of the current consultation. */
  level: number;
  /** Staff id of the counselor who owns the talk; while waiting, of the one a transfer is meant for. */
  owner: string | null;
  consultation_id: string;
  language: string;
  /** What the hand-off is about, a category id of the flow; null while unknown. */
  topic: string | null;
  /** 1 after unfollow: pushes reach nobody. */
  unreachable: number;
  /** LINE user id, under the identity key. */
  sealed_user: string;
  /** Snapshot and reply token, under the consultation's data key. */
  sealed_snapshot: string;
  waiting_since: number | null;
  /** Time of the resident's last message, and of the last one by a human. */
  resident_at: number | null;
  counselor_at: number | null;
  created_at: number;
  updated_at: number;
};

/** One concern, and its content-free fact row: what remains for statistics after its content is forgotten. */
export type ConsultationTable = {
  id: string;
  conversation_id: string | null;
  /** The data key, wrapped under the key ring; null once forgotten. */
  sealed_key: string | null;
  /** The key of notes that outlive the content, wrapped too; null while the content is there, and without such notes. */
  notes_key: string | null;
  opened_at: number;
  closed_at: number | null;
  /** 1 when the desk was open at the first message. */
  in_hours: number;
  returning: number;
  /** Highest level reached. */
  level: number;
  /** Category ids, separated by a space. */
  categories: string;
  handed_off_at: number | null;
  accepted_at: number | null;
  /** First words of a counselor. */
  first_response_at: number | null;
  messages_in: number;
  messages_bot: number;
  messages_counselor: number;
  outcome: string | null;
};

/** One applied event. Key: conversation and version. `id` is unique: LINE's webhookEventId or our own. */
export type EventTable = {
  conversation_id: string;
  version: number;
  id: string;
  consultation_id: string;
  kind: string;
  /** When it occurred, and when it was applied. */
  at: number;
  applied_at: number;
  staff_id: string | null;
  /** Keyed hash of LINE's message id, for unsend. */
  message_key: string | null;
  /** Level of this one message. */
  level: number;
  /** What came in and what was said, under the consultation's data key; null when forgotten. */
  sealed: string | null;
};

/** Answers and safety messages, a counselor's words, notices, and what can be left out when the quota runs low. */
export type DeliveryKind = 'answer' | 'counselor' | 'safety' | 'notice' | 'routine';

/** Something to say that waits for an earlier delivery of its conversation to end. See `outbox/outbox.ts`. */
export type OutboxTable = {
  id: string;
  conversation_id: string;
  consultation_id: string;
  /** Order of the rows of one conversation: the version of the event that says it, and the place within the event. */
  version: number;
  position: number;
  kind: DeliveryKind;
  /** The `Saying` (and the reply token it was given), under the consultation's data key; context `outbox:<id>`. */
  sealed: string;
  /** When the reply token was received; null without one. */
  token_at: number | null;
  created_at: number;
};

/** One request to LINE, frozen before its first attempt. Its id is LINE's retry key (a UUID). */
export type DeliveryTable = {
  id: string;
  conversation_id: string;
  consultation_id: string;
  /** Versions of the first and the last event said in it: together with the conversation, which messages it carries. */
  first_version: number;
  version: number;
  /** So many sayings went into it. */
  row_count: number;
  /** `safety` if any of them is; `routine` only if all are; else the last one's. */
  kind: DeliveryKind;
  state: 'frozen' | 'sending' | 'sent' | 'unknown' | 'dead';
  via: 'reply' | 'push';
  /**
   * Rendered message objects and the reply token, under the data key, context `delivery:<id>`; null after the end, and in the
   * first attempt at what the row of event `version` says just so.
   */
  sealed_body: string | null;
  token_at: number | null;
  attempts: number;
  /** 1 when an attempt so far may have reached LINE without our knowing. */
  doubt: number;
  created_at: number;
  first_attempt_at: number | null;
  /** frozen: not to be tried before; sending: the process that tries has it until then. */
  due_at: number;
  finished_at: number | null;
  /** Why it is not sent, or not yet: `timeout`, `http-500`, `quota`, `unreachable`…; never content. */
  reason: string | null;
};

export type TimerTable = { conversation_id: string; name: string; due_at: number };

/** An unsend that arrived before its message (a keyed hash), or an event whose row is forgotten (its id). */
export type TombstoneTable = { message_key: string; at: number };

/** The change feed: what changed, never content. `seq` is given by the database. */
export type ChangeTable = {
  seq: import('kysely').Generated<number>;
  at: number;
  consultation_id: string | null;
  what: string;
};

/** A counselor on duty; fresh `seen_at` means present. */
export type PresenceTable = { staff_id: string; on_duty: number; capacity: number; seen_at: number };

/** Small lasting values: wrapped keys, hash of the first administrator's code. */
export type SettingTable = { name: string; value: string };

export type Tables = {
  conversation: ConversationTable;
  consultation: ConsultationTable;
  event: EventTable;
  outbox: OutboxTable;
  delivery: DeliveryTable;
  timer: TimerTable;
  tombstone: TombstoneTable;
  change: ChangeTable;
  presence: PresenceTable;
  setting: SettingTable;
} & StaffTables &
  ConsoleTables &
  AuditTables &
  AlertTables &
  RevisionTables &
  MenuTables &
  TalkTables;
