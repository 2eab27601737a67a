import { createDetector } from '../../src/risk/detect.ts';
import type { Lexicon } from '../../src/risk/lexicon.ts';
import { readRiskTraining, readTriageCorpus, type Utterance } from './corpus.ts';

/**
 * What the risk model learns from: the training part of its own corpus and, as words of peace, the concerns that triage
 * learns from. Most who write have an ordinary concern, and must not set off an alarm. Concerns in which the lexicon
 * hears something are left out: some of them tell of violence.
 */
export function riskTraining(corpora: string, lexicon: Lexicon): Utterance[] {
  const hears = createDetector({ lexicon });
  const peaceful = readTriageCorpus(`${corpora}/triage/corpus/train.tsv`)
    .filter(({ text }) => hears(text, []).level === 'none')
    .map(
      ({ id, group, text }): Utterance => ({
        id,
        group: `concern-${group}`,
        level: 'none',
        kinds: [],
        subject: 'nobody',
        form: 'ordinary',
        recent: [],
        text,
      }),
    );
  return [...readRiskTraining(`${corpora}/risk/corpus`), ...peaceful];
}
