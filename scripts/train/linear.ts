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
  /** Buckets to learn from; others stay zero. Wordings of a single author teach little about the next. */
  keep?: ReadonlySet<number>;
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
  const features = examples.map(({ text }) => featuresOf(text, plan));

  const order = examples.map((_, i) => i);
  const sums = new Float64Array(width);
  const slope = new Float64Array(width);
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const k = Math.floor(random() * (i + 1));
      [order[i], order[k]] = [order[k] as number, order[i] as number];
    }
    for (const index of order) {
      const { wanted, weight = 1 } = examples[index] as Example;
      const { buckets, counts } = features[index] as Features;
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
  }
  return store(weights, bias, plan);
}

type Features = { buckets: Int32Array; counts: Float32Array };

function featuresOf(text: string, { longest, buckets, keep }: Plan): Features {
  const counted = new Map<number, number>();
  eachGram(text, 0, text.length, longest, buckets, (bucket) => {
    if (!keep || keep.has(bucket)) counted.set(bucket, (counted.get(bucket) ?? 0) + 1);
  });
  const factor = norm(0, text.length);
  return {
    buckets: Int32Array.from(counted.keys()),
    counts: Float32Array.from(counted.values(), (count) => count * factor),
  };
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

/** A small generator with a seed (mulberry32): training must not differ from one day to the next. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
