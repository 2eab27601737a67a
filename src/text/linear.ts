import { z } from 'zod';

/**
 * A linear model over hashed features, above all character n-grams: small enough to commit, quick enough for every
 * message, and each score can be led back to the characters that made it.
 */
export type Linear = {
  outputs: readonly string[];
  buckets: number;
  /**
   * One sum per output, in the order of `outputs`, for the character n-grams of a stretch of a folded text and, when
   * given, for any other features: `more` hands each bucket and its value to what it is given. The array is used again
   * by the next call.
   */
  score(
    text: string,
    start: number,
    end: number,
    more?: (add: (bucket: number, value: number) => void) => void,
  ): Float64Array;
  /** How much a feature speaks for an output. */
  weight(bucket: number, output: number): number;
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
      hash = longer(hash, k < start || k >= end ? MARK : text.charCodeAt(k));
      found(bucketOf(hash, buckets), i, k);
    }
  }
}

/** Stands before and after a stretch. */
const MARK = 2;

/** The number of an n-gram that goes on with one more character. */
function longer(hash: number, code: number): number {
  const next = Math.imul(hash ^ (code >= 0x30 && code <= 0x39 ? 0x30 : code), 0x01000193);
  return next ^ (next >>> 13);
}

const bucketOf = (hash: number, buckets: number): number =>
  (Math.imul(hash, 0x5bd1e995) >>> 15) & (buckets - 1);

/** The factor that makes long and short stretches comparable. */
export const norm = (start: number, end: number): number => 1 / Math.sqrt(end - start + 2);

/** Reads a stored model. Its scratch memory is its own: one model for one thread. */
export function readLinear(stored: Stored): Linear {
  const { buckets, longest, outputs, scales, bias } = stored;
  const width = outputs.length;
  const bytes = atob(stored.weights);
  const weights = new Int8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) weights[i] = bytes.charCodeAt(i);
  if (weights.length !== buckets * width) throw new Error('a linear model has the wrong number of weights');
  const scores = new Float64Array(width);
  const counted = new Int32Array(width);
  let codes = new Uint16Array(512);

  return {
    outputs,
    buckets,
    score(text, start, end, more) {
      scores.fill(0);
      more?.((bucket, value) => {
        const row = bucket * width;
        for (let o = 0; o < width; o++)
          scores[o] = (scores[o] as number) + (weights[row + o] as number) * value;
      });
      // `eachGram` once more, with whole numbers, each letter read once, and no call: most of the time goes here.
      const length = end - start + 2;
      if (codes.length < length) codes = new Uint16Array(2 * length);
      const read = codes;
      read[0] = MARK;
      for (let i = 1; i < length - 1; i++) read[i] = text.charCodeAt(start + i - 1);
      read[length - 1] = MARK;
      counted.fill(0);
      for (let i = 0; i < length; i++) {
        let hash = 0x811c9dc5;
        for (let k = i; k < i + longest && k < length; k++) {
          hash = longer(hash, read[k] as number);
          const row = bucketOf(hash, buckets) * width;
          for (let o = 0; o < width; o++) counted[o] = (counted[o] as number) + (weights[row + o] as number);
        }
      }
      const share = norm(start, end);
      for (let o = 0; o < width; o++)
        scores[o] =
          ((scores[o] as number) + (counted[o] as number) * share) * (scales[o] as number) +
          (bias[o] as number);
      return scores;
    },
    weight: (bucket, output) => (weights[bucket * width + output] as number) * (scales[output] as number),
  };
}
