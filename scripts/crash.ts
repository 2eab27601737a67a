import { parseArgs } from 'node:util';
import { buildClients } from '../src/node/build.ts';
import { rootFolder } from '../src/node/platform.ts';
import { crashRun } from '../test/crash/run.ts';

/**
 * `npm run test:crash`: kills the service under load, at least 50 times, and counts what was lost or said twice. Prints the counts
 * as JSON; exit code 1 when anything is wrong. `--kills 7 --residents 8 --seed 1` for shorter runs.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '56' },
    residents: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
if (!buildClients(rootFolder)) throw new Error('the web clients did not build');
const report = await crashRun({
  kills: Number(values.kills),
  residents: Number(values.residents),
  seed: Number(values.seed),
});
console.log(JSON.stringify(report, null, 1));
process.exitCode = Object.values(report.wrong).some((count) => count > 0) ? 1 : 0;
