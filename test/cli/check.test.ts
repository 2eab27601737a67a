import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { check } from '../../src/cli/check.ts';
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { FLOW, WINDOWS } from '../flow/small-town.ts';

let root = '';
let printed: string[] = [];
const write = (name: string, text: string | Buffer) => writeFileSync(join(root, 'flows', 'town', name), text);
const run = async (...args: string[]) => {
  printed = [];
  const code = await check(['flows/town', '--no-proof', ...args], root);
  return { code, text: printed.join('\n') };
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'madoguchi-check-'));
  mkdirSync(join(root, 'flows', 'town'), { recursive: true });
  cpSync(join(rootFolder, 'flows', 'common'), join(root, 'flows', 'common'), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  printed = [];
  write('flow.yaml', FLOW);
  write('windows.yaml', WINDOWS);
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

test('many warnings of one kind are one line with the windows they are about; --all and --json give each', async () => {
  const { code, text } = await run();
  expect(code).toBe(0);
  expect(text.match(/unconfirmed-window/gu)).toHaveLength(1);
  expect(text).toMatch(/（\d+件。--all で一つずつ出ます）\n {2}yorisoi-hotline、/u);
  const each = (await run('--all')).text.match(/\[unconfirmed-window\]/gu)?.length ?? 0;
  expect(each).toBeGreaterThan(10);
  const json = JSON.parse((await run('--json')).text) as { code: string; subject?: string }[];
  expect(json.filter((found) => found.code === 'unconfirmed-window')).toHaveLength(each);
  expect(json.map(({ subject }) => subject)).toContain('yorisoi-hotline');
});

/** The first letters of the town's flow, as a Windows editor of old saves them. */
const shiftJis = Buffer.concat([
  Buffer.from('name: '),
  Buffer.from('92ac82cc918a926b', 'hex'), // 町の相談
  Buffer.from(FLOW.slice(FLOW.indexOf('\n'))),
]);

test.each([
  ['flow.yaml', shiftJis],
  ['windows.yaml', shiftJis],
  ['emergency.yaml', shiftJis],
  ['alerts.yaml', shiftJis],
])('%s in Shift_JIS is one finding, without an echo', async (name, bytes) => {
  write(name, bytes);
  const { code, text } = await run();
  rmSync(join(root, 'flows', 'town', name));
  expect(code).toBe(1);
  expect(text).toContain(
    `flows/town/${name}:1:1 誤り [not-utf8] このファイルは UTF-8 で保存しなおしてください（いまの文字コードでは読めません）。\n\n誤り 1件、`,
  );
});

test.each([
  ['UTF-8 with its mark', Buffer.from(`\uFEFF${FLOW}`)],
  ['UTF-16', Buffer.from(`\uFEFF${FLOW}`, 'utf16le')],
])('a flow in %s is read like any other', async (_, bytes) => {
  const plain = await run('--json');
  write('flow.yaml', bytes);
  expect(await run('--json')).toEqual(plain);
});

test.each([
  ['town', 'windows.yaml', 'windows:'],
  ['common', 'windows.yaml', 'windows:'],
  ['common', 'texts.yaml', 'texts:'],
])('a slip that keeps %s/%s from being read is not echoed from the flow', async (folder, name, key) => {
  const file = join(root, 'flows', folder, name);
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, good.replace(new RegExp(`^${key}`, 'mu'), key.replace(':', '：')));
  const { text } = await run('--json');
  writeFileSync(file, good);
  const errors = (JSON.parse(text) as Diagnostic[]).filter(({ severity }) => severity === 'error');
  expect(errors.map((found) => `${found.file} ${found.code}`)).toEqual([
    `flows/${folder}/${name} yaml-syntax`,
  ]);
});

test('a mistake in the words of danger is found, with which nothing could be started or published', async () => {
  const file = join(root, 'flows', 'common', 'risk.yaml');
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, good.replace(/^risks:$/mu, 'riskz:'));
  const { code, text } = await run();
  writeFileSync(file, good);
  expect(code).toBe(1);
  expect(text).toMatch(
    /flows\/common\/risk\.yaml:\d+:1 誤り \[unknown-key\] 「riskz」[^\n]*\n[^\n]*\n[^\n]*\n {2}もしかして: risks/u,
  );
});

test.each(['flows/twon', 'flows/common', '.'])('%s holds no flow: one sentence says so', async (folder) => {
  await expect(check([folder], root)).rejects.toThrow(
    /^flows\/\S+ に、フローのファイル（flow\.yaml）がありません。フローがあるのは flows\/town です。$/u,
  );
  expect(printed).toEqual([]);
});

test.each(['', '# あとで書く\n'])('an empty flow is said to be empty: %j', async (nothing) => {
  write('flow.yaml', nothing);
  const { code, text } = await run();
  expect(code).toBe(1);
  expect(text).toContain('flow.yaml:1:1 誤り [empty-value] このファイルには、何も書かれていません。');
});

test('hours in Japanese are told in the syntax', async () => {
  write('windows.yaml', WINDOWS.replace('hours: Mo-Fr', 'hours: 平日/第3木'));
  const { code, text } = await run();
  expect(code).toBe(1);
  expect(text).toMatch(
    /windows\.yaml:8:12 誤り \[bad-hours\] .*\n.*\n.*\n {2}もしかして: Mo-Fr,Th\[3\] 09:00-17:00; PH off; Dec 29-Jan 03 off/u,
  );
});

test('alerts.yaml is looked at where there is one, without the secrets it names', async () => {
  write('alerts.yaml', 'people:\n  team: { name: 相談, slack_env: SLACK_URL }\nsteps:\n  - to: [team]\n');
  expect((await run()).code).toBe(0);
  write('alerts.yaml', 'people:\n  team: { name: 相談, slack_env: SLACK_URL }\nsteps:\n  - to: [teem]\n');
  const { code, text } = await run();
  expect(code).toBe(1);
  expect(text).toMatch(/flows\/town\/alerts\.yaml:4:10 誤り/u);
});
