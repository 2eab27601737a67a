import { type Diagnostic, formatDiagnostic } from '../diagnostic/diagnostic.ts';

/** What somebody who is writing a flow sees after saving: that it is in force, or what keeps it from being so. */
export type Preview = { ok: boolean; findings: PreviewFinding[] };

/** A mistake as a page shows it: where, what to do, and the line with what is wrong in it. */
export type PreviewFinding = {
  /** `flows/ise/flow.yaml:33:45` */
  place: string;
  code: string;
  message: string;
  suggestion?: string;
  /** The offending line in three parts; the middle one is what is wrong. */
  line: [before: string, wrong: string, after: string];
};

/** The mistakes among some diagnostics; warnings are left to `madoguchi check`. Plain data, for JSON. */
export function previewOf(diagnostics: readonly Diagnostic[]): Preview {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return { ok: errors.length === 0, findings: errors.map(findingOf) };
}

function findingOf({
  file,
  line,
  column,
  code,
  message,
  suggestion,
  source,
  length,
}: Diagnostic): PreviewFinding {
  const start = column - 1;
  return {
    place: `flows/${file}:${line}:${column}`,
    code,
    message,
    ...(suggestion ? { suggestion } : {}),
    line: [source.slice(0, start), source.slice(start, start + length), source.slice(start + length)],
  };
}

/** The same for a terminal. */
export const describePreview = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((found) => formatDiagnostic({ ...found, file: `flows/${found.file}` }))
    .join('\n\n');
