import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { previewOf } from '../../src/flow/preview.ts';
import { watchFlows } from '../../src/node/watch.ts';
import { FLOW, loadTown, replaced } from './small-town.ts';

test('a broken flow is shown with what is wrong in its line; warnings are not', () => {
  expect(previewOf(loadTown().diagnostics)).toEqual({ ok: true, findings: [] });
  const { diagnostics } = loadTown({ flow: replaced(FLOW, 'go: はじめ }', 'go: はじま }') });
  expect(previewOf(diagnostics)).toEqual({
    ok: false,
    findings: [
      {
        place: 'flows/town/flow.yaml:33:45',
        code: 'unknown-step',
        message: 'ステップ「はじま」がありません。名前を確かめるか、ステップを書き足してください。',
        suggestion: 'はじめ',
        line: ['      - { label: { ja: ほか, en: Other }, go: ', 'はじま', ' }'],
      },
    ],
  });
});

test('saving is noticed once, also where an editor puts a new file in the place of the old', async () => {
  const root = mkdtempSync(join(tmpdir(), 'madoguchi-watch-'));
  const file = join(root, 'flows', 'town', 'flow.yaml');
  mkdirSync(join(root, 'flows', 'town'), { recursive: true });
  let count = 0;
  let noticed = Promise.withResolvers<void>();
  const stop = watchFlows(root, () => {
    count++;
    noticed.resolve();
  });
  for (const text of ['a', 'ab', 'abc']) writeFileSync(file, text);
  await noticed.promise;
  for (const text of ['d', 'e']) {
    noticed = Promise.withResolvers<void>();
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    await noticed.promise;
  }
  stop();
  expect(count).toBe(3);
  rmSync(root, { recursive: true });
});
