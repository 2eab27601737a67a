import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { openAlerting } from '../alerting.ts';
import { openContent } from '../content.ts';
import { step } from '../conversation/step.ts';
import { formatDiagnostic } from '../diagnostic/diagnostic.ts';
import type { FlowFiles } from '../flow/definition.ts';
import { menusOf } from '../flow/menu.ts';
import { proveFlow } from '../flow/proof/report.ts';
import { type DiffLine, diffChats } from '../flow/transcript/diff.ts';
import { readTranscripts } from '../flow/transcript/file.ts';
import { runTranscript } from '../flow/transcript/run.ts';
import { runSuite } from '../flow/transcript/suite.ts';
import { readFlowFiles } from '../node/files.ts';
import { CannotStart, flowFolder, openStore, rootFolder } from '../node/platform.ts';
import { openRevisions, type Revisions } from '../revisions.ts';
import { inFlows, openFilesForStaff, type Ready } from './open.ts';

const usage = `使い方:
  madoguchi publish flows/ise --why "変えたわけ" [--who 名前]   調べてから公開します
  madoguchi publish flows/ise --list                            これまでの公開
  madoguchi publish flows/ise --diff 3                          3番で変わった会話（--diff now は、いまの書きかけ）
  madoguchi publish flows/ise --rollback 2 [--why …]            2番の内容に戻します`;

/** `madoguchi publish`: puts a flow in force in every running service, after everything was looked at; keeps who and why. */
export async function publish(
  args: string[],
  environment: NodeJS.ProcessEnv,
  root = rootFolder,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      why: { type: 'string' },
      who: { type: 'string', default: userInfo().username },
      list: { type: 'boolean', default: false },
      diff: { type: 'string' },
      rollback: { type: 'string' },
    },
    allowPositionals: true,
  });
  const folder = flowFolder(positionals[0]);
  const database = await openStore(root, environment.DATABASE_URL || 'sqlite:data/madoguchi.db');
  try {
    const revisions = openRevisions(database, folder);
    if (values.list) return await list(revisions);
    if (values.diff !== undefined) return await diff(revisions, { folder, root }, values.diff);
    const { who } = values;
    if (values.rollback !== undefined) {
      const number = Number(values.rollback);
      const why = `${number}番に戻す${values.why ? `: ${values.why}` : ''}`;
      return await store(revisions, await filesAt(revisions, number), {
        folder,
        root,
        who,
        why,
        back: number,
        environment,
      });
    }
    if (!values.why?.trim()) throw new CannotStart(usage);
    const why = values.why.trim();
    return await store(revisions, readFlowFiles(root), { folder, root, who, why, environment });
  } finally {
    await database.close();
  }
}

type Publishing = {
  folder: string;
  root: string;
  who: string;
  why: string;
  back?: number;
  environment: NodeJS.ProcessEnv;
};

/**
 * Checks, proves, plays the transcripts, asks whether a service with these settings takes it, and stores. Nothing is stored
 * while anything is wrong.
 */
async function store(revisions: Revisions, files: FlowFiles, publishing: Publishing): Promise<number> {
  const { folder, who, why, back } = publishing;
  const ready = openFilesForStaff(files, folder);
  const violations = proveFlow(ready.flow, ready.definition);
  const { results, diagnostics } = runSuite(ready, files);
  const failures = [...violations, ...diagnostics, ...results.flatMap(({ findings }) => findings)].map(
    inFlows,
  );
  if (failures.length > 0) {
    console.error(failures.map(formatDiagnostic).join('\n\n'));
    console.error(`\n公開しませんでした（${failures.length}件）。直してから、もう一度公開してください。`);
    return 1;
  }
  const warnings = wouldServe(files, publishing);
  const number = await revisions.publish(files, {
    who,
    why,
    at: Date.now(),
    ...(back === undefined ? {} : { back }),
  });
  console.log(
    number === null
      ? '公開ずみの内容と同じなので、何もしませんでした。'
      : `公開しました: ${number}番（会話の試験 ${results.length}件が通りました）。動いているサービスは、数秒のうちに切りかわります。`,
  );
  for (const warning of warnings) console.warn(`\n${warning}`);
  return 0;
}

/**
 * Throws `CannotStart` with why a service that was started with this environment would refuse the files: 例 values outside a trial,
 * `talk: web` without an address. Whom alerts reach is not kept from being published, but said.
 */
function wouldServe(files: FlowFiles, { folder, root, environment }: Publishing): string[] {
  const flow = `flows/${folder}`;
  const examples = environment.MADOGUCHI_TRIAL === '1';
  const publicUrl = environment.PUBLIC_URL ?? '';
  const content = openContent(() => files, { flow, now: Date.now, examples, publicUrl });
  if (!content.ok) throw new CannotStart(`${content.message}\n\n公開しませんでした。`);
  if (environment.MADOGUCHI_ALERTS) return [];
  const file = `${folder}/alerts.yaml`;
  const text = readFlowFiles(root).get(file);
  const found = text === undefined ? null : { file: `flows/${file}`, text };
  const alerting = openAlerting(found, { environment, now: Date.now() });
  return alerting.ok ? alerting.warnings : [`${alerting.message}\n\n知らせの設定に、直すところがあります。`];
}

async function list(revisions: Revisions): Promise<number> {
  const all = await revisions.list();
  if (all.length === 0) console.log('まだ公開されていません。サービスは flows/ のファイルで動きます。');
  for (const { number, at, who, why } of all)
    console.log(`${String(number).padStart(4)}  ${timeOf(at)}  ${who}  ${why}`);
  return 0;
}

async function filesAt(revisions: Revisions, number: number): Promise<FlowFiles> {
  const files = Number.isInteger(number) ? await revisions.files(number) : null;
  if (!files) throw new CannotStart(`${number}番の公開はありません。--list で確かめてください。`);
  return files;
}

/** Plays the newer side's transcripts on both sides and prints those that went otherwise. */
async function diff(
  revisions: Revisions,
  { folder, root }: { folder: string; root: string },
  asked: string,
): Promise<number> {
  const newest = await revisions.newest();
  const number = asked === 'now' ? (newest ?? 0) + 1 : Number(asked);
  if (!Number.isInteger(number)) throw new CannotStart(usage);
  const after = asked === 'now' ? readFlowFiles(root) : await filesAt(revisions, number);
  if (number <= 1) {
    console.log('くらべる前の公開がありません。');
    return 0;
  }
  const [old, now] = [
    openFilesForStaff(await filesAt(revisions, number - 1), folder),
    openFilesForStaff(after, folder),
  ];
  const { transcripts } = readTranscripts(after, folder);
  const chat = ({ flow, detect, definition }: Ready, index: number) => {
    const written = transcripts[index];
    return written ? runTranscript({ flow, detect, step, menus: menusOf(definition, []) }, written).chat : [];
  };
  let changed = 0;
  for (const [index, { transcript }] of transcripts.entries()) {
    const lines = diffChats(chat(old, index), chat(now, index));
    if (lines.every(({ change }) => change === 'same')) continue;
    changed++;
    console.log(`■ ${transcript.name}`);
    for (const [at, { who, text, change }] of lines.entries())
      if (isNear(lines, at))
        console.log(
          `${{ same: ' ', before: '-', after: '+' }[change]} ${who}: ${text.replaceAll('\n', '\n    ')}`,
        );
      else if (at === 0 || isNear(lines, at - 1)) console.log('  …');
    console.log('');
  }
  console.log(
    changed === 0
      ? `会話の試験 ${transcripts.length}件の答えは、どれも変わっていません。`
      : `会話の試験 ${transcripts.length}件のうち ${changed}件で、答えが変わります（- 前、+ 後）。`,
  );
  return 0;
}

/** So many lines around a change tell where in the talk it is. */
const AROUND = 3;

const isNear = (lines: readonly DiffLine[], at: number): boolean =>
  lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ change }) => change !== 'same');

/** `2026-11-23 10:00` in Japan. */
const timeOf = (at: number): string =>
  new Date(at + 9 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
