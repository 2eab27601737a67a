/**
 * What Madoguchi says, before it becomes anybody's wire format. LINE objects are made of it in `message/render`,
 * bubbles of the web talk page in `talk/`, lines of a transcript in `flow/transcript`.
 */

/** The language variants of a text: Japanese, やさしい日本語, English, or any other tag a flow declares. */
export type Language = string;

/** Who speaks; decides LINE's `sender` name and icon. */
export type Speaker = 'bot' | 'counselor';

/** A button under the last message. `label` ≤ 20 graphemes (LINE); `data` ≤ 300 UTF-16 units comes back as a postback. */
export type Choice = { label: string; data: string };

/** One consultation window as a resident sees it. All texts are already in the resident's language. */
export type WindowCard = {
  id: string;
  name: string;
  /** What it helps with, one line. */
  about: string;
  /** `unknown`: the sources give no hours. */
  state: 'open' | 'closed' | 'unknown';
  /** 「今日は17:15まで」「月曜 8:30から」; empty when unknown. */
  stateText: string;
  /** The hours in words; empty when the sources give none. */
  hours: string;
  /** As printed in the source, for reading; the `tel:` link is derived from it. */
  phone?: string;
  address?: string;
  url?: string;
  reservation: boolean;
  /** Not confirmed within the last 12 months: shown as 「受付時間は変わることがあります」. */
  unconfirmed: boolean;
  note?: string;
};

export type Message =
  | { kind: 'text'; text: string }
  | { kind: 'windows'; alt: string; language: Language; cards: WindowCard[] }
  /**
   * A text with one button that opens an address. With an empty `url` it is the resident's own talk page: `handle` makes
   * the address when it sends, so that no record holds one that opens a talk.
   */
  | { kind: 'link'; text: string; label: string; url: string };

/**
 * Everything one event makes one speaker say, and the choices under the last message. LINE takes five objects a request:
 * `message/render` joins neighbouring texts of more. `where`, with `desk.talk: web`: `web` stands on the resident's own page
 * alone, `line` is a notice for LINE alone. Without it, it is said in LINE.
 */
export type Saying = {
  speaker: Speaker;
  messages: Message[];
  choices: Choice[];
  where?: 'line' | 'web';
};
