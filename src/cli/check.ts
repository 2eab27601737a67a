import { parseArgs } from 'node:util';
import { type Diagnostic, formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { proveFlow } from '../flow/proof/report.ts';
import { inFlows, loadForStaff } from './open.ts';

/**
 * `madoguchi check flows/ise [--json] [--no-proof]`: every mistake in a flow's files, with its place and what to do, and
 * the proof that safety and a person are in reach from everywhere. 0 or 1.
 */
export async function check(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      'no-proof': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { flow, definition, diagnostics } = loadForStaff(positionals[0]).loaded;
  const proof = flow && definition && !values['no-proof'] ? proveFlow(flow, definition) : [];
  const found = [...diagnostics, ...proof].map(inFlows);
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
  // Errors last, next to the summary: in a terminal the end is what one sees.
  const inOrder = [...found].sort((a, b) => Number(a.severity === 'error') - Number(b.severity === 'error'));
  return [...inOrder.map(formatDiagnostic), summary].join('\n\n');
}
