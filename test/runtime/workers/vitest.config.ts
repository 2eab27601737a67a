import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

/** Tests that run inside workerd, against the D1 it brings; no account and no network. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: '../../../src/worker.ts',
      wrangler: { configPath: '../../../wrangler.toml' },
      remoteBindings: false,
    }),
  ],
  test: {
    name: 'workers',
    include: ['**/*.test.ts'],
    globalSetup: './provide.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
