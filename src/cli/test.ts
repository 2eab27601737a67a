import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatDiagnostic } from '../diagnostic/diagnostic.ts';
import type { Coverage } from '../flow/transcript/coverage.ts';
import { runSuite, updatedFiles } from '../flow/transcript/suite.ts';
import { rootFolder } from '../node/platform.ts';
import { inFlows, openForStaff } from './open.ts';

/**
 * `madoguchi test flows/ise [--coverage] [--update]`: plays the transcripts beside a flow. Exit code 1 when an
 * expectation fails; `--update` writes what the bot says now into the failing lines.
 */
export async function test(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      coverage: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { files, flow, definition, detect } = openForStaff(positionals[0]);
  const { results, diagnostics, coverage } = runSuite({ flow, definition, detect }, files);
  const findings = [...diagnostics, ...results.flatMap((result) => result.findings)].map(inFlows);
  if (values.update) return update(files, results);
  if (values.json) {
    console.log(JSON.stringify({ findings, ...(values.coverage ? { coverage } : {}) }, null, 2));
    return findings.length > 0 ? 1 : 0;
  }
  for (const { name, findings: own } of results) console.log(`${own.length === 0 ? '✓' : '✗'} ${name}`);
  for (const finding of findings) console.log(`\n${formatDiagnostic(finding)}`);
  if (values.coverage) console.log(`\n${describeCoverage(coverage)}`);
  const failed = results.filter((result) => result.findings.length > 0).length + diagnostics.length;
  console.log(
    `\n会話の試験 ${results.length}件${failed > 0 ? `、うち失敗 ${failed}件` : '、すべて通りました'}。`,
  );
  return failed > 0 ? 1 : 0;
}

function update(...[files, results]: Parameters<typeof updatedFiles>): number {
  const changed = updatedFiles(files, results);
  for (const [path, text] of changed) writeFileSync(join(rootFolder, 'flows', path), text);
  const lines = results.flatMap((result) => result.updates).length;
  const left = results.flatMap((result) => result.findings).length - lines;
  console.log(
    `${lines}行を、いまの答えに書きかえました（${[...changed.keys()].map((path) => `flows/${path}`).join('、') || 'なし'}）。変わったところが正しいか、読んで確かめてください。`,
  );
  if (left > 0) console.log(`書きかえられない失敗が${left}件残っています。`);
  return left > 0 ? 1 : 0;
}

function describeCoverage({ steps, choices }: Coverage): string {
  const byStep = Map.groupBy(choices.missing, ({ step }) => step);
  return [
    `ステップ ${steps.visited}/${steps.all}、選択肢 ${choices.visited}/${choices.all} を通りました。`,
    ...(steps.missing.length > 0
      ? ['', '通らなかったステップ:', ...steps.missing.map((name) => `  ${name}`)]
      : []),
    ...(byStep.size > 0
      ? [
          '',
          '押されなかった選択肢:',
          ...[...byStep].map(
            ([step, missing]) => `  ${step}: ${missing.map(({ choice }) => `「${choice}」`).join('')}`,
          ),
        ]
      : []),
  ].join('\n');
}
