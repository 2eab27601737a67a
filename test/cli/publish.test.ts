import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { publish } from '../../src/cli/publish.ts';
import { openContent } from '../../src/content.ts';
import { step } from '../../src/conversation/step.ts';
import type { Log } from '../../src/diagnostic/log.ts';
import type { FlowFiles } from '../../src/flow/definition.ts';
import { emptyScene, play } from '../../src/flow/rehearse.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { openStore, rootFolder } from '../../src/node/platform.ts';
import { run as runService } from '../../src/node/run.ts';
import { followRevisions, openRevisions } from '../../src/revisions.ts';
import { openServing } from '../../src/serving.ts';
import { FLOW, replaced, WINDOWS } from '../flow/small-town.ts';

const TRANSCRIPT = `tests:
  - name: お金
    talk:
      - follow: true
      - tap: お金のこと
      - bot_contains: お金
`;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

let root = '';
let printed: string[] = [];
const environment = () => ({ DATABASE_URL: `sqlite:${join(root, 'town.db')}`, MADOGUCHI_TRIAL: '1' });

const write = (name: string, text: string) => writeFileSync(join(root, 'flows', 'town', name), text);
/** Runs the command as staff would; what it prints is kept. */
const run = (...args: string[]) => runIn({}, ...args);
const runIn = (settings: Record<string, string>, ...args: string[]) =>
  publish(['flows/town', ...args], { ...environment(), ...settings }, root);
/** The log of what was done to the flow, without times. */
async function logged() {
  const store = await openStore(root, environment().DATABASE_URL);
  const rows = await store.read(
    store.sql.selectFrom('audit').select(['what', 'detail']).orderBy('seq').compile(),
  );
  await store.close();
  return rows.map(({ what, detail }) => ({ what, ...JSON.parse(detail) }));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'madoguchi-publish-'));
  folders.push(root);
  mkdirSync(join(root, 'flows', 'town'), { recursive: true });
  cpSync(join(rootFolder, 'flows', 'common'), join(root, 'flows', 'common'), { recursive: true });
  cpSync(join(rootFolder, 'migrations'), join(root, 'migrations'), { recursive: true });
  write('flow.yaml', FLOW);
  write('windows.yaml', WINDOWS);
  write('a.test.yaml', TRANSCRIPT);
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

const output = () => printed.splice(0).join('\n');

describe('publishing', () => {
  test('keeps who and why, and does nothing when nothing changed', async () => {
    expect(await run('--why', 'はじめて', '--who', '田中')).toBe(0);
    expect(output()).toContain('公開しました: 1番');
    expect(await run('--why', 'もう一度')).toBe(0);
    expect(output()).toContain('同じなので');
    await run('--list');
    expect(output()).toMatch(/^ {3}1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}田中 {2}はじめて$/u);
  });

  test('and rolling back are in the log of accesses and changes, without content', async () => {
    await run('--why', 'はじめて', '--who', '田中');
    write('flow.yaml', FLOW.replace('どうしましたか。', 'なんでも書いてください。'));
    await run('--why', '言いかえ', '--who', '佐藤');
    await run('--rollback', '1', '--who', '田中');
    expect(await logged()).toEqual([
      { what: 'flow-published', folder: 'town', revision: 1, who: '田中', why: 'はじめて' },
      { what: 'flow-published', folder: 'town', revision: 2, who: '佐藤', why: '言いかえ' },
      { what: 'flow-rolled-back', folder: 'town', revision: 3, who: '田中', why: '1番に戻す', back: 1 },
    ]);
  });

  test('asks what the start asks: no 例 values outside a trial, no talk: web without an address', async () => {
    await expect(runIn({ MADOGUCHI_TRIAL: '' }, '--why', '本番')).rejects.toThrow(
      /example[\s\S]*公開しません/u,
    );
    write('flow.yaml', replaced(FLOW, '  example: true', '  example: true\n  talk: web'));
    await expect(run('--why', '相談ページ')).rejects.toThrow(/PUBLIC_URL[\s\S]*公開しません/u);
    expect(await logged()).toEqual([]);
    expect(await runIn({ PUBLIC_URL: 'https://soudan.test' }, '--why', '相談ページ')).toBe(0);
    expect(output()).toContain('だれにも知らされません');
  });

  test('says what is wrong with alerts.yaml, and does not keep it', async () => {
    write('alerts.yaml', 'people:\n  team: { name: 相談, slack_env: SLACK_URL }\nsteps:\n  - to: [teem]\n');
    expect(await run('--why', 'はじめて')).toBe(0);
    expect(output()).toMatch(/alerts\.yaml:4:10[\s\S]*直すところ/u);
    write('alerts.yaml', 'people: {}');
    expect(await run('--why', '知らせを変えた')).toBe(0);
    expect(output()).toContain('同じなので');
  });

  test('asks why', () => expect(run()).rejects.toThrow('--why'));

  test.each([
    ['a mistake', 'flow.yaml', replaced(FLOW, 'go: はじめ }', 'go: はじま }'), '[unknown-step]'],
    [
      'a transcript that fails',
      'a.test.yaml',
      TRANSCRIPT.replace('bot_contains: お金', 'bot_contains: ない文'),
      '[said-otherwise]',
    ],
  ])('is refused with %s, and nothing is stored', async (_, file, text, expected) => {
    write(file, text);
    const said = await run('--why', 'だめなもの').then(
      (code) => `${code} ${output()}`,
      (error: Error) => `1 ${error.message}`,
    );
    expect(said).toMatch(/^1 /u);
    expect(said).toContain(expected);
    await run('--list');
    expect(output()).toContain('まだ公開されていません');
  });
});

/** A service that runs on what was published, without its doors. */
async function service() {
  const disk: FlowFiles = readFlowFiles(root);
  const opened = openContent(() => disk, {
    flow: 'flows/town',
    now: Date.now,
    examples: true,
    publicUrl: 'https://soudan.test',
  });
  if (!opened.ok) throw new Error(opened.message);
  const store = await openStore(root, environment().DATABASE_URL);
  const logged: unknown[] = [];
  const followed = followRevisions(openRevisions(store, 'town'), opened.content.serve, (line) =>
    logged.push(line),
  );
  return { ...opened.content, followed, logged, close: () => store.close() };
}

test('a running service switches by itself, residents in the middle go on, and a rollback brings all back', async () => {
  const { flows, detect, followed, logged, close } = await service();
  expect(await followed.look()).toBeNull();
  await run('--why', 'はじめて');
  expect(await followed.look()).toBe(1);

  const moment = { now: Date.now(), present: 1, free: 1, returning: false };
  const play1 = (scene: Parameters<typeof play>[1], happening: Parameters<typeof play>[2]) =>
    play({ flow: flows.flow(), detect, step }, scene, happening, moment)!;
  const begun = play1(emptyScene('en'), { kind: 'follow', again: false });
  const inMoney = play1(begun.scene, { kind: 'choice', data: 'choice|はじめ|お金のこと' });
  const inQueue = play1(inMoney.scene, { kind: 'choice', data: 'word|human' });

  // The step お金 is called 家計 now, and the first question is asked in other words.
  const renamed = FLOW.replace('    go: お金\n', '    go: 家計\n')
    .replace('  お金:\n', '  家計:\n')
    .replace('en: What is it? }', 'en: How can we help? }');
  write('flow.yaml', renamed);
  expect(flows.flow().steps.has('お金')).toBe(true);
  output();
  expect(await run('--why', '名前を変えた')).toBe(0);
  expect(await followed.look()).toBe(2);
  expect(flows.flow().steps.has('お金')).toBe(false);
  expect(logged).toEqual([
    { event: 'revision-in-force', revision: 1 },
    { event: 'revision-in-force', revision: 2 },
  ]);

  const texts = (played: typeof begun) =>
    played.said.flatMap(({ messages }) => messages.map((message) => ('text' in message ? message.text : '')));
  const goesOn = play1(inMoney.scene, { kind: 'choice', data: 'choice|お金|ほか' });
  expect(texts(goesOn)[0]).toBe('The guide has changed. Please choose again from the start.');
  expect(texts(goesOn)).toContain('How can we help?');
  expect(goesOn.snapshot).toMatchObject({
    language: 'en',
    place: { step: 'はじめ' },
    talk: { state: 'bot' },
  });
  const waits = play1(inQueue.scene, { kind: 'text', text: '死にたい' });
  expect(waits.snapshot.talk).toMatchObject({ state: 'waiting', level: 'high' });

  output();
  await run('--diff', '2');
  const diff = output();
  expect(diff).toContain('答えは、どれも変わっていません');
  write(
    'a.test.yaml',
    TRANSCRIPT.replace('  - name: お金\n', '  - name: お金\n    language: en\n')
      .replaceAll('お金のこと', 'Money')
      .replace('bot_contains: お金', 'bot_contains: money'),
  );
  await run('--why', '英語で試す');
  output();
  await run('--diff', '3');
  expect(output()).toContain('どれも変わっていません');
  write('flow.yaml', renamed.replace('en: How can we help? }', 'en: Tell us. }'));
  await run('--diff', 'now');
  expect(output()).toMatch(
    /■ お金[\s\S]*\n- ボット: How can we help\?\n\+ ボット: Tell us\.\n[\s\S]*1件のうち 1件/u,
  );

  expect(await run('--rollback', '1', '--why', '電話が増えた')).toBe(0);
  expect(await followed.look()).toBe(4);
  expect(flows.flow().steps.has('お金')).toBe(true);
  const returned = play1(inMoney.scene, { kind: 'choice', data: 'choice|お金|ほか' });
  expect(texts(returned)).toContain('What is it?');
  output();
  await run('--list');
  expect(output().split('\n')[0]).toMatch(/^ {3}4 .*1番に戻す: 電話が増えた$/u);
  await close();
});

describe('what a service starts with', () => {
  let [reads, compiled] = [0, 0];
  let lines: Parameters<Log>[0][] = [];
  const open = async (settings: { examples?: boolean; publicUrl?: string } = {}) => {
    const store = await openStore(root, environment().DATABASE_URL);
    [reads, compiled, lines] = [0, 0, []];
    // Compiling asks once for the time.
    const now = () => {
      compiled += 1;
      return Date.now();
    };
    const served = { flow: 'flows/town', now, examples: true, publicUrl: '', ...settings };
    const read = () => {
      reads += 1;
      return readFlowFiles(root);
    };
    const opened = await openServing({ store, log: (line) => void lines.push(line), read }, served);
    await store.close();
    return opened;
  };
  const broken = replaced(FLOW, 'go: はじめ }', 'go: はじま }');

  test('is the files, and with a mistake in them nothing: it says what to mend', async () => {
    expect(await open()).toMatchObject({ ok: true, serving: { warnings: [] } });
    write('flow.yaml', broken);
    const refused = await open();
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('[unknown-step]') });
    expect(refused).toMatchObject({ message: expect.stringContaining('このファイルでは起動できません') });
  });

  test('is the newest revision, however broken the files are, and somebody is told', async () => {
    await run('--why', 'はじめて');
    write('flow.yaml', broken);
    const opened = await open();
    if (!opened.ok) throw new Error(opened.message);
    expect(opened.serving.content.flows.flow().steps.has('お金')).toBe(true);
    expect(opened.serving.warnings.join()).toMatch(/公開ずみの 1番で動いています[\s\S]*\[unknown-step\]/u);
  });

  test('compares the files beside a revision without alerts.yaml, which no revision holds', async () => {
    write('alerts.yaml', 'channels: []\n');
    await run('--why', 'はじめて');
    expect(await open()).toMatchObject({ ok: true, serving: { warnings: [] } });
    expect(compiled).toBe(1);
    write('flow.yaml', FLOW.replace('どうしましたか。', 'なんでも書いてください。'));
    expect(await open()).toMatchObject({ ok: true, serving: { warnings: [] } });
    expect(compiled).toBe(2);
  });

  test('reads the files once, whatever they are', async () => {
    await open();
    expect(reads).toBe(1);
    await run('--why', 'はじめて');
    write('flow.yaml', FLOW.replace('どうしましたか。', 'なんでも書いてください。'));
    await open();
    expect(reads).toBe(1);
    await open({ examples: false });
    expect(reads).toBe(1);
  });

  test('is the newest revision where the folder cannot be read, loudly, and nothing where none was published', async () => {
    const flows = join(root, 'flows');
    renameSync(flows, `${flows}-away`);
    expect(await open()).toMatchObject({
      ok: false,
      message: expect.stringContaining('読めません（ENOENT）'),
    });
    renameSync(`${flows}-away`, flows);
    await run('--why', 'はじめて');
    renameSync(flows, `${flows}-away`);
    writeFileSync(flows, 'no folder');
    const opened = await open();
    if (!opened.ok) throw new Error(opened.message);
    expect(opened.serving.content.flows.flow().steps.has('お金')).toBe(true);
    expect(opened.serving.warnings).toEqual([
      expect.stringMatching(/\*{9}[\s\S]*公開ずみの 1番で動いています[\s\S]*読めません（ENOTDIR）/u),
    ]);
    expect(lines).toEqual([{ event: 'flow-files-unreadable', code: 'ENOTDIR' }]);
    expect(await open({ examples: false })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/公開ずみの 1番は[\s\S]*読めません（ENOTDIR）/u),
    });
  });

  test('is the newest revision also for the whole service, and that nobody is told is said', async () => {
    await run('--why', 'はじめて');
    rmSync(join(root, 'flows'), { recursive: true });
    writeFileSync(join(root, 'flows'), 'no folder');
    mkdirSync(join(root, 'dist', 'console'), { recursive: true });
    writeFileSync(join(root, 'dist', 'console', 'index.html'), '');
    const running = await runService({
      root,
      config: {
        ...demoSecrets,
        port: 0,
        databaseUrl: environment().DATABASE_URL,
        flow: 'flows/town',
        lineApiBaseUrl: 'http://127.0.0.1:9',
        publicUrl: '',
        trial: true,
      },
      now: Date.now,
      log: () => {},
      demo: null,
      host: '127.0.0.1',
    });
    try {
      expect(running.flows.flow().steps.has('お金')).toBe(true);
      expect(running.warnings).toEqual([
        expect.stringContaining('公開ずみの 1番で動いています'),
        expect.stringContaining('flows/town/alerts.yaml が読めません（ENOTDIR）'),
        expect.stringContaining('だれにも知らされません'),
      ]);
    } finally {
      await running.stop();
    }
  });

  test('is the files where the settings no longer take the revision, and nothing where they take neither', async () => {
    await run('--why', '例の値のまま');
    expect(await open({ examples: false })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/公開ずみの 1番は[\s\S]*--rollback[\s\S]*example/u),
    });
    write('flow.yaml', replaced(FLOW, '  example: true\n', ''));
    const opened = await open({ examples: false });
    expect(opened).toMatchObject({ serving: { warnings: [expect.stringContaining('公開ずみの 1番は')] } });
  });

  test.each([
    ['common/risk.model', /公開ずみの 1番は[\s\S]*\nflows\/common\/risk.model:1/u],
    ['town/triage.model', /公開ずみの 1番は[\s\S]*flows\/town\/triage.model/u],
  ])('is the files where the revision holds a %s of an earlier program', async (path, warning) => {
    const file = join(root, 'flows', path);
    const ours = existsSync(file) ? readFileSync(file) : null;
    const store = await openStore(root, environment().DATABASE_URL);
    writeFileSync(file, '{"utterances":6033,"linear":{}}');
    await openRevisions(store, 'town').publish(readFlowFiles(root), { who: '-', why: '-', at: 0 });
    await store.close();
    if (ours) writeFileSync(file, ours);
    else rmSync(file);
    expect(await open()).toMatchObject({
      ok: true,
      serving: { warnings: [expect.stringMatching(warning)] },
    });
    await expect(run('--rollback', '1')).rejects.toThrow(/このプログラムのものではありません/u);
  });

  test.each([
    [
      'was trained with other features is not served',
      /"layout":"/u,
      '"layout":"0',
      /公開ずみの 1番は[\s\S]*risk.model:1/u,
    ],
    ['differs from the program’s is served, and somebody is told', /"high":/u, '"high":1', /危険のことば/u],
  ])('a published ear that %s', async (_, part, other, warning) => {
    const file = join(root, 'flows/common/risk.model');
    const ours = readFileSync(file, 'utf8');
    writeFileSync(file, ours.replace(part, other));
    const store = await openStore(root, environment().DATABASE_URL);
    await openRevisions(store, 'town').publish(readFlowFiles(root), { who: '-', why: '-', at: 0 });
    await store.close();
    writeFileSync(file, ours);
    expect(await open()).toMatchObject({ ok: true, serving: { warnings: [expect.stringMatching(warning)] } });
  });

  test('asks of every later revision what the start asked: no talk: web without an address to link to', async () => {
    const opened = await open();
    if (!opened.ok) throw new Error(opened.message);
    write('flow.yaml', replaced(FLOW, '  example: true', '  example: true\n  talk: web'));
    const { content } = opened.serving;
    expect(content.serve(readFlowFiles(root))).toMatchObject({
      ok: false,
      message: expect.stringContaining('PUBLIC_URL'),
    });
    expect(content.flows.flow().desk.talk).toBe('line');
  });
});
