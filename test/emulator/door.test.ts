import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { threadPost } from '../../src/node/post.ts';
import { createDoor } from '../bench/door.ts';
import { secret, seeded, token } from './serve.ts';

let emulator: Emulator;
let others: Server;
let door: NetServer;
const sockets = new Set<Socket>();
let taken: number;
let port: number;

beforeEach(async () => {
  emulator = createEmulator({
    channelSecret: secret,
    channelAccessToken: token,
    webhookUrl: '',
    now: () => 0,
    random: seeded(1),
    deliver: fetch,
  });
  for (const name of ['a', 'b', 'c', 'd'])
    emulator.platform.tokens.set(name, { userId: 'U', eventAt: 0, from: 0, used: false });
  taken = 0;
  others = createServer(getRequestListener(emulator.app.fetch));
  door = createDoor((call) => {
    const answer = emulator.take(call);
    if (answer) taken += 1;
    return answer;
  }, others);
  door.on('connection', (socket: Socket) => sockets.add(socket));
  await once(door.listen(0, '127.0.0.1'), 'listening');
  ({ port } = door.address() as AddressInfo);
});

afterEach(async () => {
  emulator.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => door.close(resolve));
});

const text = (words: string) => ({ type: 'text', text: words });
const replyOf = (replyToken: string, ...messages: object[]) => JSON.stringify({ replyToken, messages });
const pushOf = (to: string, ...messages: object[]) => JSON.stringify({ to, messages });
const json = { 'content-type': 'application/json', authorization: `Bearer ${token}` };

const send = threadPost();

/** As the service sends. */
async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const answer = await send(new URL(`http://127.0.0.1:${port}${path}`), { ...json, ...headers }, body);
  return { ...answer, body: JSON.parse(answer.body) as Record<string, unknown> };
}
const reply = (body: string, headers = {}) => post('/v2/bot/message/reply', body, headers);
const push = (body: string, headers = {}) => post('/v2/bot/message/push', body, headers);

test('what the service sends is taken at the door, and answered as the API answers', async () => {
  const answer = await reply(replyOf('a', text('はい'), text('二')));
  expect(answer).toMatchObject({ status: 200, body: { sentMessages: [{}, {}] } });
  expect(answer.header('x-line-request-id')).toMatch(/^[\da-f-]{36}$/u);
  expect(taken).toBe(1);
  expect(emulator.calls).toMatchObject([
    {
      path: '/v2/bot/message/reply',
      status: 200,
      body: { replyToken: 'a', messages: [text('はい'), text('二')] },
    },
  ]);
});

test('the same words to somebody else, and other words as long, are each what they are', async () => {
  for (const [name, words] of [
    ['a', 'はい'],
    ['b', 'はい'],
    ['c', '人は'],
    ['d', 'はい'],
  ] as const)
    expect((await reply(replyOf(name, text(words)))).status).toBe(200);
  expect(taken).toBe(4);
  expect(emulator.calls.map(({ body }) => body)).toEqual([
    { replyToken: 'a', messages: [text('はい')] },
    { replyToken: 'b', messages: [text('はい')] },
    { replyToken: 'c', messages: [text('人は')] },
    { replyToken: 'd', messages: [text('はい')] },
  ]);
  expect(emulator.calls.map(({ size }) => size)).toEqual(Array(4).fill(replyOf('a', text('はい')).length));
});

test('what LINE refuses is refused', async () => {
  const { userId } = emulator.resident('A');
  const key = { 'x-line-retry-key': '11111111-2222-4333-8444-555555555555' };
  const answers = [
    await reply(replyOf('a', text('x')), { authorization: 'Bearer wrong' }),
    await reply(replyOf('nobody', text('x'))),
    await reply(replyOf('a', text('x'.repeat(5_001)))),
    await reply(replyOf('a', text('x')), key),
    await reply('{"replyToken":"a","messages":[{"type":"text"'),
    await reply(replyOf('a', text('x'.repeat(2 * 1024 * 1024)))),
    await push(pushOf(userId, text('x')), key),
    await push(pushOf(userId, text('x')), key),
    await post('/v2/bot/message/unheard', '{}'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 400, 400, 400, 400, 413, 200, 409, 404]);
  expect(answers[7]?.header('x-line-accepted-request-id')).toBe(answers[6]?.header('x-line-request-id'));
  emulator.faults.push({ on: 'push', kind: 'rate' });
  expect((await push(pushOf(userId, text('x')))).status).toBe(429);
});

test('a call in pieces, another kind of call and one after it on one connection are all answered', async () => {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  socket.on('data', (chunk: string) => {
    heard += chunk;
  });
  const statuses = async (count: number) => {
    const found = () => heard.match(/HTTP\/1\.1 \d+/gu) ?? [];
    while (found().length < count) await once(socket, 'data');
    return found().map((line) => Number(line.slice(-3)));
  };
  const call = (name: string) => {
    const body = Buffer.from(replyOf(name, text('はい')));
    const head = `POST /v2/bot/message/reply HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  };
  await once(socket, 'connect');
  const first = call('a');
  socket.write(first.subarray(0, -20));
  while (![...sockets].some(({ bytesRead }) => bytesRead === first.length - 20))
    await new Promise(setImmediate);
  socket.write(first.subarray(-20));
  expect(await statuses(1)).toEqual([200]);
  expect(taken).toBe(1);
  socket.write(`GET /v2/bot/info HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  expect(await statuses(2)).toEqual([200, 200]);
  socket.write(call('b'));
  expect(await statuses(3)).toEqual([200, 200, 200]);
  expect(taken).toBe(1);
  socket.destroy();
});
