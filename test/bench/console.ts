import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser/browser.ts';
import { openDesk } from '../browser/desk.ts';
import { password } from '../console/office.ts';
import { round2 } from './intake.ts';

const built = new URL('../../dist/console/assets/', import.meta.url);

/**
 * What a counselor's browser has to do: `console_js_kb` all scripts of the console, gzipped; `console_queue_ms` from a
 * click to a drawn queue of 1,000, the quickest of 7 because other work may share the machine; `console_scroll_frame_ms` the 95th of 100 frames while a talk of 600 messages is
 * scrolled through (16.7 is all that a screen shows), `console_scroll_busy_ms` the longest the page was busy meanwhile.
 */
export async function benchConsole(): Promise<Record<string, number>> {
  const desk = await openDesk({
    demo: { accounts: [{ label: '相談員', email: 'sato@example.jp', password }] },
  });
  const browser = await openBrowser();
  try {
    const sato = await desk.staff('sato', ['counselor']);
    const texts = Array.from({ length: 600 }, (_, i) => ({
      text: `${i + 1}通目です。${'きょうのことを話します。'.repeat(i % 7)}`,
      ...(i % 2 ? { said: 'はい、読んでいます。' } : {}),
    }));
    const long = await desk.talk({ state: 'human', owner: sato, texts });
    for (let one = 0; one < 1_000; one++)
      await desk.talk({
        state: 'waiting',
        level: one % 4,
        resident: randomUUID(),
        waitingSince: desk.clock.now - one * 1_000,
      });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(desk.url);
    await page.getByRole('button', { name: '相談員', exact: true }).click();
    await page.getByText('1000件').waitFor();
    const queue: number[] = [];
    for (let round = 0; round < 7; round++) {
      await shown(page, '/console/help');
      queue.push(await shown(page, '/console/'));
    }
    await shown(page, `/console/talk/${long.id}`);
    await page.getByText('600通目です。').waitFor();
    const { frames, busy } = await scrolledThrough(page);
    return {
      console_js_kb: round2(scriptBytes() / 1024),
      console_queue_ms: round2(Math.min(...queue)),
      console_scroll_frame_ms: round2(frames.sort((a, b) => a - b)[94] ?? Number.NaN),
      console_scroll_busy_ms: round2(busy),
    };
  } finally {
    await browser.close();
    await desk.stop();
  }
}

function scriptBytes(): number {
  const scripts = readdirSync(built).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, built))).length, 0);
}

/** ms from a click on a link until the page it leads to is drawn. */
function shown(page: Page, path: string): Promise<number> {
  return page.evaluate(async (to) => {
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    await frame();
    const began = performance.now();
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
    await frame(); // React has written, the browser is about to lay out and paint
    await new Promise((painted) => setTimeout(painted, 0));
    return performance.now() - began;
  }, path);
}

/** From the end of the talk to its beginning in 100 frames; how long each took, and the longest task, ms. */
function scrolledThrough(page: Page): Promise<{ frames: number[]; busy: number }> {
  return page.evaluate(async () => {
    const log = document.querySelector('[role=log]');
    if (!log) throw new Error('no talk is shown');
    let busy = 0;
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) busy = Math.max(busy, duration);
    });
    tasks.observe({ entryTypes: ['longtask'] });
    const frames: number[] = [];
    let last = await new Promise<number>((drawn) => requestAnimationFrame(drawn));
    for (let step = 99; step >= 0; step--) {
      log.scrollTop = (log.scrollHeight * step) / 100;
      const now = await new Promise<number>((drawn) => requestAnimationFrame(drawn));
      frames.push(now - last);
      last = now;
    }
    tasks.disconnect();
    return { frames, busy };
  });
}
