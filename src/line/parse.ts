import type { Event, Media, ReplyToken, ResidentEvent } from '../conversation/event.ts';

/** Whose conversation an event belongs to; neither field may reach a log. */
export type Address = { channel: string; userId: string };

/**
 * What one webhook event means to us.
 * `ignore` carries a fixed word, never content.
 */
export type Parsed =
  | { conversation: Address; event: Event }
  | { ignore: string }
  | { leave: { kind: 'group' | 'room'; id: string } };

/**
 * Reads a verified webhook body. LINE adds properties, event types and enum values without notice, so everything unknown
 * is ignored one event at a time; a bad event never costs its batch. `null`: not a webhook body at all.
 * @param receivedAt ms; reply tokens age from here, and events without a time are dated so.
 * https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
 */
export function parseWebhook(body: unknown, receivedAt: number): Parsed[] | null {
  if (!isObject(body) || !Array.isArray(body.events)) return null;
  const channel = text(body.destination) ?? '';
  const left = new Set<string>();
  return body.events.map((raw): Parsed => {
    const parsed = isObject(raw) ? parseEvent(raw, channel, receivedAt) : { ignore: 'malformed' };
    if (!('leave' in parsed)) return parsed;
    // One batch can hold a whole group's chatter; one request to leave is enough.
    if (left.has(parsed.leave.id)) return { ignore: 'group' };
    left.add(parsed.leave.id);
    return parsed;
  });
}

type Fields = Record<string, unknown>;

function parseEvent(raw: Fields, channel: string, receivedAt: number): Parsed {
  const id = text(raw.webhookEventId);
  const type = text(raw.type);
  if (!id || !type) return { ignore: 'malformed' };

  // In standby another module speaks for the account. Unsend and unfollow ask for no answer and still bind us.
  const active = raw.mode === 'active' || raw.mode === undefined;
  if (!active && type !== 'unsend' && type !== 'unfollow') return { ignore: 'standby' };

  const source = isObject(raw.source) ? raw.source : {};
  if (source.type === 'group' || source.type === 'room')
    return active ? fromGroup(source.type, source, type) : { ignore: 'standby' };
  const userId = text(source.userId);
  if (source.type !== 'user' || !userId) return { ignore: 'no-user' };

  const happening = happeningOf(type, raw);
  if (!happening) return { ignore: `event-${known.has(type) ? type : 'unknown'}` };
  const replyToken = active ? tokenOf(raw, receivedAt) : undefined;
  const readToken = isObject(raw.message) ? text(raw.message.markAsReadToken) : undefined;
  return {
    conversation: { channel, userId },
    event: {
      ...happening,
      id,
      at: time(raw.timestamp) ?? receivedAt,
      ...(replyToken && { replyToken }),
      ...(readToken && { readToken }),
    },
  };
}

/** Consultation is one to one: in groups and rooms we say nothing and go. */
function fromGroup(kind: 'group' | 'room', source: Fields, type: string): Parsed {
  const id = text(source[`${kind}Id`]);
  if (!id || type === 'leave') return { ignore: 'group' };
  return { leave: { kind, id } };
}

function happeningOf(type: string, raw: Fields): ResidentEvent | undefined {
  switch (type) {
    case 'message':
    // LINE documents edits for groups only; should one arrive here, its words are scanned like any others.
    case 'messageEdited':
      return isObject(raw.message) ? messageOf(raw.message) : { kind: 'media', media: 'other' };
    case 'postback':
      return { kind: 'choice', data: (isObject(raw.postback) && text(raw.postback.data)) || '' };
    case 'follow':
      return { kind: 'follow', again: isObject(raw.follow) && raw.follow.isUnblocked === true };
    case 'unfollow':
      return { kind: 'unfollow' };
    case 'unsend': {
      const messageId = isObject(raw.unsend) ? text(raw.unsend.messageId) : undefined;
      return messageId ? { kind: 'unsend', messageId } : undefined;
    }
    default:
      return undefined;
  }
}

function messageOf(message: Fields): ResidentEvent {
  const id = text(message.id);
  const messageId = id ? { messageId: id } : {};
  if (message.type === 'text' && typeof message.text === 'string')
    return { kind: 'text', text: message.text, ...messageId };
  const media = medias.find((name) => name === message.type) ?? 'other';
  return { kind: 'media', media, ...messageId };
}

/** A redelivered token lives at most 20 minutes after the event; a minute from any receipt is the outbox's to judge. */
function tokenOf(raw: Fields, receivedAt: number): ReplyToken | undefined {
  const token = text(raw.replyToken);
  if (!token) return undefined;
  const at = time(raw.timestamp) ?? receivedAt;
  const redelivered = isObject(raw.deliveryContext) && raw.deliveryContext.isRedelivery === true;
  if (redelivered && receivedAt - at > 20 * 60_000) return undefined;
  return { token, at: receivedAt };
}

const medias: readonly Media[] = ['sticker', 'image', 'video', 'audio', 'file', 'location'];

/** Event types LINE documents and we have no use for: named in counts, so that a truly new one stands out. */
const known = new Set(
  'join leave memberJoined memberLeft videoPlayComplete beacon accountLink membership module activated deactivated botSuspended botResumed delivery postback unsend'.split(
    ' ',
  ),
);

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function time(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
