import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Handled, Target } from '../../src/handle/handle.ts';
import { createLineClient } from '../../src/line/client.ts';
import { receiveWebhook, webhookRoutes } from '../../src/line/webhook.ts';
import { type Served, secret, serveEmulator, token } from '../emulator/serve.ts';

let served: Served;
let applied: { target: Target; kind: string }[];
let logged: string;
let outcome: (kind: string) => Handled;

/** The webhook with a `handle` that keeps what it is given, and an emulator as LINE on both sides. */
beforeEach(async () => {
  applied = [];
  logged = '';
  outcome = () => ({ ok: true, conversationId: 'c', repeated: false });
  const deliver = (_: string, init: RequestInit) => Promise.resolve(app.request('/', init));
  served = await serveEmulator({ deliver, redelivery: true });
  const line = createLineClient({ token, baseUrl: served.url, timeoutMs: 5_000 });
  const receive = receiveWebhook({
    channelSecret: secret,
    now: () => served.clock.now,
    leave: line.leave,
    log: (entry) => {
      logged += JSON.stringify(entry);
    },
    handle: async (target, event) => {
      const handled = outcome(event.kind);
      if (handled.ok) applied.push({ target, kind: event.kind });
      return handled;
    },
  });
  const app = webhookRoutes(receive);
});
afterEach(() => served.stop());

const user = { type: 'user', userId: `U${'1'.repeat(32)}` };
const event = (more: object) => ({
  type: 'message',
  mode: 'active',
  timestamp: 1,
  source: user,
  webhookEventId: '01H',
  deliveryContext: { isRedelivery: false },
  message: { type: 'text', id: '1', text: '秘密の言葉' },
  ...more,
});
const post = (body: string | { events: unknown[] }, how?: { signature?: string | null }) =>
  served.emulator.webhooks.post(body, how);

test("LINE's Verify button and events of several residents are taken", async () => {
  expect(await post({ events: [] })).toBe(200);
  const other = { type: 'user', userId: `U${'2'.repeat(32)}` };
  expect(await post({ events: [event({}), event({ source: other, type: 'follow' })] })).toBe(200);
  expect(applied).toMatchObject([
    { target: { channel: served.emulator.platform.account.userId, userId: user.userId }, kind: 'text' },
    { target: { userId: other.userId }, kind: 'follow' },
  ]);
});

test('unsigned, wrongly signed, oversized and unreadable bodies are refused and applied to nobody', async () => {
  const body = { events: [event({})] };
  expect(await post(body, { signature: null })).toBe(401);
  expect(await post(body, { signature: 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=' })).toBe(401);
  for (const text of ['', '{', 'null', '[]', '"x"', '{}', '{"events":1}']) expect(await post(text)).toBe(400);
  expect(await post(`{"events":[],"x":"${'x'.repeat(2 * 1024 * 1024)}"}`)).toBe(413);
  expect(applied).toEqual([]);
});

test('unknown types, missing sources and standby are 200 and make no call', async () => {
  const events = [
    event({ type: 'somethingNew' }),
    event({ source: undefined }),
    event({ source: { type: 'user' } }),
    event({ source: { type: 'planet', planetId: 'P' } }),
    event({ mode: 'standby' }),
    null,
  ];
  expect(await post({ events })).toBe(200);
  expect(applied).toEqual([]);
  expect(served.emulator.calls).toEqual([]);
});

test('a group is left once, in silence', async () => {
  const group = { type: 'group', groupId: `C${'1'.repeat(32)}`, userId: user.userId };
  expect(await post({ events: [event({ type: 'join', source: group }), event({ source: group })] })).toBe(
    200,
  );
  await served.emulator.waitForCall(({ status }) => status !== null);
  expect(served.emulator.calls.map(({ path }) => path)).toEqual([`/v2/bot/group/${group.groupId}/leave`]);
  expect(applied).toEqual([]);
});

test('what a group goes on saying, or LINE brings again, asks for no second leave; being invited again later does', async () => {
  const group = { type: 'group', groupId: `C${'1'.repeat(32)}`, userId: user.userId };
  const left = () => logged.split('"left"').length - 1;
  const join = { events: [event({ type: 'join', source: group })] };
  expect(await post(join)).toBe(200);
  expect(await post(join)).toBe(200);
  expect(await post({ events: [event({ source: group })] })).toBe(200);
  expect(left()).toBe(1);
  served.clock.now += 60_001;
  expect(await post(join)).toBe(200);
  expect(left()).toBe(2);
});

test('when one event cannot be kept the others are, and LINE brings the body again', async () => {
  const a = served.emulator.resident('A');
  outcome = (kind) =>
    kind === 'media' ? { ok: false, why: 'unavailable' } : { ok: true, conversationId: 'c', repeated: false };
  expect(await a.say('一')).toBe(200);
  expect(await a.sendSticker()).toBe(503);
  outcome = () => {
    throw new Error('秘密の言葉');
  };
  expect(await a.say('二')).toBe(503);
  outcome = () => ({ ok: true, conversationId: 'c', repeated: false });
  expect(await served.emulator.webhooks.redeliver()).toBe(2);
  expect(applied.map(({ kind }) => kind)).toEqual(['text', 'media', 'text']);
});

test('neither user ids nor words reach the log', async () => {
  await post({ events: [event({}), event({ type: 'unsend', unsend: { messageId: '99887766' } })] });
  outcome = () => {
    throw new Error('秘密の言葉');
  };
  await post({ events: [event({})] });
  expect(logged).toContain('failed');
  for (const word of [user.userId, '秘密', '99887766', served.emulator.platform.account.userId])
    expect(logged).not.toContain(word);
});

const foreign = new URL('../../../shared/line/webhook-bodies.json', import.meta.url);

describe.skipIf(!existsSync(foreign))("bodies from the tests of LINE's own SDKs", () => {
  test('all get 200, and the only calls are leaves of groups and rooms', async () => {
    const bodies = Object.values(
      JSON.parse(readFileSync(foreign, 'utf8')) as Record<string, object[]>,
    ).flat();
    for (const body of bodies) expect(await post(JSON.stringify(body))).toBe(200);
    expect(applied.length).toBe(28);
    const places = new Set(JSON.stringify(bodies).match(/"(?:group|room)Id": ?"[^"]+"/gu));
    await served.emulator.waitForCall(
      () => served.emulator.calls.filter(({ status }) => status !== null).length >= places.size,
    );
    // Each place is left once, however much it goes on saying.
    const paths = served.emulator.calls.map(({ path }) => path);
    expect(paths).toHaveLength(places.size);
    expect(new Set(paths).size).toBe(paths.length);
    expect(
      served.emulator.calls.every(({ path }) => /^\/v2\/bot\/(?:group|room)\/[^/]+\/leave$/u.test(path)),
    ).toBe(true);
  });
});
