import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `vite build -c src/emulator/phone/vite.config.ts` puts the demo's phone into dist/phone. */
export default defineConfig({
  root: here('.'),
  base: '/phone/',
  build: {
    outDir: here('../../../dist/phone'),
    emptyOutDir: true,
    // Everything comes from our own server as files; nothing is inlined, so a strict CSP holds.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
