import { parseArgs } from 'node:util';
import { loadPlan } from '../alert/load.ts';
import { type Diagnostic, formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { loadHolidays } from '../directory/holidays.ts';
import type { FlowFiles } from '../flow/definition.ts';
import { proveFlow } from '../flow/proof/report.ts';
import { openDetector } from '../hearing.ts';
import { inFlows, loadForStaff } from './open.ts';

/**
 * `madoguchi check flows/ise [--all] [--json] [--no-proof]`: every mistake in a flow's files and in the words of danger that
 * all towns share, with its place and what to do, and the proof that safety and a person are in reach from everywhere. Many
 * warnings of one kind are one line, unless `--all` asks for each. 0 or 1.
 */
export async function check(args: string[], root?: string): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'no-proof': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { files, folder, loaded } = loadForStaff(positionals[0], root);
  const { flow, definition, diagnostics } = loaded;
  const proof = flow && definition && !values['no-proof'] ? proveFlow(flow, definition) : [];
  const ear = openDetector(files);
  const found = [
    ...[...diagnostics, ...alertsOf(files, folder), ...proof].map(inFlows),
    ...(ear.ok ? [] : ear.diagnostics),
  ];
  const failed = found.some(({ severity }) => severity === 'error');
  if (values.json) console.log(JSON.stringify(found, null, 2));
  else console.log(report(found, values.all));
  return failed ? 1 : 0;
}

/** What is wrong in `alerts.yaml`, where there is one. The secrets it names belong to the server: here each counts as set. */
function alertsOf(files: FlowFiles, folder: string): Diagnostic[] {
  const file = `${folder}/alerts.yaml`;
  const text = files.get(file);
  if (text === undefined) return [];
  const environment = new Proxy({}, { get: () => 'https://example.jp' });
  return loadPlan(file, text, { environment, holidays: loadHolidays() }).diagnostics;
}

function report(found: readonly Diagnostic[], all: boolean): string {
  const errors = found.filter(({ severity }) => severity === 'error');
  const warnings = found.filter(({ severity }) => severity !== 'error');
  const summary =
    errors.length > 0
      ? `誤り ${errors.length}件、注意 ${warnings.length}件。誤りを直すまで公開できません。`
      : `誤りはありません（注意 ${warnings.length}件）。`;
  // Errors last, next to the summary: in a terminal the end is what one sees.
  return [
    ...(all ? warnings.map(formatDiagnostic) : grouped(warnings)),
    ...errors.map(formatDiagnostic),
    summary,
  ].join('\n\n');
}

/** More of one kind in one file than this are told in one line. */
const FEW = 3;

function grouped(warnings: readonly Diagnostic[]): string[] {
  const kinds = Map.groupBy(warnings, ({ file, code, message }) => `${file} ${code} ${message}`);
  return [...kinds.values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length <= FEW) return same.map(formatDiagnostic);
    const where = same.map(({ subject, line }) => subject ?? `${line}行目`).join('、');
    return [
      `${first.file} 注意 [${first.code}] ${first.message}（${same.length}件。--all で一つずつ出ます）\n  ${where}`,
    ];
  });
}
