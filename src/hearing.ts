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
  const { lexicon, diagnostics } = loadLexicon(`flows/${path}`, files.get(path) ?? '');
  if (!lexicon) return { ok: false, diagnostics };
  const stored = files.get('common/risk.model');
  if (stored === undefined) return { ok: false, diagnostics: [missingModel] };
  return { ok: true, detect: createDetector({ lexicon, model: loadRiskModel(stored, lexicon.meanings) }) };
}

/** Without its model the detector would go on hearing less, and nobody would know. */
const missingModel: Diagnostic = {
  code: 'missing-file',
  severity: 'error',
  file: 'flows/common/risk.model',
  line: 1,
  column: 1,
  source: '',
  length: 1,
  message: '学習した危険度のモデルがありません。npm run risk:train で作ってください。',
};

/** Sorts free text by the words and examples of each category, and by the model trained for the flow if it has one. */
export function makeTriage(stored?: string): MakeTriage {
  const model = stored === undefined ? undefined : loadTriageModel(stored);
  return (categories) => createTriage(categories, model);
}
