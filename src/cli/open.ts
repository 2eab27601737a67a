import type { Flow } from '../conversation/flow.ts';
import { type Diagnostic, formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { loadHolidays } from '../directory/holidays.ts';
import type { Definition, FlowFiles } from '../flow/definition.ts';
import { type LoadedFlow, loadFlow } from '../flow/load.ts';
import { makeTriage, openDetector } from '../hearing.ts';
import { readFlowFiles } from '../node/files.ts';
import { CannotStart, flowFolder, rootFolder } from '../node/platform.ts';
import type { Detect } from '../risk/finding.ts';

/** The files on disk and what becomes of them, right or wrong. */
export function loadForStaff(typed: string | undefined): {
  files: FlowFiles;
  folder: string;
  loaded: LoadedFlow;
} {
  const files = readFlowFiles(rootFolder);
  const folder = flowFolder(typed);
  const loaded = loadFlow(files, folder, {
    holidays: loadHolidays(),
    now: Date.now(),
    triage: makeTriage(files.get(`${folder}/triage.model`)),
  });
  return { files, folder, loaded };
}

/** A flow ready to be talked with. Throws `CannotStart` with all its mistakes. */
export function openForStaff(typed: string | undefined): {
  files: FlowFiles;
  folder: string;
  flow: Flow;
  definition: Definition;
  detect: Detect;
} {
  const { files, folder, loaded } = loadForStaff(typed);
  const { flow, definition, diagnostics } = loaded;
  if (!flow || !definition) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(inFlows);
    throw new CannotStart(
      `${errors.map(formatDiagnostic).join('\n\n')}\n\nフローに誤りがあります。先に直してください。`,
    );
  }
  const ear = openDetector(files);
  if (!ear.ok) throw new CannotStart(ear.diagnostics.map(formatDiagnostic).join('\n\n'));
  return { files, folder, flow, definition, detect: ear.detect };
}

/** A finding with its file as seen from the project's folder. */
export const inFlows = (found: Diagnostic): Diagnostic => ({ ...found, file: `flows/${found.file}` });
