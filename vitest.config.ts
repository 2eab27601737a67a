import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'test/runtime/workers/vitest.config.ts',
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/runtime/workers/**', 'test/browser/**', 'test/bench/**'],
          pool: 'forks',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
