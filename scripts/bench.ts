import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildClients } from '../src/node/build.ts';
import { rootFolder } from '../src/node/platform.ts';
import { benchConsole } from '../test/bench/console.ts';
import { benchGrowth } from '../test/bench/growth.ts';
import { benchHours } from '../test/bench/hours.ts';
import { benchIntake, benchLatency, round2 } from '../test/bench/intake.ts';
import { benchPure } from '../test/bench/pure.ts';
import { benchQueue } from '../test/bench/queue.ts';

/**
 * `npm run -s bench`: every figure with a budget, measured on this machine; JSON in the last line, progress on standard error.
 * `--only intake,latency,pure,queue,console,growth` measures parts, `--rounds 2` fewer of them, `--profile FOLDER` writes CPU profiles.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'pure,queue,console,intake,latency,growth' },
    rounds: { type: 'string', default: '7' },
    residents: { type: 'string', default: '400' },
    profile: { type: 'string' },
  },
});
const parts = new Set(values.only.split(','));
const rounds = Number(values.rounds);
const residents = Number(values.residents);
const nodeFlags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];

const folder = mkdtempSync(join(tmpdir(), 'madoguchi-bench-'));
const figures: Record<string, unknown> = {};
try {
  if (!buildClients(rootFolder)) throw new Error('the web clients did not build');
  await part('pure', () => ({ ...benchPure(), hours_us: round2(benchHours().mean) }));
  await part('queue', benchQueue);
  await part('console', benchConsole);
  await part('intake', () => benchIntake({ folder, rounds, residents, nodeFlags }));
  await part('latency', () => benchLatency({ folder, residents: 60 }));
  await part('growth', () => benchGrowth({ folder, rounds, residents }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ ...figures, load: Math.round((loadavg()[0] ?? 0) * 10) / 10 }));

async function part(name: string, measure: () => object | Promise<object>): Promise<void> {
  if (!parts.has(name)) return;
  console.error(`${name}…`);
  Object.assign(figures, await measure());
}
