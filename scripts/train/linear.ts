import { eachGram, norm, type Stored } from '../../src/text/linear.ts';

/** One example: a folded text and what is wanted of each output; `undefined` leaves an output alone. */
export type Example = { text: string; wanted: (number | undefined)[]; weight?: number };

export type Plan = {
  outputs: string[];
  /** Outputs of one group exclude each other (softmax); those in no group stand alone (sigmoid). */
  groups: number[][];
  buckets: number;
  longest: number;
  epochs: number;
  rate: number;
  decay: number;
  seed: number;
  /** What is looked at in a text; its character n-grams up to `longest` when absent. */
  read?: (text: string) => Features;
  /** The share of features hidden at random each time an example is seen, so that none is relied upon alone. */
  hidden?: number;
  /** The weights are the mean of those after each of the last so many epochs: the chance of one order evens out. */
  averaged?: number;
  /** An example whose every output is nearer than this to what is wanted teaches nothing more. */
  settled?: number;
};

/** Logistic regression by AdaGrad. The same examples, plan and seed give the same bytes. */
export function trainLinear(examples: readonly Example[], plan: Plan): Stored {
  const width = plan.outputs.length;
  const weights = new Float32Array(plan.buckets * width);
  const squares = new Float32Array(plan.buckets * width).fill(1e-6);
  const bias = new Float64Array(width);
  const biasSquares = new Float64Array(width).fill(1e-6);
  const random = mulberry32(plan.seed);
  const grouped = new Set(plan.groups.flat());
  const read = plan.read ?? ((text: string) => gramsOf(text, plan));
  const features = examples.map(({ text }) => read(text));

  const summed = plan.averaged ? new Float32Array(weights.length) : undefined;

  const order = examples.map((_, i) => i);
  const sums = new Float64Array(width);
  const slope = new Float64Array(width);
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    shuffle(order, random);
    for (const index of order) {
      const { wanted, weight = 1 } = examples[index] as Example;
      const { buckets, counts } = plan.hidden
        ? hide(features[index] as Features, plan.hidden, Math.floor(random() * 2 ** 32))
        : (features[index] as Features);
      for (let o = 0; o < width; o++) sums[o] = bias[o] as number;
      for (let f = 0; f < buckets.length; f++)
        for (let o = 0; o < width; o++) sums[o]! += weights[buckets[f]! * width + o]! * counts[f]!;

      slope.fill(0);
      for (const group of plan.groups) {
        const top = Math.max(...group.map((o) => sums[o]!));
        const total = group.reduce((sum, o) => sum + Math.exp(sums[o]! - top), 0);
        for (const o of group)
          if (wanted[o] !== undefined) slope[o] = (Math.exp(sums[o]! - top) / total - wanted[o]!) * weight;
      }
      for (let o = 0; o < width; o++)
        if (!grouped.has(o) && wanted[o] !== undefined)
          slope[o] = (1 / (1 + Math.exp(-sums[o]!)) - wanted[o]!) * weight;

      if (plan.settled && slope.every((value) => Math.abs(value) < plan.settled!)) continue;
      for (let o = 0; o < width; o++) {
        if (slope[o] === 0) continue;
        biasSquares[o]! += slope[o]! ** 2;
        bias[o]! -= (plan.rate * slope[o]!) / Math.sqrt(biasSquares[o]!);
      }
      for (let f = 0; f < buckets.length; f++) {
        const row = buckets[f]! * width;
        for (let o = 0; o < width; o++) {
          if (slope[o] === 0) continue;
          const g = slope[o]! * counts[f]! + plan.decay * weights[row + o]!;
          squares[row + o]! += g * g;
          weights[row + o]! -= (plan.rate * g) / Math.sqrt(squares[row + o]!);
        }
      }
    }
    if (summed && epoch >= plan.epochs - plan.averaged!)
      for (let i = 0; i < weights.length; i++) summed[i]! += weights[i]! / plan.averaged!;
  }
  return store(summed ?? weights, bias, plan);
}

/** The buckets of a text's features, and how strongly each is there. */
export type Features = { buckets: Int32Array; counts: Float32Array };

function gramsOf(text: string, { longest, buckets }: Plan): Features {
  const { buckets: found, counts } = gather((add) =>
    eachGram(text, 0, text.length, longest, buckets, (bucket) => add(bucket, 1)),
  );
  const factor = norm(0, text.length);
  return { buckets: found, counts: counts.map((count) => count * factor) };
}

/** Sums up what `feed` hands over, bucket by bucket. */
export function gather(feed: (add: (bucket: number, value: number) => void) => void): Features {
  const counted = new Map<number, number>();
  feed((bucket, value) => counted.set(bucket, (counted.get(bucket) ?? 0) + value));
  return { buckets: Int32Array.from(counted.keys()), counts: Float32Array.from(counted.values()) };
}

/** Leaves out a share of the features, others each time, and lets the rest stand for them. */
function hide({ buckets, counts }: Features, share: number, seed: number): Features {
  const kept = { buckets: new Int32Array(buckets.length), counts: new Float32Array(buckets.length) };
  let hash = seed;
  let n = 0;
  for (let f = 0; f < buckets.length; f++) {
    hash = Math.imul(hash ^ buckets[f]!, 0x9e3779b1) >>> 0;
    if (hash < share * 2 ** 32) continue;
    kept.buckets[n] = buckets[f]!;
    kept.counts[n++] = counts[f]! / (1 - share);
  }
  return { buckets: kept.buckets.subarray(0, n), counts: kept.counts.subarray(0, n) };
}

function store(weights: Float32Array, bias: Float64Array, plan: Plan): Stored {
  const width = plan.outputs.length;
  const most = new Float64Array(width);
  for (let i = 0; i < weights.length; i++)
    most[i % width] = Math.max(most[i % width]!, Math.abs(weights[i]!));
  const scales = [...most].map((value) => (value || 1) / 127);
  const bytes = Int8Array.from(weights, (value, i) => Math.round(value / scales[i % width]!));
  return {
    buckets: plan.buckets,
    longest: plan.longest,
    outputs: plan.outputs,
    scales: scales.map((value) => Number(value.toPrecision(6))),
    bias: [...bias].map((value) => Number(value.toPrecision(6))),
    weights: Buffer.from(bytes.buffer).toString('base64'),
  };
}

/** Puts a list in another order (Fisher and Yates). */
export function shuffle(list: number[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const k = Math.floor(random() * (i + 1));
    [list[i], list[k]] = [list[k] as number, list[i] as number];
  }
}

/** A small generator with a seed (mulberry32): training must not differ from one day to the next. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
