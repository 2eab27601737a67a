import type { IncomingMessage, ServerResponse } from 'node:http';
import { MOST_BYTES, type ReceiveWebhook } from '../line/webhook.ts';

/**
 * Answers a webhook as LINE sends it (signed, and saying how long it is) straight from Node's HTTP: there are many, and a `Request`,
 * a router and a `Response` for each cost more than reading it. False: it is none, nothing was done, and the app must answer,
 * which it does with the same words.
 */
export function webhookDoor(receive: ReceiveWebhook) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): boolean => {
    if (incoming.method !== 'POST' || incoming.url !== '/line/webhook') return false;
    const { 'content-length': length, 'x-line-signature': signature } = incoming.headers;
    // HTTP holds a body to the length it says; without one (in chunks) it would have to be counted.
    if (typeof signature !== 'string' || !(Number(length) <= MOST_BYTES)) return false;
    const answer = (status: number, text: string) =>
      outgoing.writeHead(status, { 'Content-Type': TEXT, 'Content-Length': text.length }).end(text);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    // It does not come where the sender hangs up in the middle: then there is nobody to answer, and nothing was taken.
    incoming.on('end', () => {
      const [first, ...more] = chunks;
      const body = first && more.length === 0 ? first : Buffer.concat(chunks);
      receive(body, signature).then(
        ({ status, text }) => answer(status, text),
        () => answer(500, 'error'),
      );
    });
    return true;
  };
}

/** As the app says it. Every text is ASCII. */
const TEXT = 'text/plain; charset=UTF-8';
