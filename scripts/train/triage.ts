import { fold } from '../../src/text/fold.ts';
import type { Stored } from '../../src/text/linear.ts';
import { foldedWords, NONE, type TriageCategory, withSigns } from '../../src/triage/triage.ts';
import { everydayTalk } from './chat.ts';
import type { Concern } from './corpus.ts';
import { type Example, trainLinear } from './linear.ts';

/** Trains the sorting of concerns from the corpus and from the flow's own words and examples. */
export function trainTriage(concerns: readonly Concern[], categories: readonly TriageCategory[]): Stored {
  const outputs = [...categories.map(({ id }) => id), NONE];
  const wanted = (ids: readonly string[]): number[] =>
    outputs.map((output) => {
      const at = ids.length === 0 ? (output === NONE ? 0 : -1) : ids.indexOf(output);
      if (at < 0) return 0;
      return ids.length <= 1 ? 1 : at === 0 ? 0.65 : 0.35 / (ids.length - 1);
    });
  const words = foldedWords(categories);
  const read = (text: string) => withSigns(fold(text).text, words);
  const examples: Example[] = [
    ...concerns.map(({ text, categories: ids }) => ({ text: read(text), wanted: wanted(ids) })),
    ...categories.flatMap(({ id, words, examples }) =>
      [...words, ...examples].map((text) => ({ text: read(text), wanted: wanted([id]) })),
    ),
    ...everydayTalk(300).map((text) => ({ text: read(text), wanted: wanted([]), weight: 0.3 })),
  ];
  return trainLinear(examples, {
    outputs,
    groups: [outputs.map((_, i) => i)],
    buckets: 1 << 15,
    longest: 3,
    epochs: 15,
    rate: 0.3,
    decay: 2e-3,
    seed: 20261121,
  });
}
