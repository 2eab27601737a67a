import { Worker } from 'node:worker_threads';
import type { Answered, Post } from '../line/post.ts';
import type { Asked, Limits, Told } from './tell.ts';

/**
 * `Post` in a thread of its own: HTTP costs as much as deciding what to say, and needs nothing of what deciding needs. What is asked in
 * one turn of the event loop travels together, and so do the answers. The thread begins at once, so that
 * the first message finds it ready, and keeps the process alive only while it owes an answer.
 */
export function threadPost(limits: Limits = {}): Post {
  let number = 0;
  let asked: Asked[] = [];
  const waiting = new Map<number, (told: Told) => void>();

  const begin = () => {
    const begun = new Worker(new URL('./post-thread.ts', import.meta.url), { workerData: limits });
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
      for (const [one, give] of waiting) give({ number: one, cause: { code: 'ECONNRESET' } });
      waiting.clear();
    });
    return begun;
  };
  let thread: Worker | undefined = begin();
  thread.unref();
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
      const { origin, pathname: path } = url;
      if (asked.push({ number, origin, path, headers, json }) === 1) setImmediate(flush);
    }).then(answered);
}

function answered(told: Told): Answered {
  if ('cause' in told) throw new Error('no answer', { cause: told.cause });
  const { status, headers, body } = told;
  return { status, body, header: (name) => headers[name] ?? null };
}
