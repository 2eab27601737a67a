import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

/**
 * Of the package's own arguments, those that take the web's protections off, which a resident's browser has on, and the
 * single process, in which closing one person's window ends the browser for all.
 */
const unwanted = [
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  '--no-zygote',
];

/** A headless Chromium that comes from npm. */
export async function openBrowser(): Promise<Browser> {
  const args = chromium.args.filter((argument) => !unwanted.includes(argument));
  return playwright.launch({ args, executablePath: await chromium.executablePath(), headless: true });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page by WCAG 2.2 AA, one line each; of an open dialog when there is one. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          context: object,
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run(document.querySelector('[role=dialog]') ?? document, {
      runOnly: { type: 'tag', values: rules },
      resultTypes: ['violations'],
    });
    return found.violations.flatMap((one) =>
      one.nodes.map(
        (node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary.replaceAll('\n', ' ')}`,
      ),
    );
  });
}
