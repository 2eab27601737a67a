import { z } from 'zod';
import { type Linear, readLinear, storedLinear } from '../text/linear.ts';
import type { Span } from '../text/sentences.ts';
import { type Level, levels, type RiskKind, riskKinds } from './finding.ts';

/** What the trained layer says of a stretch of folded text. */
export type Opinion = {
  level: Level;
  /** 0..1: how likely the stretch is high or imminent. */
  score: number;
  kinds: RiskKind[];
  other: boolean;
  /** The wording that weighed most. */
  weightiest: Span[];
};

/** `cues`: how many of the lexicon's cue words the stretch has, strong ones counted twice. */
export type RiskModel = { judge(text: string, start: number, end: number, cues: number): Opinion };

/** Outputs in the order they are trained: the levels (one of them), the kinds (any), whether somebody else is meant. */
export const riskOutputs: readonly string[] = [...levels, ...riskKinds, 'other'];

/**
 * From which probability on the model's word counts. `high` has one for 1, 2, 3 … cues (the last for more): ordinary
 * talk sounds like danger once in a while, but hardly ever in the very words of danger.
 */
export type Thresholds = { watch: number; high: number[]; imminent: number; kind: number };

const schema = z.object({
  /** How many utterances it was trained on. */
  utterances: z.number().int(),
  thresholds: z.object({
    watch: z.number(),
    high: z.array(z.number()).min(1),
    imminent: z.number(),
    kind: z.number(),
  }),
  linear: storedLinear,
});

/** What `npm run risk:train` writes to `flows/common/risk.model`. */
export type StoredRiskModel = z.infer<typeof schema>;

/** Reads the trained model. Throws when the file is not one: it is made by a program, not by hand. */
export function loadRiskModel(json: string): RiskModel {
  const stored = schema.parse(JSON.parse(json));
  if (stored.linear.outputs.join() !== riskOutputs.join())
    throw new Error('the risk model was trained for other outputs; run npm run risk:train');
  return createRiskModel(readLinear(stored.linear), stored.thresholds);
}

function createRiskModel(linear: Linear, thresholds: Thresholds): RiskModel {
  const firstKind = levels.length;
  const otherOutput = firstKind + riskKinds.length;
  return {
    judge(text, start, end, cues) {
      // Kinds and subject are asked only where there is something to be of a kind.
      const [none, watch, high, imminent] = softmax(
        linear.score(text, start, end, levels.length),
        levels.length,
      );
      const danger = high + imminent;
      let level: Level = 'none';
      const needed = thresholds.high[Math.min(cues, thresholds.high.length) - 1] ?? 1;
      if (danger >= needed) level = imminent / danger >= thresholds.imminent ? 'imminent' : 'high';
      else if (1 - none >= thresholds.watch && watch + danger > none) level = 'watch';
      if (level === 'none') return { level, score: danger, kinds: [], other: false, weightiest: [] };

      const scores = linear.score(text, start, end);
      let best = firstKind;
      const kinds = riskKinds.filter((_, i) => {
        if ((scores[firstKind + i] as number) > (scores[best] as number)) best = firstKind + i;
        return sigmoid(scores[firstKind + i] as number) >= thresholds.kind;
      });
      if (kinds.length === 0) kinds.push(riskKinds[best - firstKind] as RiskKind);
      const other = sigmoid(scores[otherOutput] as number) >= 0.5;
      const weightiest = peaks(linear.weigh(text, start, end, levels.indexOf(level)), start);
      return { level, score: danger, kinds, other, weightiest };
    },
  };
}

function softmax(scores: Float64Array, count: number): [number, number, number, number] {
  const powers = [...scores.subarray(0, count)].map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total) as [number, number, number, number];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Up to two runs of characters whose weight stands out from the rest of the text. */
function peaks(weights: Float64Array, offset: number): Span[] {
  const most = Math.max(...weights);
  if (!(most > 0)) return [];
  const found: (Span & { weight: number })[] = [];
  for (let i = 0; i < weights.length; i++) {
    if ((weights[i] as number) < most / 2) continue;
    const start = i;
    let weight = 0;
    while (i < weights.length && (weights[i] as number) >= most / 2) weight += weights[i++] as number;
    found.push({ start: start + offset, end: i + offset, weight });
  }
  return found.sort((a, b) => b.weight - a.weight).slice(0, 2);
}
