import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rootFolder } from '../../src/node/platform.ts';

const axe = (createRequire(import.meta.url)('axe-core/package.json') as { version: string }).version;
const folder = mkdtempSync(join(tmpdir(), 'madoguchi-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  ...process.env,
  MADOGUCHI_KEY: randomBytes(32).toString('base64'),
  DATABASE_URL: `sqlite:${join(folder, 'm.db')}`,
  LINE_CHANNEL_SECRET: 'the-secret-of-the-channel',
  LINE_CHANNEL_ACCESS_TOKEN: 'the-token-of-the-channel',
  CONSOLE_ALLOW: '203.0.113.0/24',
};
const madoguchi = (...args: string[]) =>
  execFileSync(process.execPath, ['bin/madoguchi.mjs', ...args], {
    cwd: rootFolder,
    env: environment,
    encoding: 'utf8',
  });

test('the evidence pack says in Japanese what runs, and none of its secrets', () => {
  madoguchi('evidence', join(folder, 'evidence.md'));
  const document = readFileSync(join(folder, 'evidence.md'), 'utf8');
  for (const words of [
    '2021年4月30日',
    '終了後 90日',
    '相談員 | 読む',
    '限っている',
    '書きかえは見つからない',
    '命に危険',
    '身元の開示が申請されたとき、票が表示されたとき: コンソールの画面だけ',
    'MADOGUCHI_KEY があれば読める',
    '仮名と結びつく',
    // The results of accessibility, as the browser tests wrote them with the axe-core that is installed.
    `axe-core ${axe}`,
    '相談者のページ',
    '| **0** |',
  ])
    expect(document).toContain(words);
  expect(document).not.toMatch(/\{\{|undefined|NaN|the-secret|the-token/u);
  expect(document).not.toContain(environment.MADOGUCHI_KEY);
});

test('the log is checked and retention is tried from the command line', () => {
  expect(madoguchi('audit', 'verify')).toContain('異状はありません');
  expect(madoguchi('retention', '--dry-run')).toContain('内容を消すもの: 0件');
});
