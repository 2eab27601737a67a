import { defineConfig } from 'vite';

/** Builds the resident's own page into `dist/talk`: `vite build --config src/talk/client/vite.config.ts`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/talk/',
  build: {
    outDir: '../../../dist/talk',
    emptyOutDir: true,
    // LINE's in-app browser follows the telephone's own, and telephones grow old.
    target: ['safari15.4', 'chrome100'],
    assetsInlineLimit: 0, // the content security policy allows nothing inline
    modulePreload: { polyfill: false },
  },
});
