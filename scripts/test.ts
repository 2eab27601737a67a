import { spawn, spawnSync } from 'node:child_process';
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
const results = join(mkdtempSync(join(tmpdir(), 'madoguchi-test-')), 'results.json');

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

const vitest = spawnSync(
  bin('vitest'),
  [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    '--project=!evening',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
const counts = readCounts();
passed += counts.passed;
failed += counts.failed + (vitest.status !== 0 && counts.failed === 0 ? 1 : 0);
rmSync(join(results, '..'), { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

/** What Vitest counted; a run that wrote nothing failed as a whole. */
function readCounts(): { passed: number; failed: number; skipped: number } {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
