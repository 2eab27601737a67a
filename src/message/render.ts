import { isWebAddress, linkBubble, windowBubble } from './card.ts';
import { clip, split, tidy } from './clip.ts';
import { limits } from './limits.ts';
import type { Choice, Language, Message, Saying, Speaker, WindowCard } from './message.ts';

/** How a speaker appears over LINE's bubbles: a name of 1 to 20 graphemes and an https picture. */
export type Sender = { name: string; iconUrl?: string };

/** A LINE message object, as plain JSON. */
export type LineMessage = { type: string; [key: string]: unknown };

/** `messages`: the JSON text of each message object. `too-many`: one request carries fewer objects; send fewer sayings at once. */
export type Rendered =
  | { ok: true; messages: readonly string[] }
  | { ok: false; reason: 'too-many'; count: number };

/** The message objects that texts of `Rendered` stand for, to be measured or shown. */
export const objectsOf = (messages: readonly string[]): LineMessage[] =>
  messages.map((message) => JSON.parse(message) as LineMessage);

/** A message object before it is known who else stands around it: a text can still be joined, Flex is JSON of its members. */
type Part = { speaker: Speaker } & Content;
type Content = { text: string } | { flex: string };

/** A bubble as JSON, and how many bytes that takes. */
type Drawn = { json: string; bytes: number };
type DrawCard = (card: WindowCard, language: Language) => Drawn;

/**
 * Makes one LINE request of some sayings, in order. Nothing in the result breaks LINE's limits: long texts become several
 * bubbles, cut between sentences; when five objects do not suffice, neighbouring bubbles of one speaker are joined.
 * Only the last saying's choices are shown, because LINE shows quick replies under the last object alone.
 *
 * The result is text from here to the wire: a carousel is many kilobytes, and its cards are the same for all who ask within
 * a minute.
 */
export function createRender(
  senders: Readonly<Record<Speaker, Sender>>,
): (sayings: readonly Saying[]) => Rendered {
  const draw = rememberCards();
  const signed = { bot: senderOf(senders.bot), counselor: senderOf(senders.counselor) };
  return (sayings) => {
    const parts = join(sayings.flatMap((saying) => partsOf(saying, draw)));
    if (parts.length > limits.messages) return { ok: false, reason: 'too-many', count: parts.length };
    const choices = quickReply(sayings.at(-1)?.choices ?? []);
    const messages = parts.map((part, index) => {
      const last = index === parts.length - 1;
      return `{${membersOf(part)},${signed[part.speaker]}${last ? choices : ''}}`;
    });
    return { ok: true, messages };
  };
}

/** Draws each card once, for as long as somebody holds it: the directory gives the same ones to all who ask within a minute. */
function rememberCards(): DrawCard {
  const known = new WeakMap<WindowCard, Drawn & { language: Language }>();
  return (card, language) => {
    const drawn = known.get(card);
    if (drawn?.language === language) return drawn;
    const json = JSON.stringify(windowBubble(tidy(card), language));
    const fresh = { json, bytes: new TextEncoder().encode(json).length, language };
    known.set(card, fresh);
    return fresh;
  };
}

function partsOf({ speaker, messages }: Saying, draw: DrawCard): Part[] {
  return messages.flatMap((message) => contentsOf(message, draw)).map((content) => ({ speaker, ...content }));
}

function contentsOf(message: Message, draw: DrawCard): Content[] {
  switch (message.kind) {
    case 'text':
      return texts(tidy(message.text));
    case 'link':
      return linkContents(tidy(message));
    case 'windows': {
      const altText = clip(tidy(message.alt) || '相談窓口のご案内', altGraphemes);
      const bubbles = message.cards.map((card) => draw(card, message.language));
      return carousels(bubbles).map((contents) => flex(altText, contents));
    }
  }
}

function linkContents(message: Extract<Message, { kind: 'link' }>): Content[] {
  const label = clip(message.label, limits.label);
  if (!isWebAddress(message.url) || !label || !message.text) return texts(`${message.text}\n${message.url}`);
  // A bubble is read at a glance; what is longer stands before it as ordinary text.
  const short = message.text.length <= 500;
  const bubble = linkBubble({ text: short ? message.text : label, label, url: message.url });
  const linked = flex(clip(message.text, altGraphemes), JSON.stringify(bubble));
  return short ? [linked] : [...texts(message.text), linked];
}

const texts = (text: string): Content[] => split(text, limits.text).map((piece) => ({ text: piece }));

/** `contents`: a container as JSON. */
const flex = (altText: string, contents: string): Content => ({
  flex: `"type":"flex","altText":${JSON.stringify(altText)},"contents":${contents}`,
});

const membersOf = (part: Part): string =>
  'text' in part ? `"type":"text","text":${JSON.stringify(part.text)}` : part.flex;

/** Well under the 1,500 UTF-16 units LINE allows, whatever the graphemes are made of; it is read in a notification. */
const altGraphemes = 120;

/** As few containers, as JSON, as LINE's 12 bubbles and 50 KB allow. */
function carousels(drawn: readonly Drawn[]): string[] {
  const groups: string[][] = [];
  let total = 0;
  for (const { json, bytes } of drawn) {
    const size = bytes + 1;
    const group = groups.at(-1);
    if (group && group.length < limits.bubbles && total + size <= limits.flexBytes - 100) {
      group.push(json);
      total += size;
    } else {
      groups.push([json]);
      total = size;
    }
  }
  return groups.map((group) =>
    group.length === 1 ? group.join() : `{"type":"carousel","contents":[${group.join(',')}]}`,
  );
}

/** Joins neighbouring texts of one speaker, the shortest pair first, until the request fits. */
function join(parts: readonly Part[]): Part[] {
  const joined = [...parts];
  while (joined.length > limits.messages) {
    let best = -1;
    let shortest: number = limits.text;
    for (let index = 0; index + 1 < joined.length; index++) {
      const length = joinedText(joined[index], joined[index + 1])?.length ?? Number.POSITIVE_INFINITY;
      if (length <= shortest) [best, shortest] = [index, length];
    }
    const text = joinedText(joined[best], joined[best + 1]);
    const first = joined[best];
    if (text === undefined || !first) break;
    joined.splice(best, 2, { speaker: first.speaker, text });
  }
  return joined;
}

function joinedText(a: Part | undefined, b: Part | undefined): string | undefined {
  if (!a || !b || !('text' in a) || !('text' in b) || a.speaker !== b.speaker) return undefined;
  return `${a.text}\n\n${b.text}`;
}

/**
 * A choice too long to be told apart is the checker's finding; should one slip through, it is shortened. Of too many the first
 * twelve and the last remain, because flows put the way to a person last.
 */
function quickReply(choices: readonly Choice[]): string {
  const usable = choices
    .map(({ label, data }) => ({ label: tidy(label), data }))
    .filter(({ label, data }) => label && data && data.length <= limits.data);
  const shown =
    usable.length > limits.quickReplies
      ? [...usable.slice(0, limits.quickReplies - 1), ...usable.slice(-1)]
      : usable;
  const items = shown.map(({ label, data }) => ({
    type: 'action',
    action: {
      type: 'postback',
      label: clip(label, limits.label),
      data,
      displayText: clip(label, limits.displayText),
    },
  }));
  return items.length > 0 ? `,"quickReply":${JSON.stringify({ items })}` : '';
}

/** As a member of a message object. */
function senderOf(sender: Sender): string {
  const name = clip(tidy(sender.name), limits.senderName);
  const { iconUrl } = sender;
  const picture = iconUrl && /^https:\/\//iu.test(iconUrl) && iconUrl.length <= limits.iconUrl;
  return `"sender":${JSON.stringify({ ...(name && { name }), ...(picture && { iconUrl }) })}`;
}
