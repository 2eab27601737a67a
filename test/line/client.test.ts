import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { messagingApi } from '@line/bot-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApiFault } from '../../src/emulator/faults.ts';
import { createLineClient, type LineClient } from '../../src/line/client.ts';
import { failureOf } from '../../src/line/failure.ts';
import { fetchPost, type Post } from '../../src/line/post.ts';
import { threadPost } from '../../src/node/post.ts';
import { type Served, serveEmulator, token } from '../emulator/serve.ts';

let served: Served;
afterEach(() => served?.stop());

/** One for all: it holds nothing of those who asked. */
const thread = threadPost();
const textOf = (text: string) => JSON.stringify({ type: 'text', text });
const hello = [textOf('こんにちは')];
const retryKey = '123e4567-e89b-12d3-a456-426614174000';

async function start(
  options: Parameters<typeof serveEmulator>[0] = {},
  timeoutMs = 5_000,
  post: Post = thread,
): Promise<LineClient> {
  served = await serveEmulator(options);
  return createLineClient({ token, baseUrl: served.url, timeoutMs, post });
}

/** Makes a resident write, and gives the reply token LINE sent with it. */
async function tokenOf(name: string): Promise<string> {
  const known = new Set(served.emulator.platform.tokens.keys());
  await served.emulator.resident(name).say('あの');
  const [fresh] = [...served.emulator.platform.tokens.keys()].filter((one) => !known.has(one));
  return fresh ?? '';
}

const push = (to: string) => ({ via: 'push' as const, to, retryKey, messages: hello });

test('a reply arrives once; the spent token sends the delivery to push', async () => {
  const { send } = await start();
  const reply = { via: 'reply' as const, token: await tokenOf('A'), messages: hello };
  expect(await send(reply)).toEqual({ ok: true, requestId: expect.any(String) });
  expect(await send(reply)).toEqual({ ok: false, reason: 'invalid-token', certain: true, retry: 'push' });
  expect(served.emulator.resident('A').heard()).toEqual(['こんにちは']);
});

test('a token is late after a minute', async () => {
  const { send } = await start();
  const late = await tokenOf('A');
  served.clock.now += 60_001;
  expect(await send({ via: 'reply', token: late, messages: hello })).toMatchObject({ retry: 'push' });
});

test('the same push again is a duplicate, which is success', async () => {
  const { send } = await start();
  const a = served.emulator.resident('A');
  const first = await send(push(a.userId));
  expect(first).toEqual({ ok: true, requestId: expect.any(String) });
  expect(await send(push(a.userId))).toEqual({ ...first, duplicate: true });
  expect(a.heard()).toEqual(['こんにちは']);
});

describe.each([
  ['fetch', fetchPost],
  ['a thread', thread],
])('over %s', (_, post) => {
  test.each<[ApiFault, object, object]>([
    [
      'error-before',
      { reason: 'http-500', certain: false, retry: 'no' },
      { reason: 'http-500', certain: false, retry: 'later' },
    ],
    [
      'error-after',
      { reason: 'http-500', certain: false, retry: 'no' },
      { reason: 'http-500', certain: false, retry: 'later' },
    ],
    [
      'silence-after',
      { reason: 'timeout', certain: false, retry: 'no' },
      { reason: 'timeout', certain: false, retry: 'later' },
    ],
    [
      'rate',
      { reason: 'rate', certain: true, retry: 'later', after: 2_000 },
      { reason: 'rate', certain: true, retry: 'later', after: 2_000 },
    ],
    [
      'user-rate',
      { reason: 'user-rate', certain: true, retry: 'later', after: 60_000 },
      { reason: 'user-rate', certain: true, retry: 'later', after: 60_000 },
    ],
    [
      'quota',
      { reason: 'quota', certain: true, retry: 'later', after: 1_800_000 },
      { reason: 'quota', certain: true, retry: 'later', after: 1_800_000 },
    ],
  ])('%s means one thing for a reply and another for a push', async (kind, onReply, onPush) => {
    // Its first request waits for the thread to begin, which takes long on a busy machine.
    const { send } = await start({}, kind.startsWith('silence') ? 300 : 5_000, post);
    served.emulator.faults.push({ on: 'any', kind, times: 2 });
    expect(await send({ via: 'reply', token: await tokenOf('A'), messages: hello })).toEqual({
      ok: false,
      ...onReply,
    });
    expect(await send(push(served.emulator.resident('B').userId))).toEqual({ ok: false, ...onPush });
  });

  test('a request is, for LINE, the one of the official SDK', async () => {
    const { send } = await start({}, 5_000, post);
    const { calls } = served.emulator.platform;
    const sdk = new messagingApi.MessagingApiClient({ channelAccessToken: token, baseURL: served.url });
    const messages = hello.map((message) => JSON.parse(message) as messagingApi.Message);
    const { userId } = served.emulator.resident('A');
    const replyToken = await tokenOf('A');
    await sdk.replyMessage({ replyToken, messages }).catch(() => undefined);
    await send({ via: 'reply', token: replyToken, messages: hello });
    await sdk.pushMessage({ to: userId, messages }, retryKey);
    await send(push(userId));
    const sent = calls.map(({ method, path, body, headers }) => ({
      method,
      path,
      body,
      headers: ['authorization', 'content-type', 'x-line-retry-key'].map((name) => headers[name]),
    }));
    expect(sent[1]).toEqual(sent[0]);
    expect(sent[3]).toEqual(sent[2]);
    expect(sent).toHaveLength(4);
  });

  test('nobody listening is certain', async () => {
    const gone = await serveEmulator();
    await gone.stop();
    const nobody = createLineClient({ token, baseUrl: gone.url, timeoutMs: 5_000, post });
    expect(await nobody.send(push(`U${'0'.repeat(32)}`))).toEqual({
      ok: false,
      reason: 'network',
      certain: true,
      retry: 'later',
    });
  });

  test("a proxy that answers in LINE's place, and a line cut in the middle, say nothing for certain", async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{',
    ];
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answers.shift() ?? ''));
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const line = createLineClient({ token, baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 5_000, post });
    const to = push(`U${'0'.repeat(32)}`);
    expect(await line.send(to)).toMatchObject({ reason: 'garbled', certain: false, retry: 'later' });
    expect(await line.send(to)).toMatchObject({ reason: 'network', certain: false, retry: 'later' });
    proxy.close();
  });
});

/** Listens in a thread that never takes a connection, with a queue that is full: whoever connects now waits for ever. */
async function openDeaf() {
  const listening = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:worker_threads').parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const thread = new Worker(listening, { eval: true });
  const [port] = (await once(thread, 'message')) as [number];
  const queue: Socket[] = [];
  do {
    queue.push(connect(port, '127.0.0.1').on('error', () => undefined));
    // The kernel connects within the call, if at all; when we hear of it depends on how busy this process is.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setImmediate(resolve));
  } while (!queue.at(-1)?.connecting);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      for (const socket of queue) socket.destroy();
      await thread.terminate();
    },
  };
}

test('LINE that cannot be reached has certainly seen nothing, so that a reply is tried again', async () => {
  const deaf = await openDeaf();
  const post = threadPost({ connectMs: 500 });
  const line = createLineClient({ token, baseUrl: deaf.url, timeoutMs: 10_000, post });
  expect(await line.send({ via: 'reply', token: 'token', messages: hello })).toEqual({
    ok: false,
    reason: 'network',
    certain: true,
    retry: 'later',
  });
  await deaf.stop();
});

test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'])(
  'a certificate that is not trusted (%s) is certain: nothing was sent',
  (code) => {
    const cause = Object.assign(new Error('tls'), { code });
    expect(failureOf(new Error('no answer', { cause }))).toMatchObject({ reason: 'network', certain: true });
  },
);

test('a base with an IPv6 address and a path of its own is asked there', async () => {
  const asked: string[] = [];
  const proxy = createHttp((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '::1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const line = createLineClient({
    token,
    baseUrl: `http://[::1]:${port}/line/`,
    timeoutMs: 5_000,
    post: thread,
  });
  expect(await line.send(push(`U${'0'.repeat(32)}`))).toMatchObject({ ok: true });
  expect(asked).toEqual(['POST /line/v2/bot/message/push']);
  proxy.closeAllConnections();
  proxy.close();
});

test('409 is success for a push, with the id of what was accepted where LINE names it, and proves nothing for a reply', async () => {
  const named = { 'x-line-accepted-request-id': 'accepted' };
  const answers = [named, {}, {}];
  const server = createHttp((_, response) => {
    response.writeHead(409, answers.shift()).end('{"message":"The retry key is already accepted"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const line = createLineClient({
    token,
    baseUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 5_000,
    post: thread,
  });
  const to = push(`U${'0'.repeat(32)}`);
  expect(await line.send(to)).toEqual({ ok: true, duplicate: true, requestId: 'accepted' });
  expect(await line.send(to)).toEqual({ ok: true, duplicate: true });
  expect(await line.send({ via: 'reply', token: 'token', messages: hello })).toEqual({
    ok: false,
    reason: 'http-409',
    certain: false,
    retry: 'no',
  });
  server.closeAllConnections();
  server.close();
});

test('an answer without an end is not read to the end', async () => {
  let wrote = 0;
  const endless = createServer((socket) => {
    socket.on('error', () => undefined);
    const pour = () => {
      while (!socket.destroyed && socket.write('x'.repeat(16_384))) wrote += 16_384;
    };
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n');
      socket.on('drain', pour);
      pour();
    });
  }).listen(0, '127.0.0.1');
  await once(endless, 'listening');
  const { port } = endless.address() as AddressInfo;
  const line = createLineClient({
    token,
    baseUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 10_000,
    post: thread,
  });
  expect(await line.send(push(`U${'0'.repeat(32)}`))).toMatchObject({ reason: 'network', certain: false });
  endless.close();
  await once(endless, 'close');
  expect(wrote).toBeLessThan(16 * 1024 * 1024);
});

test('a push that may have been accepted is repeated under its key, and said once', async () => {
  const { send } = await start();
  const hasty = createLineClient({ token, baseUrl: served.url, timeoutMs: 300, post: thread });
  const a = served.emulator.resident('A');
  served.emulator.faults.push({ on: 'push', kind: 'silence-after' }, { on: 'push', kind: 'error-before' });
  expect(await hasty.send(push(a.userId))).toMatchObject({ reason: 'timeout', retry: 'later' });
  // It may be on its way still.
  await served.emulator.waitForCall(({ path }) => path.endsWith('/push'));
  expect(await send(push(a.userId))).toMatchObject({ reason: 'http-500', retry: 'later' });
  expect(await send(push(a.userId))).toMatchObject({ ok: true, duplicate: true });
  expect(a.heard()).toHaveLength(1);
});

test('what LINE refuses is not tried again', async () => {
  const { send } = await start();
  expect(await send({ ...push(served.emulator.resident('A').userId), messages: [] })).toEqual({
    ok: false,
    reason: 'http-400',
    certain: true,
    retry: 'no',
  });
  const stranger = createLineClient({ token: 'old', baseUrl: served.url, timeoutMs: 5_000 });
  expect(await stranger.send(push(`U${'0'.repeat(32)}`))).toMatchObject({
    reason: 'unauthorized',
    certain: true,
  });
});

test('a monthly quota used up is told from a rate', async () => {
  const { send, quota } = await start({ quota: 1 });
  const [a, b] = [served.emulator.resident('A'), served.emulator.resident('B')];
  await send(push(a.userId));
  expect(await quota()).toEqual({ ok: true, value: { limit: 1, used: 1 } });
  const other = { ...push(b.userId), retryKey: retryKey.replace('1', '2') };
  expect(await send(other)).toMatchObject({ ok: false, reason: 'quota' });
});

test('one who has blocked us gets nothing, and LINE says 200', async () => {
  const { send } = await start();
  const a = served.emulator.resident('A');
  await a.block();
  expect(await send(push(a.userId))).toMatchObject({ ok: true });
  expect(a.heard()).toEqual([]);
});

test('typing, read marks, leaving, pictures', async () => {
  const line = await start({ chatMode: 'chat' });
  const a = served.emulator.resident('A');
  expect(await line.showLoading(a.userId, 7)).toMatchObject({ ok: true });
  expect(a.isTyping()).toBe(true);
  served.clock.now += 10_000;
  expect(a.isTyping()).toBe(false);

  await a.say('読んで');
  const [readToken] = served.emulator.platform.readTokens.keys();
  expect(await line.markAsRead(readToken ?? '')).toMatchObject({ ok: true });
  expect(a.messages()[0]).toMatchObject({ read: true });
  expect(await line.markAsRead('wrong')).toMatchObject({ ok: false, reason: 'http-400' });

  expect(await line.leave({ kind: 'group', id: 'C1' })).toMatchObject({ ok: true });
  expect(await line.leave({ kind: 'room', id: 'R1' })).toMatchObject({ ok: true });
  expect(served.emulator.platform.left).toEqual(['C1', 'R1']);

  await a.sendMedia('image', { type: 'image/png', bytes: new Uint8Array([1, 2, 3]) });
  const id = a.messages().at(-1)?.id ?? '';
  expect(await line.content(id, 10)).toEqual({
    ok: true,
    value: { type: 'image/png', bytes: new Uint8Array([1, 2, 3]) },
  });
  expect(await line.content(id, 2)).toMatchObject({ ok: false, reason: 'too-large' });
  served.emulator.faults.push({ on: 'content', kind: 'preparing' });
  expect(await line.content(id, 10)).toMatchObject({ ok: true, value: {} });
  await a.unsend();
  expect(await line.content(id, 10)).toMatchObject({ ok: false, reason: 'http-410' });
});

test('no failure carries an id, a text or a token', async () => {
  const { send } = await start({}, 300);
  const { userId } = served.emulator.resident('A');
  const results = [];
  for (const kind of ['error-before', 'silence-after', 'rate', 'user-rate', 'quota'] as const) {
    served.emulator.faults.push({ on: 'any', kind });
    results.push(await send(push(userId)));
  }
  results.push(await send({ ...push(userId), messages: [textOf('秘密'.repeat(5_000))] }));
  const told = JSON.stringify(results);
  for (const secretWord of [userId, '秘密', 'こんにちは', retryKey, token])
    expect(told).not.toContain(secretWord);
});
