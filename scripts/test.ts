import { spawnSync } from 'node:child_process';
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
const results = join(mkdtempSync(join(tmpdir(), 'madoguchi-test-')), 'results.json');

const checks: readonly { name: string; run(): boolean }[] = [
  { name: 'types', run: () => succeeds(bin('tsc'), []) },
  { name: 'lint', run: () => succeeds(bin('biome'), ['check', '.']) },
  { name: 'architecture', run: () => succeeds(process.execPath, [join(root, 'scripts', 'architecture.ts')]) },
  { name: 'web clients', run: () => buildClients(root) },
];

let passed = 0;
let failed = 0;
for (const { name, run } of checks) {
  const ok = run();
  console.log(`${ok ? '✓' : '✗'} ${name}`);
  if (ok) passed++;
  else failed++;
}

const vitest = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
const counts = readCounts();
passed += counts.passed;
failed += counts.failed + (vitest.status !== 0 && counts.failed === 0 ? 1 : 0);
rmSync(join(results, '..'), { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** What Vitest counted; a run that wrote nothing failed as a whole. */
function readCounts(): { passed: number; failed: number; skipped: number } {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
