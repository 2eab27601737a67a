import { afterEach, beforeEach, expect, test } from 'vitest';
import { openThread, type Thread } from './thread.ts';

let thread: Thread;
beforeEach(async () => {
  thread = await openThread();
});
afterEach(() => thread.close());

const firstWords = async () => {
  await thread.happens({ kind: 'follow', again: false });
  return JSON.stringify((await thread.records()).at(-1)?.said);
};

test('a trial that begins while the service runs is told to whoever comes next', async () => {
  thread.publish({ trial: true });
  expect(await firstWords()).toContain('これは試しの運用です');
});

test('a trial that has ended is not told of any more', async () => {
  thread.publish({ trial: true });
  thread.publish({ trial: false });
  expect(await firstWords()).not.toContain('これは試しの運用です');
});
