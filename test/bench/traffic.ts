import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { ulid } from '../../src/emulator/ids.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';

/**
 * A signed webhook with one event as it goes over the wire, the reply token that its answer will use, and the one of the resident's event
 * before.
 */
export type Webhook = { wire: Buffer; token: string; after: string | undefined };

/**
 * What a resident does, one after the other: everything here is answered at once. Free text is left out because it waits
 * two seconds for more bubbles (a turn), and would measure that pause; the words that do stand here run through the whole
 * of risk detection like any others, and the one of danger brings safety message, hand-off and queue.
 */
const doings: readonly object[] = [
  { type: 'follow', follow: { isUnblocked: false } },
  text('仕事'),
  { type: 'postback', postback: { data: 'category|money-housing' } },
  { type: 'message', message: { type: 'sticker', packageId: '446', stickerId: '1988' } },
  { type: 'postback', postback: { data: 'category|health' } },
  text('はじめから'),
  text('もう限界です。死にたいです'),
  text('人と話したい'),
];

/** So many events each resident sends. */
export const doingsEach = doings.length;

function text(words: string) {
  return { type: 'message', message: { type: 'text', text: words } };
}

/** Webhooks of so many residents: everybody's first event, then everybody's second…. The reply tokens are known to LINE. */
export function webhooksOf(line: Emulator, userIds: readonly string[]): Webhook[] {
  const before = new Map<string, string>();
  return doings.flatMap((doing) =>
    userIds.map((userId) => {
      const webhook = webhookOf(line, userId, doing, before.get(userId));
      before.set(userId, webhook.token);
      return webhook;
    }),
  );
}

export const newUserIds = (count: number): string[] =>
  Array.from({ length: count }, () => `U${randomBytes(16).toString('hex')}`);

function webhookOf(line: Emulator, userId: string, doing: object, after: string | undefined): Webhook {
  const at = Date.now();
  const token = randomBytes(16).toString('hex');
  // A token's minute begins when its webhook goes out; these lie ready before the round begins.
  line.platform.tokens.set(token, { userId, eventAt: at, from: at + 600_000, used: false });
  const message =
    'message' in doing
      ? { message: { id: `5${Date.now()}${Math.random()}`, ...(doing.message as object) } }
      : {};
  const event = {
    mode: 'active',
    timestamp: at,
    source: { type: 'user', userId },
    webhookEventId: ulid(at, Math.random),
    deliveryContext: { isRedelivery: false },
    replyToken: token,
    ...doing,
    ...message,
  };
  const body = Buffer.from(JSON.stringify({ destination: line.platform.account.userId, events: [event] }));
  const signature = createHmac('sha256', demoSecrets.channelSecret).update(body).digest('base64');
  const head = `POST /line/webhook HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\nx-line-signature: ${signature}\r\n\r\n`;
  return { token, after, wire: Buffer.concat([Buffer.from(head, 'latin1'), body]) };
}

/** LINE's side of the wire: keeps its connections, as LINE does. Plain sockets, to leave the processor to what is measured. */
export function createClient(concurrency: number) {
  const idle = new Map<string, Connection[]>();

  const post = async (url: string, webhook: Webhook): Promise<number> => {
    const kept = idle.get(url) ?? [];
    idle.set(url, kept);
    const connection = kept.pop() ?? (await open(url));
    const status = await connection.ask(webhook.wire);
    kept.push(connection);
    return status;
  };

  return {
    post,
    /**
     * All of them, so many at a time; resolves with the time each took until its 200, ms. People go on when they have their answer:
     * `answered` waits for it, and is nearly always there already.
     */
    async postAll(
      url: string,
      webhooks: readonly Webhook[],
      answered?: (token: string) => Promise<unknown> | undefined,
    ): Promise<number[]> {
      const times: number[] = [];
      let next = 0;
      const worker = async () => {
        for (let one = webhooks[next++]; one; one = webhooks[next++]) {
          const wait = one.after === undefined ? undefined : answered?.(one.after);
          if (wait) await wait;
          const began = performance.now();
          const status = await post(url, one);
          if (status !== 200) throw new Error(`the webhook answered ${status}`);
          times.push(performance.now() - began);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      return times;
    },
    close: () => {
      for (const connection of [...idle.values()].flat()) connection.close();
    },
  };
}

export type Client = ReturnType<typeof createClient>;

/** A connection that takes one request at a time. */
type Connection = {
  /** Resolves with the status of the answer, read to its end. */
  ask(request: Buffer): Promise<number>;
  close(): void;
};

async function open(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let asked: PromiseWithResolvers<number> | undefined;
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    answer += chunk;
    const headEnds = answer.indexOf('\r\n\r\n');
    if (headEnds < 0) return;
    const length = /\r\ncontent-length: (\d+)/iu.exec(answer)?.[1];
    if (length === undefined) asked?.reject(new Error('an answer without a length'));
    else if (answer.length >= headEnds + 4 + Number(length)) {
      const status = Number(answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
      answer = '';
      asked?.resolve(status);
    }
  });
  socket.on('error', (error) => asked?.reject(error));
  socket.on('close', () => asked?.reject(new Error('closed without an answer')));
  return {
    ask: (request) => {
      asked = Promise.withResolvers();
      socket.write(request);
      return asked.promise;
    },
    close: () => socket.destroy(),
  };
}

/** The value below which `share` of the numbers lie. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
