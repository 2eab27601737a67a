import type { Language } from '../message/message.ts';
import type { Level } from '../risk/finding.ts';
import type { ReplyToken } from './event.ts';

export type TalkState = 'bot' | 'waiting' | 'human' | 'closed';

/** Who has the talk, and how much danger there is. Only `conversation/talk` changes it. */
export type Talk = {
  state: TalkState;
  /** Highest level of this consultation so far; a human may lower it. */
  level: Level;
  /** Staff id while `human`. */
  owner: string | null;
  /** A transfer waits for this person; null: anybody. */
  wanted: string | null;
  waitingSince: number | null;
};

/** Where the resident stands in the flow. Looked up by step name after the flow has changed. */
export type Place = {
  hash: string;
  step: string;
  answers: Record<string, string | string[]>;
  /** How many turns in a row were not understood. */
  misunderstood: number;
  /** How many timers of the step are running. */
  timers: number;
};

/** Words of the resident that are still needed; `message` is LINE's id, so that an unsend finds them. */
export type Said = { text: string; message: string | null };

/** Bubbles typed one after the other, waiting to be answered together. `since`: the first one's time. */
export type Turn = { said: Said[]; since: number };

/** Content-free counts, flushed into the consultation's fact row when it changes state. */
export type Counts = { resident: number; bot: number; counselor: number };

/**
 * Everything remembered of a conversation between two events; sealed at rest and serialized as JSON each time,
 * so it holds plain values only.
 */
export type Snapshot = {
  talk: Talk;
  place: Place;
  language: Language;
  /** The resident had a consultation before this one. */
  returning: boolean;
  /** False until the honest first message has been said in this consultation. */
  greeted: boolean;
  /** Set while a question of ours stands outside the flow. */
  asking: 'delete' | 'language' | null;
  turn: Turn | null;
  /** The resident's last texts, oldest first, for risk said over several bubbles. */
  recent: Said[];
  /** The last full safety message: level and time. */
  safety: { level: Level; at: number } | null;
  topic: string | null;
  categories: string[];
  counts: Counts;
  /** LINE's token to mark the resident's last message as read. */
  readToken: string | null;
  /** An unused reply token, kept for whoever speaks next. */
  token: ReplyToken | null;
  /** How many messages came in the minute (since 1970) of the last one. */
  pace?: { minute: number; count: number };
  /** Until when a resident who abused staff is kept from them, ms. */
  mutedUntil?: number;
  /** When the resident last did something, and since when they wait for the counselor who has the talk. */
  residentAt: number | null;
  unansweredSince: number | null;
  /** The resident has been told that the talk will be closed for silence. */
  idleWarned: boolean;
  /** Where the resident last did something. */
  channel: 'line' | 'web';
  /** When LINE was last told that something stands on the page, and since when something there may be unread. */
  noticedAt: number | null;
  unreadSince: number | null;
};

/** The beginning of a consultation. */
export function freshSnapshot(place: Place, language: Language, returning = false): Snapshot {
  return {
    talk: { state: 'bot', level: 'none', owner: null, wanted: null, waitingSince: null },
    place,
    language,
    returning,
    greeted: false,
    asking: null,
    turn: null,
    recent: [],
    safety: null,
    topic: null,
    categories: [],
    counts: { resident: 0, bot: 0, counselor: 0 },
    readToken: null,
    token: null,
    residentAt: null,
    unansweredSince: null,
    idleWarned: false,
    channel: 'line',
    noticedAt: null,
    unreadSince: null,
  };
}
