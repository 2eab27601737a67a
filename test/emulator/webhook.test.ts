import { expect, test } from 'vitest';
import { createEmulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import { parseWebhook } from '../../src/line/parse.ts';
import { isSignedByLine } from '../../src/line/verify.ts';
import { secret, seeded, token } from './serve.ts';

type Event = { type: string; webhookEventId: string; message?: { text?: string }; [key: string]: unknown };

/** An emulator whose webhooks land in a list; `answers` are the statuses given, 200 when they run out. */
function start(options: Partial<EmulatorOptions> = {}, answers: (number | 'hang')[] = []) {
  const clock = { now: Date.UTC(2026, 10, 20, 1) };
  const bodies: Event[][] = [];
  const deliver = async (_: string, init: RequestInit): Promise<Response> => {
    const body = init.body as Uint8Array;
    const signature = new Headers(init.headers).get('x-line-signature');
    expect(isSignedByLine({ body, signature }, secret)).toBe(true);
    bodies.push((JSON.parse(new TextDecoder().decode(body)) as { events: Event[] }).events);
    const answer = answers.shift() ?? 200;
    if (answer !== 'hang') return new Response(null, { status: answer });
    return new Promise((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(new Error('gave up waiting')));
    });
  };
  const emulator = createEmulator({
    channelSecret: secret,
    channelAccessToken: token,
    webhookUrl: 'http://bot/line/webhook',
    now: () => clock.now,
    random: seeded(7),
    deliver,
    webhookTimeoutMs: 50,
    ...options,
  });
  return { emulator, clock, bodies, a: emulator.resident('A') };
}

const words = (bodies: Event[][]) =>
  bodies.map((events) => events.map((event) => event.message?.text ?? event.type));

test('what residents do arrives signed and in the form our parser knows', async () => {
  const { a, bodies } = start();
  await a.say('こんにちは');
  await a.sendSticker();
  await a.sendMedia('audio', { type: 'audio/mp4', bytes: new Uint8Array(3) });
  await a.sendLocation();
  await a.unsend();
  await a.block();
  await a.follow();
  const parsed = bodies.flatMap((events) => parseWebhook({ destination: 'U', events }, 1) ?? []);
  expect(parsed.map((one) => 'event' in one && one.event)).toMatchObject([
    { kind: 'text', text: 'こんにちは', replyToken: {} },
    { kind: 'media', media: 'sticker' },
    { kind: 'media', media: 'audio' },
    { kind: 'media', media: 'location' },
    { kind: 'unsend', messageId: a.messages().at(-1)?.id },
    { kind: 'unfollow' },
    { kind: 'follow', again: true, replyToken: {} },
  ]);
  expect(a.messages().at(-1)?.message).toEqual({ type: 'unsent' });
  expect(bodies.flat().every(({ webhookEventId }) => /^[\dA-HJKMNP-TV-Z]{26}$/.test(webhookEventId))).toBe(
    true,
  );
});

test('with Chat ON, messages carry a mark-as-read token; with Chat OFF they are read at once', async () => {
  const on = start({ chatMode: 'chat' });
  await on.a.say('一');
  expect(on.bodies[0]?.[0]?.message).toHaveProperty('markAsReadToken');
  expect(on.a.messages()[0]?.read).toBeUndefined();
  const off = start();
  await off.a.say('一');
  expect(off.bodies[0]?.[0]?.message).not.toHaveProperty('markAsReadToken');
  expect(off.a.messages()[0]?.read).toBe(true);
});

test('redelivery is off unless asked for', async () => {
  const { emulator, a, bodies } = start({}, [500]);
  expect(await a.say('一')).toBe(500);
  expect(await emulator.webhooks.redeliver()).toBe(0);
  expect(bodies).toHaveLength(1);
});

test('redelivered: the same event, marked, with a fresh minute for its token', async () => {
  const { emulator, clock, a, bodies } = start({ redelivery: true }, [503, 'hang']);
  expect(await a.say('一')).toBe(503);
  expect(await a.say('二')).toBeNull();
  expect(emulator.webhooks.undelivered()).toBe(2);
  clock.now += 5 * 60_000;
  expect(await emulator.webhooks.redeliver()).toBe(2);
  expect(emulator.webhooks.undelivered()).toBe(0);
  const [first, , again] = bodies.flat();
  expect(again).toEqual({ ...first, deliveryContext: { isRedelivery: true } });

  const reply = (replyToken: unknown) =>
    emulator.app.request('/v2/bot/message/reply', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ replyToken, messages: [{ type: 'text', text: 'はい' }] }),
    });
  clock.now += 59_000;
  expect((await reply(again?.replyToken)).status).toBe(200);
  expect((await reply(again?.replyToken)).status).toBe(400);
});

test('redelivers by itself until it is taken, when asked to', async () => {
  const { emulator, a, bodies } = start({ redelivery: true, redeliverAfterMs: 1 }, [500, 503, 'hang']);
  await a.say('一');
  await expect.poll(() => bodies).toHaveLength(4);
  expect(new Set(bodies.flat().map(({ webhookEventId }) => webhookEventId)).size).toBe(1);
  emulator.close();
});

test('a token is not renewed more than 20 minutes after its event', async () => {
  const { emulator, clock, a } = start({ redelivery: true }, [500]);
  await a.say('一');
  clock.now += 20 * 60_000 + 1;
  await emulator.webhooks.redeliver();
  const [given] = emulator.platform.tokens.values();
  expect(given && clock.now - given.from).toBeGreaterThan(60_000);
});

test('lost, late, duplicate, reordered, merged, split; lost answers come again', async () => {
  const { emulator, a, bodies } = start({ redelivery: true });
  const { faults, webhooks } = emulator;
  const turn = async (...texts: string[]) => {
    for (const text of texts) await a.say(text);
    return words(bodies.splice(0));
  };
  faults.push({ on: 'webhook', kind: 'lost' });
  expect(await turn('一')).toEqual([]);
  await webhooks.redeliver();
  expect(await turn()).toEqual([['一']]);

  faults.push({ on: 'webhook', kind: 'late' });
  expect(await turn('二', '三')).toEqual([['三']]);
  await webhooks.release();
  expect(await turn()).toEqual([['二']]);

  faults.push({ on: 'webhook', kind: 'duplicate' });
  expect(await turn('四')).toEqual([['四'], ['四']]);

  faults.push({ on: 'webhook', kind: 'reorder' });
  expect(await turn('五', '六')).toEqual([['六'], ['五']]);

  faults.push({ on: 'webhook', kind: 'merge', times: 2 });
  expect(await turn('七', '八', '九')).toEqual([['七', '八', '九']]);

  faults.push({ on: 'webhook', kind: 'split' });
  await a.sayAtOnce('十', '百');
  expect(await turn()).toEqual([['十'], ['百']]);

  faults.push({ on: 'webhook', kind: 'answer-lost' });
  expect(await turn('千')).toEqual([['千']]);
  await webhooks.redeliver();
  expect(await turn()).toEqual([['千']]);
});

test('chance repeats with its seed', async () => {
  const run = async (seed: number) => {
    const { emulator, a, bodies } = start({ random: seeded(seed) });
    emulator.faults.push({ on: 'webhook', kind: 'lost', chance: 0.5, times: 100 });
    for (let index = 0; index < 20; index++) await a.say(String(index));
    return words(bodies).flat();
  };
  expect(await run(3)).toEqual(await run(3));
  expect((await run(3)).length).toBeGreaterThan(2);
  expect((await run(3)).length).toBeLessThan(18);
  expect(await run(3)).not.toEqual(await run(4));
});

test('a resident taps what shows', async () => {
  const { emulator, a, bodies } = start();
  const push = (messages: unknown[]) =>
    emulator.app.request('/v2/bot/message/push', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to: a.userId, messages }),
    });
  const choice = { type: 'postback', label: 'はい', data: 'yes', displayText: 'はい' };
  await push([{ type: 'text', text: '？', quickReply: { items: [{ type: 'action', action: choice }] } }]);
  expect(a.choices()).toEqual(['はい']);
  await a.tap('はい');
  expect(bodies.at(-1)?.[0]).toMatchObject({
    type: 'postback',
    postback: { data: 'yes' },
    replyToken: expect.any(String),
  });
  expect(a.messages().at(-1)?.message).toEqual({ type: 'text', text: 'はい' });
  expect(a.choices()).toEqual([]);
  expect(() => a.tap('はい')).toThrow('はい');
  await a.block();
  await expect(a.say('届かない')).rejects.toThrow();
});

test('waiting for words ends with them, or says what was there', async () => {
  const { emulator, a } = start();
  const heard = a.waitFor((all) => all.find((text) => text === '二'));
  for (const text of ['一', '二'])
    await emulator.app.request('/v2/bot/message/push', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to: a.userId, messages: [{ type: 'text', text }] }),
    });
  expect(await heard).toBe('二');
  await expect(a.waitFor((all) => all.includes('三'), 20)).rejects.toThrow('["一","二"]');
});
