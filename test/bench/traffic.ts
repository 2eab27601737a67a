import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { ulid } from '../../src/emulator/ids.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';

/** A signed webhook body with one event, and the reply token that its answer will use. */
export type Webhook = { body: Buffer; signature: string; token: string };

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

/**
 * Webhooks of so many residents: everybody's first event, then everybody's second…, so that each has the answer
 * before the next event, as people do. The reply tokens are known to LINE.
 */
export function webhooksOf(line: Emulator, userIds: readonly string[]): Webhook[] {
  return doings.flatMap((doing) => userIds.map((userId) => webhookOf(line, userId, doing)));
}

export const newUserIds = (count: number): string[] =>
  Array.from({ length: count }, () => `U${randomBytes(16).toString('hex')}`);

function webhookOf(line: Emulator, userId: string, doing: object): Webhook {
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
  return {
    body,
    token,
    signature: createHmac('sha256', demoSecrets.channelSecret).update(body).digest('base64'),
  };
}

/** LINE's side of the wire: keeps its connections, as LINE does. Plain sockets, to leave the processor to what is measured. */
export function createClient(concurrency: number) {
  const idle = new Map<string, Socket[]>();

  const post = async (url: string, webhook: Webhook): Promise<number> => {
    const kept = idle.get(url) ?? [];
    idle.set(url, kept);
    const socket = kept.pop() ?? (await open(url));
    const status = await ask(socket, webhook);
    kept.push(socket);
    return status;
  };

  return {
    post,
    /** All of them, so many at a time; resolves with the time each took until its 200, ms. */
    async postAll(url: string, webhooks: readonly Webhook[]): Promise<number[]> {
      const times: number[] = [];
      let next = 0;
      const worker = async () => {
        for (let one = webhooks[next++]; one; one = webhooks[next++]) {
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
      for (const socket of [...idle.values()].flat()) socket.destroy();
    },
  };
}

export type Client = ReturnType<typeof createClient>;

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One request over a connection that has none under way; resolves with the status of its answer, read to its end. */
function ask(socket: Socket, { body, signature }: Webhook): Promise<number> {
  const head = `POST /line/webhook HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\nx-line-signature: ${signature}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    let answer = '';
    const done = (settle: () => void) => {
      socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close');
      settle();
    };
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const headEnds = answer.indexOf('\r\n\r\n');
      if (headEnds < 0) return;
      const length = /\r\ncontent-length: (\d+)/iu.exec(answer)?.[1];
      if (length === undefined) done(() => reject(new Error('an answer without a length')));
      else if (answer.length >= headEnds + 4 + Number(length))
        done(() => resolve(Number(answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))));
    });
    socket.on('error', (error) => done(() => reject(error)));
    socket.on('close', () => done(() => reject(new Error('closed without an answer'))));
    socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  });
}

/** The value below which `share` of the numbers lie. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
