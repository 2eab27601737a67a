import type { Diagnostic } from './diagnostic/diagnostic.ts';
import type { FlowFiles } from './flow/definition.ts';
import type { MakeTriage } from './flows.ts';
import { createDetector } from './risk/detect.ts';
import type { Detect } from './risk/finding.ts';
import { loadLexicon } from './risk/lexicon.ts';
import { loadRiskModel } from './risk/model.ts';
import { createTriage, loadTriageModel } from './triage/triage.ts';

/**
 * The risk detector: the shared lexicon and the trained model beside it. With a mistake in the lexicon there is none:
 * danger must not be missed.
 */
export function openDetector(
  files: FlowFiles,
): { ok: true; detect: Detect } | { ok: false; diagnostics: Diagnostic[] } {
  const path = 'common/risk.yaml';
  const text = files.get(path);
  if (text === undefined) return { ok: false, diagnostics: [missingLexicon] };
  const { lexicon, diagnostics } = loadLexicon(`flows/${path}`, text);
  if (!lexicon) return { ok: false, diagnostics };
  const stored = files.get('common/risk.model');
  if (stored === undefined) return { ok: false, diagnostics: [missingModel] };
  const model = readTrained(() => loadRiskModel(stored, lexicon.meanings));
  if (!model) return { ok: false, diagnostics: [unfitModel] };
  return { ok: true, detect: createDetector({ lexicon, model }) };
}

/**
 * Opens detectors one after the other: the same one again while its two files are the same. Trying the lexicon's examples
 * takes some hundred milliseconds, and a second net makes the first run at half its speed (V8 no longer knows its tables).
 */
export function createEar(): typeof openDetector {
  const paths = ['common/risk.yaml', 'common/risk.model'];
  let last: { texts: (string | undefined)[]; ear: ReturnType<typeof openDetector> } | undefined;
  return (files) => {
    const texts = paths.map((path) => files.get(path));
    if (!last?.texts.every((text, i) => text === texts[i])) last = { texts, ear: openDetector(files) };
    return last.ear;
  };
}

const ofFile = (file: string, code: string, message: string): Diagnostic => ({
  code,
  severity: 'error',
  file,
  line: 1,
  column: 1,
  source: '',
  length: 1,
  message,
});

const missingLexicon = ofFile(
  'flows/common/risk.yaml',
  'missing-file',
  '危険のことばのファイルがありません。配られたものを元の場所に戻してください。',
);
/** Without its model the detector would go on hearing less, and nobody would know. */
const missingModel = ofFile(
  'flows/common/risk.model',
  'missing-file',
  '学習した危険度のモデルがありません。npm run risk:train で作ってください。',
);
const unfitModel = ofFile(
  'flows/common/risk.model',
  'unfit-model',
  '学習した危険度のモデルが、このプログラムのものではありません。npm run risk:train で作りなおしてください。',
);

/** What training wrote; null when that was for another version of this program, as in a revision published long ago. */
export function readTrained<Model>(read: () => Model): Model | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** What to say of a flow's folder (`flows/ise`) whose model cannot be read. */
export const unfitTriage = (flow: string): string =>
  `${flow}/triage.model は、このプログラムのものではありません。npm run triage:train で作りなおしてください。`;

/** Sorts free text by the words and examples of each category, and by the model trained for the flow if it has one. */
export function makeTriage(stored?: string): MakeTriage {
  const model = stored === undefined ? undefined : loadTriageModel(stored);
  return (categories) => createTriage(categories, model);
}
