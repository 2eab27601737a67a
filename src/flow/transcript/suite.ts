import type { Flow } from '../../conversation/flow.ts';
import { step } from '../../conversation/step.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { replaceTexts } from '../../diagnostic/yaml-edit.ts';
import type { Detect } from '../../risk/finding.ts';
import type { Definition, FlowFiles } from '../definition.ts';
import { menusOf } from '../menu.ts';
import { type Coverage, coverageOf, watched } from './coverage.ts';
import { readTranscripts } from './file.ts';
import { runTranscript, type TranscriptResult } from './run.ts';

export type Suite = {
  results: TranscriptResult[];
  /** Mistakes in the files themselves; nothing of such a file is played. */
  diagnostics: Diagnostic[];
  coverage: Coverage;
};

/** Plays every transcript beside a flow. Pure; a few milliseconds each. */
export function runSuite(
  { flow, definition, detect }: { flow: Flow; definition: Definition; detect: Detect },
  files: FlowFiles,
): Suite {
  const { transcripts, diagnostics } = readTranscripts(files, definition.folder);
  const { flow: noted, seen } = watched(flow);
  const menus = menusOf(definition, []);
  const performers = { flow: noted, detect, step, menus };
  const results = transcripts.map((transcript) => runTranscript(performers, transcript));
  const tapped = new Set(results.flatMap((result) => result.tapped));
  return {
    results,
    diagnostics,
    coverage: coverageOf({ flow, steps: definition.steps }, new Set(seen), tapped),
  };
}

/** The files whose expected words are rewritten to what the bot says now; everything else in them stays. */
export function updatedFiles(files: FlowFiles, results: readonly TranscriptResult[]): Map<string, string> {
  const changed = new Map<string, string>();
  for (const [file, own] of Map.groupBy(results, (result) => result.file)) {
    const updates = own.flatMap((result) => result.updates);
    const text = files.get(file);
    if (updates.length > 0 && text !== undefined) changed.set(file, replaceTexts(text, updates));
  }
  return changed;
}
