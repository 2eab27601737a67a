import { type Bubble, isWebAddress, linkBubble, windowBubble } from './card.ts';
import { clip, split, tidy } from './clip.ts';
import { lengthOf, limits } from './limits.ts';
import type { Choice, Language, Message, Saying, Speaker, WindowCard } from './message.ts';

/** How a speaker appears over LINE's bubbles: a name of 1 to 20 graphemes and an https picture. */
export type Sender = { name: string; iconUrl?: string };

/** A LINE message object, as plain JSON. */
export type LineMessage = { type: string; [key: string]: unknown };

/** `too-many`: the sayings need more message objects than one request carries; send fewer of them at once. */
export type Rendered =
  | { ok: true; messages: LineMessage[] }
  | { ok: false; reason: 'too-many'; count: number };

/** A window's bubble, and how many bytes it takes. */
export type DrawCard = (card: WindowCard, language: Language) => { bubble: Bubble; bytes: number };

const drawCard: DrawCard = (card, language) => {
  const bubble = windowBubble(tidy(card), language);
  return { bubble, bytes: lengthOf(bubble, 'bytes') };
};

/** Draws each card once, for as long as somebody holds it: the directory gives the same ones to all who ask within a minute. */
export function rememberCards(): DrawCard {
  const drawn = new WeakMap<WindowCard, ReturnType<DrawCard> & { language: Language }>();
  return (card, language) => {
    const known = drawn.get(card);
    if (known?.language === language) return known;
    const fresh = { ...drawCard(card, language), language };
    drawn.set(card, fresh);
    return fresh;
  };
}

type Part = { speaker: Speaker; object: LineMessage };

/**
 * Makes one LINE request of some sayings, in order. Nothing in the result breaks LINE's limits: long texts become several
 * bubbles, cut between sentences; when five objects do not suffice, neighbouring bubbles of one speaker are joined.
 * Only the last saying's choices are shown, because LINE shows quick replies under the last object alone.
 */
export function render(
  sayings: readonly Saying[],
  senders: Record<Speaker, Sender>,
  draw: DrawCard = drawCard,
): Rendered {
  const parts = join(
    sayings.flatMap((saying) =>
      saying.messages
        .flatMap((message) => objectsOf(message, draw))
        .map((object) => ({ speaker: saying.speaker, object })),
    ),
  );
  if (parts.length > limits.messages) return { ok: false, reason: 'too-many', count: parts.length };
  const messages = parts.map(({ speaker, object }) => ({ ...object, sender: senderOf(senders[speaker]) }));
  const last = messages.at(-1);
  const items = quickReplies(sayings.at(-1)?.choices ?? []);
  if (last && items.length > 0) Object.assign(last, { quickReply: { items } });
  return { ok: true, messages };
}

function objectsOf(message: Message, draw: DrawCard): LineMessage[] {
  switch (message.kind) {
    case 'text':
      return split(tidy(message.text), limits.text).map(textObject);
    case 'link':
      return linkObjects(tidy(message));
    case 'windows': {
      const altText = clip(tidy(message.alt) || '相談窓口のご案内', altGraphemes);
      const bubbles = message.cards.map((card) => draw(card, message.language));
      return carousels(bubbles).map((contents) => ({ type: 'flex', altText, contents }));
    }
  }
}

function linkObjects(message: Extract<Message, { kind: 'link' }>): LineMessage[] {
  const label = clip(message.label, limits.label);
  if (!isWebAddress(message.url) || !label || !message.text)
    return split(`${message.text}\n${message.url}`, limits.text).map(textObject);
  // A bubble is read at a glance; what is longer stands before it as ordinary text.
  const short = message.text.length <= 500;
  const before = short ? [] : split(message.text, limits.text).map(textObject);
  const contents = linkBubble({ text: short ? message.text : label, label, url: message.url });
  return [...before, { type: 'flex', altText: clip(message.text, altGraphemes), contents }];
}

/** Well under the 1,500 UTF-16 units LINE allows, whatever the graphemes are made of; it is read in a notification. */
const altGraphemes = 120;

function textObject(text: string): LineMessage {
  return { type: 'text', text };
}

/** As few containers as LINE's 12 bubbles and 50 KB allow. */
function carousels(drawn: readonly ReturnType<DrawCard>[]): object[] {
  const groups: object[][] = [];
  let total = 0;
  for (const { bubble, bytes } of drawn) {
    const size = bytes + 1;
    const group = groups.at(-1);
    if (group && group.length < limits.bubbles && total + size <= limits.flexBytes - 100) {
      group.push(bubble);
      total += size;
    } else {
      groups.push([bubble]);
      total = size;
    }
  }
  return groups.map((group) =>
    group.length === 1 && group[0] ? group[0] : { type: 'carousel', contents: group },
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
    joined.splice(best, 2, { speaker: first.speaker, object: textObject(text) });
  }
  return joined;
}

function joinedText(a: Part | undefined, b: Part | undefined): string | undefined {
  if (a?.object.type !== 'text' || b?.object.type !== 'text' || a.speaker !== b.speaker) return undefined;
  return `${a.object.text}\n\n${b.object.text}`;
}

/**
 * A choice too long to be told apart is the checker's finding; should one slip through, it is shortened. Of too many the first
 * twelve and the last remain, because flows put the way to a person last.
 */
function quickReplies(choices: readonly Choice[]): object[] {
  const usable = choices
    .map(({ label, data }) => ({ label: tidy(label), data }))
    .filter(({ label, data }) => label && data && data.length <= limits.data);
  const shown =
    usable.length > limits.quickReplies
      ? [...usable.slice(0, limits.quickReplies - 1), ...usable.slice(-1)]
      : usable;
  return shown.map(({ label, data }) => ({
    type: 'action',
    action: {
      type: 'postback',
      label: clip(label, limits.label),
      data,
      displayText: clip(label, limits.displayText),
    },
  }));
}

function senderOf(sender: Sender): Partial<Sender> {
  const name = clip(tidy(sender.name), limits.senderName);
  const { iconUrl } = sender;
  const picture = iconUrl && /^https:\/\//iu.test(iconUrl) && iconUrl.length <= limits.iconUrl;
  return { ...(name && { name }), ...(picture && { iconUrl }) };
}
