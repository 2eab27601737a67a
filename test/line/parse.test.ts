import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Parsed, parseWebhook } from '../../src/line/parse.ts';

const now = 1_790_000_000_000;

function event(more: Record<string, unknown>): Record<string, unknown> {
  return {
    type: 'message',
    mode: 'active',
    timestamp: now - 500,
    source: { type: 'user', userId: 'U1' },
    webhookEventId: '01H',
    deliveryContext: { isRedelivery: false },
    replyToken: 'token',
    message: { type: 'text', id: '7', text: 'こんにちは' },
    ...more,
  };
}

function parse(...events: unknown[]): Parsed[] {
  return parseWebhook({ destination: 'Ubot', events }, now) ?? [];
}

test('reads a text with its address, time and reply token', () => {
  expect(parse(event({}))).toEqual([
    {
      conversation: { channel: 'Ubot', userId: 'U1' },
      event: {
        kind: 'text',
        text: 'こんにちは',
        messageId: '7',
        id: '01H',
        at: now - 500,
        replyToken: { token: 'token', at: now },
      },
    },
  ]);
});

test("takes LINE's Verify button, and refuses what is no webhook", () => {
  expect(parseWebhook({ destination: 'Ubot', events: [] }, now)).toEqual([]);
  for (const body of [null, 1, 'x', [], {}, { events: {} }]) expect(parseWebhook(body, now)).toBeNull();
});

test.each(['sticker', 'image', 'video', 'audio', 'file', 'location'])('reads %s as media', (type) => {
  expect(parse(event({ message: { type, id: '8' } }))[0]).toMatchObject({
    event: { kind: 'media', media: type, messageId: '8' },
  });
});

test('answers message types of the future like any media', () => {
  for (const message of [{ type: 'hologram', id: '9' }, { type: 'text', id: '9' }, undefined, 3])
    expect(parse(event({ message }))[0]).toMatchObject({ event: { kind: 'media', media: 'other' } });
});

test('reads postback, follow, re-follow, unfollow and unsend', () => {
  const kinds = parse(
    event({ type: 'postback', postback: { data: 'go=1', params: { date: '2026-01-01' } } }),
    event({ type: 'follow', follow: { isUnblocked: false } }),
    event({ type: 'follow', follow: { isUnblocked: true } }),
    event({ type: 'follow' }),
    event({ type: 'unfollow', replyToken: undefined }),
    event({ type: 'unsend', replyToken: undefined, unsend: { messageId: '7' } }),
  ).map((parsed) => ('event' in parsed ? parsed.event : parsed));
  expect(kinds).toMatchObject([
    { kind: 'choice', data: 'go=1' },
    { kind: 'follow', again: false },
    { kind: 'follow', again: true },
    { kind: 'follow', again: false },
    { kind: 'unfollow' },
    { kind: 'unsend', messageId: '7' },
  ]);
});

test('in standby says nothing, but unsend and unfollow still count, without a token', () => {
  const standby = { mode: 'standby' };
  expect(parse(event(standby))).toEqual([{ ignore: 'standby' }]);
  expect(parse(event({ ...standby, source: { type: 'group', groupId: 'G' } }))).toEqual([
    { ignore: 'standby' },
  ]);
  const [unsend] = parse(event({ ...standby, type: 'unsend', unsend: { messageId: '7' } }));
  expect(unsend).toMatchObject({ event: { kind: 'unsend' } });
  expect(unsend).not.toHaveProperty('event.replyToken');
});

test('leaves a group or room once a batch, and not one it has left', () => {
  const group = { source: { type: 'group', groupId: 'G', userId: 'U1' } };
  const room = { source: { type: 'room', roomId: 'R' } };
  expect(parse(event(group), event(group), event({ ...room, type: 'join' }))).toEqual([
    { leave: { kind: 'group', id: 'G' } },
    { ignore: 'group' },
    { leave: { kind: 'room', id: 'R' } },
  ]);
  expect(parse(event({ ...group, type: 'leave' }), event({ source: { type: 'group' } }))).toEqual([
    { ignore: 'group' },
    { ignore: 'group' },
  ]);
});

test('keeps the token of a redelivery for 20 minutes after the event', () => {
  const redelivered = { deliveryContext: { isRedelivery: true } };
  const token = (at: number) => parse(event({ ...redelivered, timestamp: at }))[0];
  expect(token(now - 19 * 60_000)).toHaveProperty('event.replyToken', { token: 'token', at: now });
  expect(token(now - 21 * 60_000)).not.toHaveProperty('event.replyToken');
});

test('a bad event never costs its batch', () => {
  const bad = [null, 7, 'x', [], {}, event({ webhookEventId: undefined }), event({ source: undefined })];
  const parsed = parse(...bad, event({}), event({ type: 'hoge' }), event({ type: 'beacon' }));
  expect(parsed.map((one) => ('ignore' in one ? one.ignore : 'applied'))).toEqual([
    ...Array(6).fill('malformed'),
    'no-user',
    'applied',
    'event-unknown',
    'event-beacon',
  ]);
});

test('dates an event without a time by its receipt', () => {
  for (const timestamp of [undefined, '1', -5, 1.5, Number.NaN])
    expect(parse(event({ timestamp }))[0]).toHaveProperty('event.at', now);
});

test('survives any JSON', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (events, source) => {
      expect(parse(...events, event({ source }), event({ message: source }))).toHaveLength(events.length + 2);
    }),
  );
});

const foreign = new URL('../../../shared/line/webhook-bodies.json', import.meta.url);

describe.skipIf(!existsSync(foreign))("bodies from the tests of LINE's own SDKs", () => {
  const bodies = existsSync(foreign)
    ? Object.values(
        JSON.parse(readFileSync(foreign, 'utf8')) as Record<string, { events: unknown[] }[]>,
      ).flat()
    : [];

  test('all 36 bodies and 63 events are understood or ignored', () => {
    const parsed = bodies.flatMap((body) => parseWebhook(body, now) ?? []);
    expect(bodies).toHaveLength(36);
    expect(parsed).toHaveLength(63);
    const tally = Map.groupBy(parsed, (one) =>
      'event' in one ? one.event.kind : 'leave' in one ? 'leave' : one.ignore,
    );
    expect(tally.has('malformed')).toBe(false);
    expect(Object.fromEntries([...tally].map(([kind, all]) => [kind, all.length]))).toEqual({
      text: 4,
      media: 13,
      choice: 6,
      follow: 3,
      unfollow: 2,
      leave: 11,
      group: 6,
      'no-user': 5,
      'event-unknown': 1,
      'event-accountLink': 2,
      'event-activated': 1,
      'event-beacon': 3,
      'event-deactivated': 1,
      'event-delivery': 2,
      'event-membership': 1,
      'event-videoPlayComplete': 2,
    });
  });
});
