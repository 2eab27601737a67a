import { readFileSync } from 'node:fs';
import { japanTime } from '../../src/directory/calendar.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { loadDirectory } from '../../src/directory/load.ts';
import { stateAt } from '../../src/directory/state.ts';

/**
 * Microseconds for one window of flows/ise: open or not, the next change, the sentence. Budget: 50.
 * `worst` is the mean of the slowest window over a year of instants.
 */
export function benchHours(): { mean: number; worst: number; worstId: string } {
  const file = 'flows/ise/windows.yaml';
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const start = Date.parse('2026-04-01T00:00:00+09:00');
  const { windows } = loadDirectory([{ file, text }], {
    holidays: loadHolidays(),
    today: japanTime(start).day,
  });
  const timed = windows.filter(({ schedule }) => schedule !== undefined);
  let worst = { id: '', each: 0 };
  let total = 0;
  for (const window of timed) {
    const rounds = 4000;
    for (let i = 0; i < 500; i++) stateAt(window, start + i * 7_777_777, 'ja');
    const before = performance.now();
    for (let i = 0; i < rounds; i++) stateAt(window, start + i * 7_777_777, 'ja');
    const each = ((performance.now() - before) / rounds) * 1000;
    total += each;
    if (each > worst.each) worst = { id: window.id, each };
  }
  return { mean: total / timed.length, worst: worst.each, worstId: worst.id };
}

if (import.meta.main) console.log(benchHours());
