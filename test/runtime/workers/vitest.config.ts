import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { channel } from './channel.ts';
import { createNetwork } from './line.ts';

/** Tests that run inside workerd, against the D1 it brings; no account and no network. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: '../../../src/worker.ts',
      wrangler: { configPath: '../../../wrangler.toml' },
      remoteBindings: false,
      miniflare: {
        bindings: {
          ...channel,
          PUBLIC_URL: 'https://soudan.test',
          MADOGUCHI_KEY: 'iD3nTBL9o0W+lPoLzr9tcbICglghkRtK1QHmBs8J5/E=',
          MADOGUCHI_TRIAL: '1',
        },
        outboundService: createNetwork(),
      },
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
