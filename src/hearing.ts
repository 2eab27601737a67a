import type { Diagnostic } from './diagnostic/diagnostic.ts';
import type { FlowFiles } from './flow/definition.ts';
import type { MakeTriage } from './flows.ts';
import { createDetector } from './risk/detect.ts';
import type { Detect } from './risk/finding.ts';
import { loadLexicon } from './risk/lexicon.ts';

/** The risk detector of the shared lexicon. With a mistake in it there is none: danger must not be missed. */
export function openDetector(
  files: FlowFiles,
): { ok: true; detect: Detect } | { ok: false; diagnostics: Diagnostic[] } {
  const path = 'common/risk.yaml';
  const { lexicon, diagnostics } = loadLexicon(`flows/${path}`, files.get(path) ?? '');
  return lexicon ? { ok: true, detect: createDetector({ lexicon }) } : { ok: false, diagnostics };
}

/** Sorts free text by the words of each category. */
export function makeTriage(): MakeTriage {
  return (categories) => (text) => {
    const folded = text.normalize('NFKC').toLowerCase();
    const ranked = categories
      .map(({ id, words }) => ({
        category: id,
        score: words.filter((word) => folded.includes(word.toLowerCase())).length,
      }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    const [first, second] = ranked;
    return { category: first && first.score > (second?.score ?? 0) ? first.category : null, ranked };
  };
}
