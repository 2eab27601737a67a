import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDiagnostic } from '../diagnostic/diagnostic.ts';
import { createDetector } from '../risk/detect.ts';
import type { Detect } from '../risk/finding.ts';
import { loadLexicon } from '../risk/lexicon.ts';
import type { MakeTriage } from './flows.ts';
import { CannotStart } from './platform.ts';

/** The risk detector of the project's lexicon. A lexicon with a mistake stops the start: danger must not be missed. */
export function openDetector(root: string): Detect {
  const path = 'flows/common/risk.yaml';
  const { lexicon, diagnostics } = loadLexicon(path, readFileSync(join(root, path), 'utf8'));
  if (!lexicon) throw new CannotStart(diagnostics.map(formatDiagnostic).join('\n\n'));
  return createDetector({ lexicon });
}

/** Sorts free text by the words of each category. */
export function makeTriage(_root: string): MakeTriage {
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
