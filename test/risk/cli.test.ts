import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { rootFolder } from '../../src/node/platform.ts';

const ask = (args: string[], lines: object[]) => {
  const { stdout } = spawnSync(process.execPath, ['bin/madoguchi.mjs', ...args], {
    cwd: rootFolder,
    input: lines.map((line) => JSON.stringify(line)).join('\n'),
    encoding: 'utf8',
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};

test('risk --jsonl answers line by line, in the light of recent bubbles', () => {
  const [danger, split, plain, wrong] = ask(
    ['risk', '--jsonl'],
    [
      { text: '死にたい' },
      { text: 'たい', recent: ['もう', '死に'] },
      { text: '市営住宅の申し込みはいつですか' },
      { words: 'x' },
    ],
  );
  expect(danger).toMatchObject({
    level: 'high',
    kinds: ['suicide'],
    subject: 'self',
    hits: expect.arrayContaining([expect.objectContaining({ start: 0, end: 4 })]),
  });
  expect(split.level).toBe('high');
  expect(plain).toMatchObject({ level: 'none', subject: 'nobody', hits: [] });
  expect(wrong).toHaveProperty('error');
});

test('triage --jsonl sorts into the categories of a flow, and stays unsure where it is', () => {
  const [sure, unsure] = ask(
    ['triage', '--flow', 'flows/ise', '--jsonl'],
    [{ text: '今月の家賃が払えません' }, { text: 'えっと' }],
  );
  expect(sure.category).toBe('money-housing');
  expect(unsure.category).toBeNull();
});
