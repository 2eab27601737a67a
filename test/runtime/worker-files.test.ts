import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workerFiles } from '../../scripts/worker-files.ts';

test('the Worker carries every flow file and every migration', () => {
  const there = readFileSync(new URL('../../src/worker/files.ts', import.meta.url), 'utf8');
  expect(there, 'run `node scripts/worker-files.ts`').toBe(workerFiles());
});
