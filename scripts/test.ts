import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClients } from '../src/node/build.ts';

/**
 * `npm test`: types, lint, architecture, then every test there is: pure parts, routes, engines, end to end, workerd,
 * browser. Closes with one line, `N passed, N failed, N skipped`, and exit code 1 when anything failed.
 */
const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'madoguchi-test-'));

const script = (name: string) => join(root, 'scripts', name);
const checks: readonly { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: bin('tsc'), args: [] },
  { name: 'lint', command: bin('biome'), args: ['check', '.'] },
  { name: 'architecture', command: process.execPath, args: [script('architecture.ts')] },
];

let passed = 0;
let failed = 0;
const tell = (name: string, ok: boolean) => {
  console.log(`${ok ? '✓' : '✗'} ${name}`);
  if (ok) passed++;
  else failed++;
};
// Side by side: they share nothing, and the suite has five minutes.
const checked = checks.map(async ({ name, command, args }) => {
  const [code] = await once(spawn(command, args, { cwd: root, stdio: 'inherit' }), 'exit');
  tell(name, code === 0);
});
await Promise.all(checked);
tell('web clients', buildClients(root));

// The browsers, one at a time, beside all else: what waits for a page leaves half of two cores to others.
const lanes = [['--project=browser'], ['--project=node', '--project=workers']];
const counted = await Promise.all(lanes.map(countedBy));
const sum = (what: keyof Counts) => counted.reduce((all, counts) => all + counts[what], 0);
passed += sum('passed');
failed += sum('failed');
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

type Counts = { passed: number; failed: number; skipped: number };

/** What Vitest counts in some of its projects; a run that wrote nothing failed as a whole. */
async function countedBy(projects: string[]): Promise<Counts> {
  const results = join(folder, `${projects.join()}.json`);
  const args = [
    'run',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...projects,
    ...process.argv.slice(2),
  ];
  const [code] = await once(spawn(bin('vitest'), args, { cwd: root, stdio: 'inherit' }), 'exit');
  const counts = readCounts(results);
  return { ...counts, failed: counts.failed + (code !== 0 && counts.failed === 0 ? 1 : 0) };
}

function readCounts(results: string): Counts {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
