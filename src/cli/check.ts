import { parseArgs } from 'node:util';
import { type Diagnostic, formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { loadHolidays } from '../directory/holidays.ts';
import { loadFlow } from '../flow/load.ts';
import { makeTriage } from '../hearing.ts';
import { readFlowFiles } from '../node/files.ts';
import { flowFolder, rootFolder } from '../node/platform.ts';

/** `madoguchi check flows/ise [--json]`: every mistake in a flow's files, with its place and what to do. 0 or 1. */
export async function check(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const { diagnostics } = loadFlow(readFlowFiles(rootFolder), flowFolder(positionals[0]), {
    holidays: loadHolidays(),
    now: Date.now(),
    triage: makeTriage(),
  });
  const found = diagnostics.map((diagnostic) => ({ ...diagnostic, file: `flows/${diagnostic.file}` }));
  const failed = found.some(({ severity }) => severity === 'error');
  if (values.json) console.log(JSON.stringify(found, null, 2));
  else console.log(report(found));
  return failed ? 1 : 0;
}

function report(found: readonly Diagnostic[]): string {
  const errors = found.filter(({ severity }) => severity === 'error').length;
  const summary =
    errors > 0
      ? `誤り ${errors}件、注意 ${found.length - errors}件。誤りを直すまで公開できません。`
      : `誤りはありません（注意 ${found.length}件）。`;
  return [...found.map(formatDiagnostic), summary].join('\n\n');
}
