import { expect, test } from 'vitest';
import { buildClients } from '../../src/node/build.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { points } from './fate.ts';
import { crashRun } from './run.ts';

/** The short form of `npm run test:crash`: one death at each point. */
test('killed at every point, the service loses nothing and repeats nothing', {
  timeout: 120_000,
}, async () => {
  expect(buildClients(rootFolder)).toBe(true);
  const seed = Date.now() % 100_000;
  const report = await crashRun({ kills: points.length, residents: 8, seed });
  expect(Object.keys(report.by_point).sort(), `seed ${seed}`).toEqual([...points].sort());
  expect(report.events).toBeGreaterThan(50);
  expect(
    Object.entries(report.wrong).filter(([, count]) => count > 0),
    `seed ${seed}`,
  ).toEqual([]);
});
