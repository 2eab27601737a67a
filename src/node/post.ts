import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { Worker } from 'node:worker_threads';
import type { Answered, Post } from '../line/post.ts';

/** `Post` over Node's own HTTP client and its global agents, which keep connections and know `NODE_USE_ENV_PROXY`. */
export const nodePost: Post = async (url, headers, json) =>
  answered(await tell({ number: 0, url: url.href, headers, json }));

/**
 * `nodePost` in a thread of its own: HTTP costs as much as deciding what to say, and needs nothing of what deciding needs. What is asked in
 * one turn of the event loop travels together, and so do the answers. The thread begins with the first message, and keeps
 * the process alive only while it owes an answer.
 */
export function threadPost(): Post {
  let thread: Worker | undefined;
  let number = 0;
  let asked: Asked[] = [];
  const waiting = new Map<number, (told: Told) => void>();

  const begin = () => {
    const begun = new Worker(new URL('./post-thread.ts', import.meta.url));
    begun.on('message', (told: readonly Told[]) => {
      for (const one of told) {
        waiting.get(one.number)?.(one);
        waiting.delete(one.number);
      }
      if (waiting.size === 0) begun.unref();
    });
    // By a bug, or for want of memory. The next message begins another thread.
    begun.on('error', () => {});
    begun.on('exit', () => {
      thread = undefined;
      for (const [one, give] of waiting) give({ number: one, causes: [{ code: 'ECONNRESET' }] });
      waiting.clear();
    });
    return begun;
  };
  const flush = () => {
    thread ??= begin();
    thread.ref();
    thread.postMessage(asked);
    asked = [];
  };

  return (url, headers, json) =>
    new Promise<Told>((give) => {
      number += 1;
      waiting.set(number, give);
      if (asked.push({ number, url: url.href, headers, json }) === 1) setImmediate(flush);
    }).then(answered);
}

/** A request as plain data, by whose number its answer is known. */
export type Asked = { number: number; url: string; headers: Readonly<Record<string, string>>; json: string };

/** Its answer, or why there is none: one cause for each address that was tried. */
export type Told = { number: number } & (
  | { status: number; headers: Record<string, string>; body: string }
  | { causes: Cause[] }
);

type Cause = { code?: string; syscall?: string };

function answered(told: Told): Answered {
  if ('causes' in told) {
    const [cause, ...more] = told.causes;
    throw new Error('no answer', { cause: more.length > 0 ? new AggregateError(told.causes) : cause });
  }
  const { status, headers, body } = told;
  return { status, body, header: (name) => headers[name] ?? null };
}

/** Makes a request. Never rejects. */
export function tell({ number, url: href, headers, json }: Asked): Promise<Told> {
  return new Promise((resolve) => {
    const url = new URL(href);
    const { protocol, port, pathname } = url;
    // A URL writes an IPv6 address in brackets, a socket without.
    const hostname = url.hostname.replace(/^\[|\]$/gu, '');
    const request = protocol === 'https:' ? https : http;
    const options = { method: 'POST', host: hostname, port, path: pathname, headers };
    const fail = (cause: Error) => resolve({ number, causes: causesOf(cause) });
    const giveUp = (cause: Error) => {
      fail(cause);
      sent.destroy();
    };
    const sent = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MOST_BODY) giveUp(new Error('endless'));
      });
      response.on('error', fail);
      response.on('end', () => {
        const single = Object.entries(response.headers).filter(
          (header): header is [string, string] => typeof header[1] === 'string',
        );
        resolve({ number, status: response.statusCode ?? 0, headers: Object.fromEntries(single), body });
      });
    });
    // While there is no connection, the agents' own timeout holds, 5 s: then LINE has seen nothing.
    sent.setTimeout(SILENCE_MS, () =>
      giveUp(Object.assign(new Error('silence'), sent.socket?.connecting ? { syscall: 'connect' } : {})),
    );
    sent.on('error', fail);
    sent.end(json);
  });
}

function causesOf(cause: Error): Cause[] {
  const causes: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return causes.map((one) => {
    const { code, syscall } = one as Cause;
    return { ...(code === undefined ? {} : { code }), ...(syscall === undefined ? {} : { syscall }) };
  });
}

/** LINE answers in a few hundred characters; what does not end comes from something in its place. */
const MOST_BODY = 64 * 1024;

/** A connection that says nothing for so long is given up; whoever asked has stopped waiting before. */
const SILENCE_MS = 30_000;
