import { limitsOf } from '../message/limits.ts';
import { messageId, uuid } from './ids.ts';
import type { Person, Platform, Wire } from './platform.ts';

const minute = 60_000;

/** What LINE answers: status, body as JSON, and headers beside those of every answer. */
export type Reply = { status: number; body?: object; headers?: Record<string, string> };

export const refuse = (status: number, message: string, more: object = {}): Reply => ({
  status,
  body: { message, ...more },
});

/** `POST /v2/bot/message/reply`. https://developers.line.biz/en/reference/messaging-api/#send-reply-message */
export function reply(platform: Platform, body: Record<string, unknown>, size: number): Reply {
  const token = platform.tokens.get(String(body.replyToken));
  const refused = refusedMessages(body.messages, size);
  if (refused) return refused;
  if (!token || token.used || platform.now() - token.from > minute) return refuse(400, 'Invalid reply token');
  token.used = true;
  const person = platform.people.get(token.userId);
  return { status: 200, body: { sentMessages: show(platform, person, body.messages as Wire[], 'reply') } };
}

/** `POST /v2/bot/message/push`. https://developers.line.biz/en/reference/messaging-api/#send-push-message */
export function push(
  platform: Platform,
  body: Record<string, unknown>,
  size: number,
  retryKey: string | undefined,
  requestId: string,
): Reply {
  if (retryKey !== undefined && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/iu.test(retryKey))
    return refuse(400, 'Invalid retry key');
  const before = retryKey === undefined ? undefined : platform.accepted.get(retryKey.toLowerCase());
  if (before && platform.now() - before.at <= 24 * 60 * minute)
    return {
      ...refuse(409, 'The retry key is already accepted', { sentMessages: before.sentMessages }),
      headers: { 'x-line-accepted-request-id': before.requestId },
    };

  const refused = refusedMessages(body.messages, size);
  if (refused) return refused;
  if (typeof body.to !== 'string' || !/^[UCR][\da-f]{32}$/u.test(body.to))
    return refuse(400, "The property, 'to', in the request body is invalid (line: -, column: -)");
  const person = platform.people.get(body.to);
  if (!person) return refuse(400, 'Failed to send messages');

  // One push counts once for each person it reaches, however many messages it carries.
  if (person.relation === 'friend') {
    const used = platform.used.get(month(platform.now())) ?? 0;
    if (platform.quota !== null && used >= platform.quota) return tooMany.quota;
    platform.used.set(month(platform.now()), used + 1);
  }
  const sentMessages = show(platform, person, body.messages as Wire[], 'push');
  if (retryKey !== undefined)
    platform.accepted.set(retryKey.toLowerCase(), { requestId, at: platform.now(), sentMessages });
  return { status: 200, body: { sentMessages } };
}

/** The three meanings of 429. The first and last are LINE's words; it does not publish those of the second. */
export const tooMany = {
  rate: refuse(429, 'The API rate limit has been exceeded. Try again later.'),
  'user-rate': refuse(429, 'Too many messages have been sent to the user. Try again later.'),
  quota: refuse(429, 'You have reached your monthly limit.'),
} as const;

/** 400 with the details LINE would give, or nothing when the messages are fine. `size`: the characters of the body they came in. */
export function refusedMessages(messages: unknown, size: number): Reply | undefined {
  const details = limitsOf(Array.isArray(messages) ? messages : [], size);
  if (details.length === 0) return undefined;
  return refuse(400, `The request body has ${details.length} error(s)`, { details });
}

/** Puts messages on a resident's phone. For who has blocked the account LINE says 200 and shows nothing. */
function show(
  platform: Platform,
  person: Person | undefined,
  messages: readonly Wire[],
  via: 'reply' | 'push',
): { id: string; quoteToken: string }[] {
  const at = platform.now();
  const sent = messages.map((message) => ({ id: messageId(platform.random), message }));
  if (person && person.relation !== 'blocked' && !(via === 'push' && person.relation === 'stranger')) {
    person.shown.push(...sent.map(({ id, message }) => ({ id, at, from: 'account' as const, message, via })));
    person.loadingUntil = 0;
    platform.changed();
  }
  return sent.map(({ id }) => ({ id, quoteToken: uuid(platform.random) }));
}

/** Pushes count by calendar month: `2026-11` in Japan, which has no daylight saving. */
export function month(now: number): string {
  return new Date(now + 9 * 60 * minute).toISOString().slice(0, 7);
}
