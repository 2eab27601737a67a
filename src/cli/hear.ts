import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { openDetector } from '../hearing.ts';
import { readFlowFiles } from '../node/files.ts';
import { CannotStart, flowFolder, rootFolder } from '../node/platform.ts';
import { riskLine } from '../risk/jsonl.ts';
import { triageLine } from '../triage/jsonl.ts';
import { createTriage, loadTriageModel } from '../triage/triage.ts';
import { loadForStaff } from './open.ts';

/** `madoguchi risk --jsonl`: what danger is heard in each line of standard input. */
export async function risk(args: string[]): Promise<number> {
  parseArgs({ args, options: { jsonl: { type: 'boolean' } } });
  const ear = openDetector(readFlowFiles(rootFolder));
  if (!ear.ok) throw new CannotStart(ear.diagnostics.map(formatDiagnostic).join('\n\n'));
  return lineByLine((line) => riskLine(ear.detect, line));
}

/** `madoguchi triage --flow flows/ise --jsonl`: into which category each line of standard input is sorted. */
export async function triage(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { jsonl: { type: 'boolean' }, flow: { type: 'string', default: 'flows/ise' } },
  });
  const { files, loaded } = loadForStaff(values.flow);
  if (!loaded.definition) throw new CannotStart(loaded.diagnostics.map(formatDiagnostic).join('\n\n'));
  const stored = files.get(`${flowFolder(values.flow)}/triage.model`);
  const categories = Object.entries(loaded.definition.file.categories).map(([id, { words, examples }]) => ({
    id,
    words,
    examples,
  }));
  const sort = createTriage(categories, stored === undefined ? undefined : loadTriageModel(stored));
  return lineByLine((line) => triageLine(sort, line));
}

async function lineByLine(answer: (line: string) => string): Promise<number> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line.trim() !== '') process.stdout.write(`${answer(line)}\n`);
  return 0;
}
