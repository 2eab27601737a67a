import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ReceiveWebhook } from '../../src/line/webhook.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { type Listening, listen } from '../../src/node/serve.ts';
import { openTown, type Town } from '../support/town.ts';

const most = 2 * 1024 * 1024;
const sign = (body: string | Buffer) =>
  createHmac('sha256', demoSecrets.channelSecret).update(body).digest('base64');

/** A request as bytes, in the pieces it is written in. */
const request = (head: readonly string[], ...body: (string | Buffer)[]): Buffer[] => [
  Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
  ...body.map((piece) => Buffer.from(piece)),
];
const to = (url: string, method = 'POST') => [`${method} ${url} HTTP/1.1`, 'Host: soudan'];
const signed = (body: string | Buffer) => [
  ...to('/line/webhook'),
  `Content-Length: ${Buffer.byteLength(body)}`,
  `X-Line-Signature: ${sign(body)}`,
];
const inChunks = (...pieces: string[]) =>
  `${pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`;

/**
 * Writes the pieces one after the other; gives the first `count` answers as they came, or what came until the other side closed.
 * It is we who hang up: a server that closes before it has read everything takes back what it has answered.
 */
async function ask(port: number, pieces: readonly Buffer[], count = 1): Promise<string> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  let answer = '';
  const answered = new Promise<void>((resolve) => {
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
      if (whole(answer) === count) resolve();
    });
    socket.on('error', () => undefined).on('close', resolve);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await answered;
  socket.destroy();
  return answer;
}
/** How many whole answers stand in what came. */
function whole(came: string): number {
  const [, head, length] = /^([\s\S]*?\r\nContent-Length: (\d+)[\s\S]*?\r\n\r\n)/iu.exec(came) ?? [];
  if (head === undefined) return 0;
  const end = head.length + Number(length);
  return came.length < end ? 0 : 1 + whole(came.slice(end));
}
function read(answer: string) {
  const [head = '', text] = answer.split('\r\n\r\n');
  const [status = '', ...headers] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]),
    text,
    headers: headers.filter((line) => !line.startsWith('Date: ')).sort(),
  };
}

/** The whole service behind its own door, and beside it the same app without one. */
let town: Town;
let doors: { own: number; app: number };
let asked: number;
let beside: Listening[];
beforeAll(async () => {
  town = await openTown('2026-11-24T10:00');
  const { app, webhook } = town.running.service;
  const fetch = (request: Request) => {
    asked += 1;
    return app.fetch(request);
  };
  beside = [
    await listen(fetch, { port: 0, host: '127.0.0.1', webhook }),
    await listen((request) => app.fetch(request), { port: 0, host: '127.0.0.1' }),
  ];
  const [own, plain] = beside;
  doors = { own: own?.port ?? 0, app: plain?.port ?? 0 };
});
afterAll(async () => {
  for (const one of beside) await one.close(0);
  await town.stop();
});

const event = {
  type: 'message',
  source: { type: 'user', userId: `U${'1'.repeat(32)}` },
  message: { type: 'text', id: '1', text: 'こんにちは' },
};
const bodyOf = (webhookEventId: string) =>
  JSON.stringify({ destination: 'U0', events: [{ ...event, webhookEventId }] });
const good = bodyOf('good');
const [before = '', after = ''] = bodyOf('spoilt').split('こんにちは');
const spoilt = Buffer.concat([Buffer.from(before), Buffer.from([0xe3, 0xff]), Buffer.from(after)]);
const long = (bytes: number) => good.replace('{', `{${' '.repeat(bytes - Buffer.byteLength(good))}`);
const half = Math.floor(good.length / 2);
const begin = good.slice(0, half);
const rest = good.slice(half);
const without = (name: string) => signed(good).filter((line) => !line.startsWith(name));
const chunked = [...without('Content-Length'), 'Transfer-Encoding: chunked'];

const answers = {
  200: 'ok',
  400: 'not a webhook body',
  401: 'bad signature',
  404: 'not found',
  413: 'too large',
};

describe.each<['door' | 'app', [string, keyof typeof answers, Buffer[]][]]>([
  [
    'door',
    [
      ['a webhook of LINE', 200, request(signed(good), good)],
      ['one that comes in pieces', 200, request(signed(good), begin, rest)],
      [
        'a header in small letters',
        200,
        request([...without('X-'), `x-line-signature: ${sign(good)}`], good),
      ],
      ['a byte order mark before it', 200, request(signed(`\ufeff${good}`), `\ufeff${good}`)],
      ['text that is no UTF-8', 200, request(signed(spoilt), spoilt)],
      ["LINE's Verify button", 200, request(signed('{"events":[]}'), '{"events":[]}')],
      ['the longest', 200, request(signed(long(most)), long(most))],
      ['a signature of another body', 401, request(signed(good), good.replace('ち', 'し'))],
      ['a signature that is none', 401, request([...without('X-'), 'X-Line-Signature: x'], good)],
      ['an empty signature', 401, request([...without('X-'), 'X-Line-Signature:'], good)],
      ['two signatures', 401, request([...signed(good), `X-Line-Signature: ${sign(good)}`], good)],
      ['nothing', 400, request(signed(''))],
      ['no JSON', 400, request(signed('{'), '{')],
      ['no webhook', 400, request(signed('[]'), '[]')],
    ],
  ],
  [
    'app',
    [
      ['one byte too many', 413, request(signed(long(most + 1)), long(most + 1))],
      ['no signature', 401, request(without('X-'), good)],
      ['nothing, of no length', 400, request([...to('/line/webhook'), `X-Line-Signature: ${sign('')}`])],
      ['chunks', 200, request(chunked, inChunks(begin, rest))],
      ['too many chunks', 413, request(chunked, inChunks(long(most), long(most)))],
      ['a query', 200, request([...to('/line/webhook?x'), ...signed(good).slice(2)], good)],
      ['another path', 404, request([...to('/line'), ...signed(good).slice(2)], good)],
      ['another method', 404, request(to('/line/webhook', 'GET'))],
    ],
  ],
])('the %s answers', (by, table) => {
  test.each(table)('%s, and it is what the app says', async (_, status, pieces) => {
    asked = 0;
    const answer = read(await ask(doors.own, pieces));
    expect(answer).toMatchObject({ status, text: answers[status] });
    expect(asked).toBe(by === 'app' ? 1 : 0);
    expect(answer).toEqual(read(await ask(doors.app, pieces)));
  });
});

const foreign = new URL('../../../shared/line/webhook-bodies.json', import.meta.url);

test.skipIf(!existsSync(foreign))(
  "the door answers the bodies from the tests of LINE's own SDKs, and it is what the app says",
  async () => {
    const bodies = Object.values(
      JSON.parse(readFileSync(foreign, 'utf8')) as Record<string, object[]>,
    ).flat();
    asked = 0;
    for (const body of bodies) {
      const text = JSON.stringify(body);
      const answer = read(await ask(doors.own, request(signed(text), text)));
      expect(answer).toMatchObject({ status: 200, text: 'ok' });
      expect(answer).toEqual(read(await ask(doors.app, request(signed(text), text))));
    }
    expect(asked).toBe(0);
  },
);

test('what came through either is kept once', async () => {
  const { store } = town.running;
  const rows = await store.read(store.sql.selectFrom('event').select('id').compile());
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(['good', 'spoilt']));
});

describe('with an intake of its own', () => {
  let listening: Listening;
  afterEach(() => listening.close(0));

  /** The app must not be asked. */
  const open = async (webhook: ReceiveWebhook) => {
    listening = await listen(() => new Response('the app', { status: 500 }), {
      port: 0,
      host: '127.0.0.1',
      webhook,
    });
  };

  test('a bug is an error without words, as in the app', async () => {
    await open(() => Promise.reject(new Error('秘密')));
    expect(read(await ask(listening.port, request(signed(good), good)))).toMatchObject({
      status: 500,
      text: 'error',
    });
  });

  test('a connection carries one after the other, and answers keep their order', async () => {
    const bodies: string[] = [];
    await open(async (body) => {
      bodies.push(Buffer.from(body).toString());
      return { status: 200, text: `${bodies.length}` };
    });
    const one = request(signed(good), good);
    const answer = await ask(listening.port, [...one, Buffer.concat([...one, ...one])], 3);
    expect(answer.match(/^\d$|\d(?=HTTP)/gmu)).toEqual(['1', '2', '3']);
    expect(bodies).toEqual([good, good, good]);
  });

  test('who hangs up in the middle has sent nothing; who hangs up after it is taken, and the door stays open', async () => {
    const taken: string[] = [];
    const answer = Promise.withResolvers<{ status: 200; text: string }>();
    await open((body) => {
      taken.push(Buffer.from(body).toString());
      return taken.length === 1 ? answer.promise : Promise.resolve({ status: 200, text: 'ok' });
    });
    const middle = connect(listening.port, '127.0.0.1');
    for (const piece of request(signed(good), good.slice(0, half))) middle.write(piece);
    await once(middle, 'ready');
    middle.resetAndDestroy();
    const after = connect(listening.port, '127.0.0.1');
    for (const piece of request(signed(good), good)) after.write(piece);
    await expect.poll(() => taken).toEqual([good]);
    after.resetAndDestroy();
    await once(after, 'close');
    answer.resolve({ status: 200, text: 'ok' });
    expect(read(await ask(listening.port, request(signed(good), good)))).toMatchObject({
      status: 200,
      text: 'ok',
    });
    expect(taken).toEqual([good, good]);
  });

  test('who is being answered when the door closes gets the answer', async () => {
    const answer = Promise.withResolvers<{ status: 200; text: string }>();
    const began = Promise.withResolvers<void>();
    await open(() => {
      began.resolve();
      return answer.promise;
    });
    const asking = ask(listening.port, request(signed(good), good));
    await began.promise;
    const closed = listening.close(5_000);
    answer.resolve({ status: 200, text: 'ok' });
    expect(read(await asking)).toMatchObject({ status: 200, text: 'ok' });
    await closed;
  });
});
