import type { WindowCard } from '../message/message.ts';
import type { Level } from '../risk/finding.ts';

/** LINE's token for a free answer: single use, good for about a minute from `at` (ms). */
export type ReplyToken = { token: string; at: number };

/** What a resident can send besides words. */
export type Media = 'sticker' | 'image' | 'video' | 'audio' | 'file' | 'location' | 'other';

/** Something the resident did. `at` is LINE's time of occurrence. */
export type ResidentEvent =
  | { kind: 'text'; text: string; messageId?: string }
  /** A choice was tapped; `data` is what the `Choice` carried. */
  | { kind: 'choice'; data: string }
  | { kind: 'media'; media: Media; messageId?: string }
  | { kind: 'follow'; again: boolean }
  | { kind: 'unfollow' }
  | { kind: 'unsend'; messageId: string }
  /** Asked for and confirmed on the resident's own page: the content is to vanish. */
  | { kind: 'erase' };

/** Something a counselor did, by staff id. The outcome ids are the flow's. */
export type StaffEvent =
  | { kind: 'accept'; staff: string }
  | { kind: 'reply'; staff: string; text: string }
  /** A supervisor takes the talk from whoever has it. */
  | { kind: 'take-over'; staff: string }
  /** Back to the bot, the consultation stays open. */
  | { kind: 'give-back'; staff: string }
  /** `farewell`: the counselor's own last words, in place of the flow's. `survey: false`: none is asked. */
  | { kind: 'close'; staff: string; outcome: string; farewell?: string; survey?: boolean }
  /** What it is about, by the flow's category ids; all of them, the main one first. */
  | { kind: 'set-categories'; staff: string; categories: string[] }
  /** A window of the directory as a card, with the counselor's words before it; `consent`: to our calling it. */
  | { kind: 'refer'; staff: string; text: string; card: WindowCard; consent: boolean }
  /** Lowering needs a reason; raising does not. */
  | { kind: 'set-level'; staff: string; level: Level; reason: string }
  /** Abuse: the resident hears only when it ends and whom to call; 0 minutes ends it. */
  | { kind: 'mute'; staff: string; minutes: number; reason: string }
  /** Threats against staff, or sexual harassment of them, for the supervisor. */
  | { kind: 'flag'; staff: string; what: 'threat' | 'sexual' | 'other'; note: string }
  /** To another person (who still has to accept) or back to the queue when `to` is null; `topic`: to those who see it. */
  | { kind: 'transfer'; staff: string; to: string | null; topic?: string; note: string };

/** A timer of ours came due, or the owner's presence went stale. */
export type ClockEvent = { kind: 'timer'; name: string } | { kind: 'owner-gone'; staff: string };

export type Happening = ResidentEvent | StaffEvent | ClockEvent;

/** One event as `handle` applies it. */
export type Event = Happening & {
  /** Unique for ever: LINE's webhookEventId, or `staff:`, `web:`, `timer:` and a UUID. Applied exactly once. */
  id: string;
  /** When it occurred, ms. */
  at: number;
  replyToken?: ReplyToken;
  /** Sets 既読 for the message once a human has read it. */
  readToken?: string;
  /** It happened on the resident's own page; without this, in LINE. */
  from?: 'web';
};
