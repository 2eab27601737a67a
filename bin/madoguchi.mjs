#!/usr/bin/env node
import { fileURLToPath } from 'node:url';

// The one file that an old Node can still read: it says what is wrong instead of a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `窓口（Madoguchi）には Node.js 22.18 以上が必要です（いまは ${process.versions.node}）。` +
      'npm ci のあと、npm start / npm run demo のように npm から起動すると、同梱の Node.js が使われます。\n' +
      `Madoguchi needs Node.js 22.18 or later (this is ${process.versions.node}). ` +
      'After npm ci, start it through npm (npm start, npm run demo): that uses the Node.js it brings along.',
  );
  process.exit(1);
}
// Types are stripped and modules compiled once, not at each start. Beside the packages, where only their owner writes: it is code.
const { enableCompileCache } = await import('node:module');
enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/madoguchi', import.meta.url)));
const { main } = await import('../src/cli.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
