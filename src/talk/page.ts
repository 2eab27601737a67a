import type { PageTextName } from '../conversation/texts.ts';
import type { Choice, WindowCard } from '../message/message.ts';

/** What the page and the server say to each other; types only, so that the client can import them. */

/** Who stands behind one line of the talk. Counselors have no names here. */
export type Who = 'resident' | 'bot' | 'counselor';

/** A card with what its button dials. */
export type Card = WindowCard & { tel?: string };

export type Body =
  | { kind: 'text'; text: string }
  | { kind: 'windows'; cards: Card[] }
  /** A sticker or picture sent in LINE; its content is not shown here. */
  | { kind: 'media' }
  | { kind: 'taken-back' };

/** One bubble. `id`: the client's own, for what was sent from a page. */
export type Item = { key: string; at: number; who: Who; body: Body; id?: string };

/** The talk as it stands. `items` are those after `from`; with 0 they are all there are. */
export type State = {
  version: number;
  /** The same for all talks of one resident: what this browser keeps of theirs it keeps under this name. Tells nothing else. */
  mine: string;
  /** Changes when another consultation begins: what was shown is replaced. */
  talk: string;
  from: number;
  language: string;
  state: 'bot' | 'waiting' | 'human' | 'closed';
  /** Who has the talk or how long the line is, and the desk's hours, in words. */
  status: string;
  desk: string;
  choices: Choice[];
  items: Item[];
};

/**
 * The answer to something the resident did. `ended`: their data were deleted by it and with them this page's session;
 * `stays`: for they are in danger, a human is there or on the way, and LINE has been given a new link.
 */
export type Done = { ok: true; ended?: 'deleted' | 'stays' };

/** The page's own texts. */
export type Words = Record<PageTextName | 'delete_confirm' | 'button_delete_yes' | 'button_no', string>;

/** What anybody may see who opens the address: the words of the page, and numbers to call. */
export type Welcome = {
  service: string;
  language: string;
  languages: { id: string; name: string }[];
  words: Words;
  lines: Card[];
  /** Where leaving fast leads: a page that anybody may have open. */
  leaveTo: string;
};

/** The longest text a resident sends at once, in UTF-16 units; LINE's own limit. */
export const LONGEST_TEXT = 5_000;
