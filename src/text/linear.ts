import { z } from 'zod';

/**
 * A linear model over hashed character n-grams: small enough to commit, quick enough for every message, and each
 * score can be led back to the characters that made it.
 */
export type Linear = {
  outputs: readonly string[];
  /**
   * One sum per output, in the order of `outputs`, for a stretch of a folded text; only of the first `count` when that
   * is all that is asked. The array is used again by the next call.
   */
  score(text: string, start: number, end: number, count?: number): Float64Array;
  /** How much each character of the stretch speaks for an output. */
  weigh(text: string, start: number, end: number, output: number): Float64Array;
};

/**
 * What a trained model is stored as: JSON, with the weights as base64 of signed bytes, one row of outputs a bucket. A
 * stored weight times its output's scale is the weight.
 */
export const storedLinear = z.object({
  buckets: z.number().int(),
  longest: z.number().int(),
  outputs: z.array(z.string()),
  scales: z.array(z.number()),
  bias: z.array(z.number()),
  weights: z.string(),
});
export type Stored = z.infer<typeof storedLinear>;

/**
 * Calls `found` with the bucket of every n-gram of 1 to `longest` characters that ends in the stretch, with its last
 * character's place. The stretch is read with a mark before and after it; digits count as one digit.
 */
export function eachGram(
  text: string,
  start: number,
  end: number,
  longest: number,
  buckets: number,
  found: (bucket: number, first: number, last: number) => void,
): void {
  for (let i = start - 1; i <= end; i++) {
    let hash = 0x811c9dc5;
    for (let k = i; k < i + longest && k <= end; k++) {
      const code = k < start || k >= end ? 2 : text.charCodeAt(k);
      hash = Math.imul(hash ^ (code >= 0x30 && code <= 0x39 ? 0x30 : code), 0x01000193);
      hash ^= hash >>> 13;
      found((Math.imul(hash, 0x5bd1e995) >>> 15) & (buckets - 1), i, k);
    }
  }
}

/** The factor that makes long and short stretches comparable. */
export const norm = (start: number, end: number): number => 1 / Math.sqrt(end - start + 2);

/** Reads a stored model. Its scratch memory is its own: one model for one thread. */
export function readLinear(stored: Stored): Linear {
  const { buckets, longest, outputs, scales, bias } = stored;
  const width = outputs.length;
  const bytes = Uint8Array.from(atob(stored.weights), (character) => character.charCodeAt(0));
  const weights = new Int8Array(bytes.buffer);
  if (weights.length !== buckets * width) throw new Error('a linear model has the wrong number of weights');
  const sums = new Int32Array(width);
  const scores = new Float64Array(width);

  return {
    outputs,
    score(text, start, end, count = width) {
      sums.fill(0);
      eachGram(text, start, end, longest, buckets, (bucket) => {
        const row = bucket * width;
        for (let o = 0; o < count; o++) sums[o] = (sums[o] as number) + (weights[row + o] as number);
      });
      const factor = norm(start, end);
      for (let o = 0; o < count; o++)
        scores[o] = (sums[o] as number) * (scales[o] as number) * factor + (bias[o] as number);
      return scores;
    },
    weigh(text, start, end, output) {
      const weighed = new Float64Array(end - start);
      eachGram(text, start, end, longest, buckets, (bucket, first, last) => {
        const share =
          ((weights[bucket * width + output] as number) * (scales[output] as number)) / (last - first + 1);
        for (let k = Math.max(first, start); k <= last && k < end; k++)
          weighed[k - start] = (weighed[k - start] as number) + share;
      });
      return weighed;
    },
  };
}
