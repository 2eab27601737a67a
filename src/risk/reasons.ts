import type { Span } from '../text/sentences.ts';
import type { Meaning } from './meanings.ts';

/** A stretch of the text, and the families of meaning its words belong to (none: it is the wording itself). */
export type Reason = Span & { families: string[] };

type Add = (weight: number, first: number, last: number) => void;

/** What the features of a stretch weigh, shared out among the characters that show them. */
export function weigh(start: number, end: number, each: (add: Add) => void): Float64Array {
  const weights = new Float64Array(end - start);
  each((weight, first, last) => {
    const from = Math.max(first, start);
    const to = Math.min(last, end - 1);
    for (let k = from; k <= to; k++)
      weights[k - start] = (weights[k - start] as number) + weight / (to - from + 1);
  });
  return weights;
}

/** Up to two runs of characters whose weight stands out, made as wide as the words of known meaning they touch. */
export function reasonsOf(
  weights: Float64Array,
  start: number,
  meanings: readonly Meaning[],
  names: readonly string[],
): Reason[] {
  const most = Math.max(...weights);
  if (!(most > 0)) return [];
  const found: (Span & { weight: number })[] = [];
  for (let i = 0; i < weights.length; i++) {
    if ((weights[i] as number) < most / 2) continue;
    const first = i;
    let weight = 0;
    while (i < weights.length && (weights[i] as number) >= most / 2) weight += weights[i++] as number;
    found.push({ start: first + start, end: i + start, weight });
  }
  return found
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 2)
    .map((run) => {
      const words = meanings.filter((word) => word.start < run.end && run.start < word.end);
      return {
        start: Math.min(run.start, ...words.map((word) => word.start)),
        end: Math.max(run.end, ...words.map((word) => word.end)),
        families: [...new Set(words.map(({ family }) => names[family] as string))].slice(0, 3),
      };
    });
}
