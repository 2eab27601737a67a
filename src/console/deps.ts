import type { Alerts } from '../alert/alerts.ts';
import type { Event } from '../conversation/event.ts';
import type { AnswerWords } from '../conversation/flow.ts';
import type { Refusal } from '../conversation/staff.ts';
import type { EmergencyCard } from '../flow/emergency.ts';
import type { Company } from '../handle/company.ts';
import type { WindowCard } from '../message/message.ts';
import type { Policy } from '../privacy/retention.ts';
import type { Sheet } from '../privacy/sheet.ts';
import type { Store } from '../store/store.ts';
import type { Asset } from '../web.ts';
import type { Bell } from './bell.ts';
import type { Sessions, Staff } from './session.ts';

/**
 * Why a counselor's action was not done: the conversation's own reasons, and the console's: `resident-wrote` since the
 * counselor looked, `cannot-take` (the person transferred to is away or may not see it), `assessment-needed` before an
 * imminent case is closed, `not-now` (wrong state).
 */
export type Refused = Refusal['why'] | 'resident-wrote' | 'cannot-take' | 'assessment-needed' | 'not-now';

/** What became of a counselor's action. `owner`: the staff id of whoever has the talk. */
export type Acted =
  | { ok: true }
  | { ok: false; why: 'refused'; refusal: Refusal }
  | { ok: false; why: 'unavailable' };

/** Opens what was sealed under one consultation's data key; throws `Unsealable`. */
export type Opener = (context: string, sealed: string) => string;

/** One thing a consultation can be about, or end with. */
export type Named = { id: string; label: string };

/** A window as the console's directory shows it: the card of the moment, and when its facts were last confirmed. */
export type DirectoryEntry = WindowCard & { categories: readonly string[] };

/** Everything the console needs from outside. */
export type ConsoleDeps = {
  store: Store;
  sessions: Sessions;
  /** `handle` for a counselor's action, by conversation id. */
  act(conversation: string, event: Event): Promise<Acted>;
  /** The opener for a consultation's wrapped key. */
  opener(consultation: string, sealedKey: string): Opener;
  /** Seals under the same key: private notes, assessments. */
  sealer(consultation: string, sealedKey: string): Opener;
  /** What an approval of two opens; nothing else may call it. */
  opening: {
    sheet(consultation: string): Promise<Sheet | undefined>;
    disclosure(consultation: string): Promise<string | undefined>;
  };
  /** How long what is kept; the flow's. */
  retention(): Policy;
  /** Keyed hash of the log's blocks. */
  auditHash(text: string): string;
  bell: Bell;
  /** Lets the resident feel that somebody is there, and brings pictures on demand. */
  company: Company;
  /** The demo's clock, where one is set. */
  now(): number;
  random(bytes: number): Uint8Array;
  publicUrl: string;
  /** Shown at the sign-in page; demo accounts are offered there. `phone`: the address of the resident's telephone. */
  demo: { accounts: { label: string; email: string; password: string }[]; phone?: string } | null;
  /** How an answer of the flow reads: 「年代」「子ども」. */
  answerWords(): AnswerWords;
  service: { name: string; categories: readonly Named[]; outcomes: readonly Named[] };
  /** The municipality's windows at an instant, in Japanese. */
  windows(now: number): readonly DirectoryEntry[];
  /** Whom to call when a life is in danger and what to say, as the city wrote it; null where it has not. */
  emergency(now: number): EmergencyCard | null;
  /** The desk's hours as staff wrote them, and in which file and line. */
  deskSource(): { rule: string; file: string; line: number; example: boolean };
  /** Looks at the LINE channel and asks LINE to call the webhook once; each finding in Japanese. */
  checkLine(): Promise<{ state: 'ok' | 'wrong' | 'hand'; text: string; todo?: string }[]>;
  /** The desk's hours now, how many talks a counselor holds today, and how long one is meant to last. */
  desk(now: number): {
    open: boolean;
    hours: string;
    nextOpen: string;
    capacity: number;
    sessionMinutes: number;
  };
  /** Who was told away from the screen; null where nobody is. */
  alerts?: Pick<Alerts, 'list' | 'acknowledge' | 'notice' | 'links'> | null;
  /** This month's pushes: how many are left (null: no limit), and whether routine ones have stopped; undefined while unknown. */
  pushes(): { left: number | null; low: boolean } | undefined;
  /** A file of `dist/console` by its path below `/console/`, or undefined. */
  asset(path: string): Promise<Asset | undefined>;
  /** The client's network address, for rate limits: what the door knows of the connection. */
  address(request: Request): string;
  /** Whether the console may be reached from that address. */
  mayReach(address: string): boolean;
};

/** Hono's environment behind the sign-in. */
export type Signed = { Variables: { staff: Staff } };
