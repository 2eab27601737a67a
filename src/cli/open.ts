import type { Config } from '../config.ts';
import type { Flow } from '../conversation/flow.ts';
import { type Diagnostic, formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { loadHolidays } from '../directory/holidays.ts';
import type { Definition, FlowFiles } from '../flow/definition.ts';
import { type LoadedFlow, loadFlow } from '../flow/load.ts';
import type { Menus } from '../flow/menu.ts';
import type { FlowHolder } from '../flows.ts';
import { makeTriage, openDetector, readTrained, unfitTriage } from '../hearing.ts';
import { readFlowFiles } from '../node/files.ts';
import { CannotStart, flowFolder, rootFolder } from '../node/platform.ts';
import type { Detect } from '../risk/finding.ts';
import { openServing } from '../serving.ts';
import type { Store } from '../store/store.ts';

/** A flow ready to be talked with. */
export type Ready = { flow: Flow; definition: Definition; detect: Detect };

/** What becomes of some files, right or wrong. Throws `CannotStart` where there is no flow, or the model is another program's. */
export function loadFiles(files: FlowFiles, folder: string): LoadedFlow {
  if (!files.has(`${folder}/flow.yaml`)) throw new CannotStart(noFlow(files, folder));
  const triage = readTrained(() => makeTriage(files.get(`${folder}/triage.model`)));
  if (!triage) throw new CannotStart(unfitTriage(`flows/${folder}`));
  return loadFlow(files, folder, { holidays: loadHolidays(), now: Date.now(), triage });
}

function noFlow(files: FlowFiles, folder: string): string {
  const all = [...files.keys()].filter((path) => path.endsWith('/flow.yaml')).sort();
  const there = all.map((path) => `flows/${path.replace('/flow.yaml', '')}`);
  return `flows/${folder} に、フローのファイル（flow.yaml）がありません。フローがあるのは ${there.join('、')} です。`;
}

/** The files on disk and what becomes of them. */
export function loadForStaff(
  typed: string | undefined,
  root = rootFolder,
): {
  files: FlowFiles;
  folder: string;
  loaded: LoadedFlow;
} {
  const files = readFlowFiles(root);
  const folder = flowFolder(typed);
  return { files, folder, loaded: loadFiles(files, folder) };
}

/** Makes a flow of some files. Throws `CannotStart` with all their mistakes. */
export function openFilesForStaff(files: FlowFiles, folder: string): Ready {
  const { flow, definition, diagnostics } = loadFiles(files, folder);
  if (!flow || !definition) throw broken(diagnostics);
  const ear = openDetector(files);
  if (!ear.ok) throw new CannotStart(ear.diagnostics.map(formatDiagnostic).join('\n\n'));
  return { flow, definition, detect: ear.detect };
}

/** The rich menus of the flow on disk; null where it has none. Throws `CannotStart` with all its mistakes. */
export function menusForStaff(typed: string): Menus | null {
  const { flow, menus, diagnostics } = loadForStaff(typed).loaded;
  if (!flow) throw broken(diagnostics);
  return menus;
}

function broken(diagnostics: readonly Diagnostic[]): CannotStart {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(inFlows);
  return new CannotStart(
    `${errors.map(formatDiagnostic).join('\n\n')}\n\nフローに誤りがあります。先に直してください。`,
  );
}

/** The flow on disk, ready to be talked with. Throws `CannotStart` with all its mistakes. */
export function openForStaff(typed: string | undefined): Ready & { files: FlowFiles; folder: string } {
  const files = readFlowFiles(rootFolder);
  const folder = flowFolder(typed);
  return { files, folder, ...openFilesForStaff(files, folder) };
}

/** A finding with its file as seen from the project's folder. */
export const inFlows = (found: Diagnostic): Diagnostic => ({ ...found, file: `flows/${found.file}` });

/** The flow that the running service serves: what was published, else what is on disk. Throws `CannotStart`. */
export async function flowInForce(
  { flow, publicUrl }: Config,
  store: Store,
  now: number,
): Promise<FlowHolder> {
  const opened = await openServing(
    { store, log: () => {}, read: () => readFlowFiles(rootFolder) },
    { flow, now: () => now, examples: true, publicUrl },
  );
  if (!opened.ok) throw new CannotStart(opened.message);
  return opened.serving.content.flows;
}
