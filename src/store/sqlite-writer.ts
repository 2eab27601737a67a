import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Applied, Statement, Writer } from './sqlite-group.ts';

/** What the thread is asked: to apply a group, or one of the other things that a writer does. */
export type Asked = readonly (readonly Statement[])[] | 'truncate' | 'close';

/**
 * A thread that writes a database file. Writing, fsync and checkpoints are a fifth of an event's work and most of its waiting; so
 * they pass beside the rest. The thread begins with the first question, and keeps the process alive only while it owes an answer.
 */
export function createThread(file: string): Writer {
  let thread: Worker | undefined;
  /** Who waits for an answer, in order. Undefined comes instead of one when the thread has ended. */
  const waiting: ((answer: unknown) => void)[] = [];

  const begin = () => {
    const begun = new Worker(new URL('./sqlite-thread.ts', import.meta.url), { workerData: file });
    begun.on('message', (answers: readonly unknown[]) => {
      for (const answer of answers) waiting.shift()?.(answer);
      if (waiting.length === 0) begun.unref();
    });
    // By a bug, or for want of memory. The next question begins another thread.
    begun.on('error', () => {});
    begun.on('exit', () => {
      thread = undefined;
      for (const give of waiting.splice(0)) give(undefined);
    });
    return begun;
  };

  const ask = <Answer>(asked: Asked): Promise<Answer | undefined> => {
    thread ??= begin();
    thread.ref();
    thread.postMessage(asked);
    return new Promise((give) => {
      waiting.push(give as (answer: unknown) => void);
    });
  };

  return {
    async apply(group) {
      try {
        return (await ask<Applied[]>(group)) ?? group.map(() => gone);
      } catch (fault) {
        // What cannot be sent to a thread is nothing that a database could take.
        const { message } = fault as Error;
        return group.map(() => ({ ...gone, code: null, message }));
      }
    },
    truncate: async () => (await ask<boolean>('truncate')) ?? false,
    async close() {
      if (!thread) return;
      const ended = once(thread, 'exit');
      void ask('close');
      await ended;
    },
  };
}

/** As when the disk did not answer: it was written or not. */
const gone = {
  ok: false,
  why: 'failed',
  index: 0,
  code: 'SQLITE_IOERR',
  message: 'the writer ended',
} as const satisfies Applied;
