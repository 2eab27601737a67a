import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Both cores of the smallest machine this is built on.
    maxWorkers: 2,
    projects: [
      'test/runtime/workers/vitest.config.ts',
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/runtime/workers/**',
            'test/browser/**',
            'test/bench/**',
            'test/risk/training.test.ts',
          ],
          pool: 'forks',
          // Modules hold no state, so files share them: loading them again for each took a quarter of the time.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // What is waited for may take as long on a slow machine as the test itself.
          expect: { poll: { timeout: 25_000 } },
        },
      },
      {
        // A whole evening takes more than a minute, training a model a minute and a half: `npm run test:evening`.
        test: {
          name: 'evening',
          include: ['test/browser/console-evening.test.ts', 'test/risk/training.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // One browser at a time: two of them starve each other on two cores.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: ['test/browser/console-evening.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
