import {
  createPlaces,
  EDGE,
  OWN,
  type StoredConvolution,
  spread,
  UNKNOWN,
  WIDTH,
} from '../../src/text/convolution.ts';
import { type Example, mulberry32, shuffle } from './linear.ts';

export type ConvolutionPlan = {
  /** Outputs that exclude each other. */
  outputs: string[];
  /** How many numbers a character has. */
  size: number;
  filters: number;
  epochs: number;
  batch: number;
  /** The highest rate; it rises to there for three tenths of the training and falls to nothing after. */
  rate: number;
  decay: number;
  seed: number;
  /** A character that occurs less often has no numbers of its own. */
  rarest: number;
  /** The share of characters read as unknown each time, and of filters hidden, so that none is relied upon alone. */
  forgotten: number;
  hidden: number;
  /** What the sums count beside those of another model. */
  counts: number;
};

/** Trains the net by AdamW on softmax loss. The same examples, plan and seed give the same bytes. */
export function trainConvolution(examples: readonly Example[], plan: ConvolutionPlan): StoredConvolution {
  const { size, filters, batch, epochs } = plan;
  const outputs = plan.outputs.length;
  const random = mulberry32(plan.seed);
  const within = (bound: number) => () => (2 * random() - 1) * bound;
  const characters = frequent(examples, plan.rarest);
  const count = characters.length + OWN;

  const likeness = parameter(count * size, () => normal(random));
  const shapes = parameter(WIDTH * size * filters, within(1 / Math.sqrt(WIDTH * size)));
  const thresholds = parameter(filters, within(1 / Math.sqrt(WIDTH * size)));
  const weights = parameter(filters * outputs, within(1 / Math.sqrt(filters)));
  const bias = parameter(outputs, () => 0);

  const rowOf = new Map([...characters].map((character, i) => [character.charCodeAt(0), i + OWN]));
  const texts = examples.map(({ text }) => {
    const rows = new Uint16Array(text.length + 2 * (WIDTH - 1)).fill(EDGE);
    for (let i = 0; i < text.length; i++) rows[WIDTH - 1 + i] = rowOf.get(text.charCodeAt(i)) ?? UNKNOWN;
    return rows;
  });
  const table = new Float64Array(count * WIDTH * filters);
  const spreadIn = new Uint32Array(count);
  const places = createPlaces(filters, table, thresholds.value);
  const scores = new Float64Array(outputs);
  const kept = 1 / (1 - plan.hidden);

  const order = examples.map((_, i) => i);
  const steps = epochs * Math.ceil(examples.length / batch);
  for (let step = 1; step <= steps; step++) {
    const from = ((step - 1) % (steps / epochs)) * batch;
    if (from === 0) shuffle(order, random);
    const chosen = order.slice(from, from + batch);
    for (const index of chosen) {
      const { wanted, weight = 1 } = examples[index] as Example;
      const rows = (texts[index] as Uint16Array).map((row) =>
        row !== EDGE && random() < plan.forgotten ? UNKNOWN : row,
      );
      for (const row of rows) {
        if (spreadIn[row] === step) continue;
        spreadIn[row] = step;
        spread(table, row, likeness.value, shapes.value, plan);
      }
      places.read(rows, rows.length);
      for (let f = 0; f < filters; f++) if (random() < plan.hidden) places.best[f] = 0;
      weigh(wanted, weight / chosen.length);
      learn(rows);
    }
    const rate = plan.rate * cycle(step / steps);
    for (const one of [likeness, shapes, weights]) adam(one, step, rate, plan.decay);
    for (const one of [thresholds, bias]) adam(one, step, rate, 0);
  }

  /** Leaves in `scores` how far each output is from what is wanted. */
  function weigh(wanted: Example['wanted'], weight: number): void {
    for (let o = 0; o < outputs; o++) {
      scores[o] = bias.value[o]!;
      for (let f = 0; f < filters; f++)
        scores[o]! += places.best[f]! * kept * weights.value[f * outputs + o]!;
    }
    const top = Math.max(...scores);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
    for (let o = 0; o < outputs; o++) scores[o] = (Math.exp(scores[o]! - top) / total - wanted[o]!) * weight;
  }

  /** Leads that back to what made it: of a filter only its best place has a share. */
  function learn(rows: Uint16Array): void {
    for (let o = 0; o < outputs; o++) bias.slope[o]! += scores[o]!;
    for (let f = 0; f < filters; f++) {
      if (places.best[f] === 0) continue;
      let slope = 0;
      for (let o = 0; o < outputs; o++) {
        slope += scores[o]! * weights.value[f * outputs + o]! * kept;
        weights.slope[f * outputs + o]! += scores[o]! * places.best[f]! * kept;
      }
      thresholds.slope[f]! += slope;
      for (let k = 0; k < WIDTH; k++) {
        const row = rows[places.where[f]! + k]! * size;
        for (let n = 0; n < size; n++) {
          const at = (k * size + n) * filters + f;
          shapes.slope[at]! += slope * likeness.value[row + n]!;
          likeness.slope[row + n]! += slope * shapes.value[at]!;
        }
      }
    }
  }

  const counted = (values: Float32Array) => values.map((value) => value * plan.counts);
  return {
    characters,
    size,
    filters,
    outputs: plan.outputs,
    likeness: store(likeness.value),
    shapes: store(shapes.value),
    thresholds: short(thresholds.value),
    weights: store(counted(weights.value)),
    bias: short(counted(bias.value)),
  };
}

type Parameter = { value: Float32Array; slope: Float32Array; mean: Float32Array; square: Float32Array };

function parameter(length: number, initial: () => number): Parameter {
  const zeros = () => new Float32Array(length);
  return { value: Float32Array.from({ length }, initial), slope: zeros(), mean: zeros(), square: zeros() };
}

/** One step of AdamW; the slopes are used up. */
function adam({ value, slope, mean, square }: Parameter, step: number, rate: number, decay: number): void {
  const first = 1 - 0.9 ** step;
  const second = 1 - 0.999 ** step;
  for (let i = 0; i < value.length; i++) {
    const g = slope[i]!;
    const m = 0.9 * mean[i]! + 0.1 * g;
    const v = 0.999 * square[i]! + 0.001 * g * g;
    mean[i] = m;
    square[i] = v;
    value[i]! -= rate * (m / first / (Math.sqrt(v / second) + 1e-8) + decay * value[i]!);
    slope[i] = 0;
  }
}

/** The rate's share of its highest, over the whole training. */
const cycle = (done: number): number =>
  done < 0.3
    ? (1 - Math.cos((Math.PI * done) / 0.3)) / 2
    : (1 + Math.cos((Math.PI * (done - 0.3)) / 0.7)) / 2;

/** A number of the normal distribution (Box and Muller). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The UTF-16 units that occur often enough, in their own order. */
function frequent(examples: readonly Example[], rarest: number): string {
  const counts = new Uint32Array(65536);
  for (const { text } of examples) for (let i = 0; i < text.length; i++) counts[text.charCodeAt(i)]! += 1;
  // Half of a surrogate pair alone cannot be stored as text.
  return [...counts.keys()]
    .filter((unit) => counts[unit]! >= rarest && (unit < 0xd800 || unit > 0xdfff))
    .map((unit) => String.fromCharCode(unit))
    .join('');
}

function store(values: Float32Array): { scale: number; bytes: string } {
  const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const scale = Number(((most || 1) / 127).toPrecision(6));
  const bytes = Int8Array.from(values, (value) => Math.max(-127, Math.min(127, Math.round(value / scale))));
  return { scale, bytes: Buffer.from(bytes.buffer).toString('base64') };
}

const short = (values: Float32Array): number[] => [...values].map((value) => Number(value.toPrecision(6)));
