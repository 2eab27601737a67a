import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Checked } from '../../src/privacy/accessibility.ts';
import { violations } from './browser.ts';

const record = fileURLToPath(new URL('../../docs/accessibility.json', import.meta.url));
const axe = (createRequire(import.meta.url)('axe-core/package.json') as { version: string }).version;

/**
 * Looks at pages with axe-core for one file of tests, and keeps which pages, in which width and theme. The file's last test
 * holds that against `docs/accessibility.json`, from which the evidence pack tells it: what stands there was looked at, and what is
 * looked at stands there. `ACCESSIBILITY=write vitest run --project=browser` writes it anew.
 */
export function lookingAt(url: string) {
  const file = `test/browser/${basename(url)}`;
  const looked = new Set<string>();
  return {
    /** Fails on whatever is wrong; `name`: the page, as the record calls it. */
    async at(page: Page, name: string): Promise<void> {
      expect([name, await violations(page)]).toEqual([name, []]);
      const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
      looked.add(`${name} ${page.viewportSize()?.width} ${dark ? 'dark' : 'light'}`);
    },
    agrees(): void {
      const kept = JSON.parse(readFileSync(record, 'utf8')) as Checked;
      const now = [...looked].sort();
      if (process.env.ACCESSIBILITY === 'write') {
        const on = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
        const files = { ...kept.files, [file]: { on, axe, violations: 0, looked: now } };
        const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
        writeFileSync(record, `${JSON.stringify({ ...kept, files: sorted }, null, 2)}\n`);
        return;
      }
      expect(kept.files[file], 'write it anew with ACCESSIBILITY=write').toMatchObject({
        axe,
        violations: 0,
        looked: now,
      });
    },
  };
}
