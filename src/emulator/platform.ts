import type { Faults } from './faults.ts';

/** A message object as LINE carries it, either way. */
export type Wire = { type: string; [key: string]: unknown };

/** One line of a resident's chat. */
export type Shown = {
  id: string;
  at: number;
  from: 'resident' | 'account';
  message: Wire;
  /** How the account sent it. */
  via?: 'reply' | 'push';
  /** Taken back by the resident. */
  unsent?: true;
  /** 既読: the account has seen it. */
  read?: true;
};

export type Person = {
  name: string;
  userId: string;
  /** Whether the account is a friend of theirs. Only friends get what the account sends. */
  relation: 'stranger' | 'friend' | 'blocked';
  shown: Shown[];
  /** The dots of somebody writing show until then, ms. */
  loadingUntil: number;
  /** Own rich menu, before the account's default. */
  menuId?: string;
};

/** A call to the API, kept for tests. */
export type Call = {
  at: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
  /** Characters of the body, where it is JSON. */
  size: number;
  /** `null`: no answer was given. */
  status: number | null;
};

export type ReplyToken = { userId: string; eventAt: number; from: number; used: boolean };

/** A push LINE has accepted, by retry key. */
export type Accepted = { requestId: string; at: number; sentMessages: { id: string }[] };

export type Content = { type: string; bytes: Uint8Array<ArrayBuffer> };

/** A rich menu: its definition as LINE was given it, and its picture. */
export type Menu = { id: string; definition: Record<string, unknown>; image?: Content };

/** Everything LINE would remember of one account. */
export type Platform = {
  account: {
    userId: string;
    basicId: string;
    name: string;
    /** LINE's "chat" switch. With `bot` every message is 既読 at once and no mark-as-read token is given. */
    chatMode: 'chat' | 'bot';
  };
  secret: string;
  accessToken: string;
  webhook: { url: string; active: boolean };
  /** Pushes a month; `null` without limit. */
  quota: number | null;
  /** Pushes counted so far, by month (`2026-11`, Japan's calendar). */
  used: Map<string, number>;
  people: Map<string, Person>;
  tokens: Map<string, ReplyToken>;
  readTokens: Map<string, string>;
  accepted: Map<string, Accepted>;
  contents: Map<string, Content>;
  menus: Map<string, Menu>;
  defaultMenu: string | undefined;
  /** Groups and rooms the account has left. */
  left: string[];
  calls: Call[];
  faults: Faults;
  now: () => number;
  random: () => number;
  /** Counts changes; the phone page and `waitFor` wait on it. */
  version: number;
  changed: () => void;
  /** Resolves at the next change. */
  nextChange: () => Promise<void>;
  /** Resolves when the emulator closes: what calls that get no answer wait for. */
  closed: Promise<void>;
};
