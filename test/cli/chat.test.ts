import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rootFolder } from '../../src/node/platform.ts';

test('a talk in the terminal names the windows as a resident reads them', () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(rootFolder, 'bin', 'madoguchi.mjs'), 'chat', 'flows/ise', '--at', '2026-11-24T10:00'],
    { input: '2\n/q\n', encoding: 'utf8' },
  );
  expect(status).toBe(0);
  expect(stdout).toContain('ボット: ［窓口］伊勢市生活サポートセンター「あゆみ」、伊勢市生活支援課、');
});
