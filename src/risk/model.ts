import { z } from 'zod';
import { type Linear, readLinear, storedLinear } from '../text/linear.ts';
import type { Span } from '../text/sentences.ts';
import { eachFeature, type Found, familyHash } from './features.ts';
import { type Level, levels, type RiskKind, riskKinds } from './finding.ts';
import type { Meaning, Meanings } from './meanings.ts';

/** What the trained layer says of a stretch of folded text. */
export type Opinion = {
  level: Level;
  /** 0..1: how likely the stretch is high or imminent. */
  score: number;
  /** The same as the natural logarithm of the odds. */
  odds: number;
  kinds: RiskKind[];
  other: boolean;
  /** The wording that weighed most. */
  reasons: Reason[];
};

/** A stretch of the text, and the families of meaning its words belong to (none: it is the wording itself). */
export type Reason = Span & { families: string[] };

/** `cues`: how many of the lexicon's cue words the stretch has, strong ones counted twice. */
export type RiskModel = { judge(text: string, start: number, end: number, cues: number): Opinion };

/** Outputs in the order they are trained. Of the levels one is right, of the kinds any; the last: somebody else is meant. */
export const kindOutputs: readonly string[] = [...riskKinds, 'other'];

/**
 * From which odds (natural logarithm) on the model's word counts. Each cue adds `cue`, for up to `cues` of them:
 * ordinary talk sounds like danger once in a while, but hardly ever in the very words of danger.
 */
export type Thresholds = {
  watch: number;
  high: number;
  imminent: number;
  kind: number;
  cue: number;
  cues: number;
};

const schema = z.object({
  /** How many utterances it was trained on. */
  utterances: z.number().int(),
  thresholds: z.object({
    watch: z.number(),
    high: z.number(),
    imminent: z.number(),
    kind: z.number(),
    cue: z.number(),
    cues: z.number(),
  }),
  level: storedLinear,
  kind: storedLinear,
});

/** What `npm run risk:train` writes to `flows/common/risk.model`. */
export type StoredRiskModel = z.infer<typeof schema>;

/** Reads the trained model. Throws when the file is not one: it is made by a program, not by hand. */
export function loadRiskModel(json: string, meanings: Meanings): RiskModel {
  const stored = schema.parse(JSON.parse(json));
  if (stored.level.outputs.join() !== levels.join() || stored.kind.outputs.join() !== kindOutputs.join())
    throw new Error('the risk model was trained for other outputs; run npm run risk:train');
  return createRiskModel(readLinear(stored.level), readLinear(stored.kind), stored.thresholds, meanings);
}

function createRiskModel(level: Linear, kind: Linear, thresholds: Thresholds, meanings: Meanings): RiskModel {
  const hashes = meanings.names.map(familyHash);
  return {
    judge(text, start, end, cues) {
      const read = meanings.read(text, start, end);
      const feed = (linear: Linear) => (add: Found) =>
        eachFeature(text, start, end, read, hashes, linear.buckets, add);
      const [none, watch, high, imminent] = level.scoreOf(feed(level)) as unknown as FourSums;
      const danger = plus(high, imminent);
      const odds = danger - plus(none, watch) + thresholds.cue * Math.max(0, Math.min(cues, thresholds.cues));
      const score = 1 / (1 + Math.exp(-odds));
      let found: Level = 'none';
      if (odds >= thresholds.high) found = imminent - high >= thresholds.imminent ? 'imminent' : 'high';
      else if (plus(watch, danger) - none >= thresholds.watch) found = 'watch';
      if (found === 'none') return { level: found, score, odds, kinds: [], other: false, reasons: [] };

      // Kinds and subject are asked only where there is something to be of a kind.
      const scores = kind.scoreOf(feed(kind));
      let best = 0;
      const kinds = riskKinds.filter((_, i) => {
        if ((scores[i] as number) > (scores[best] as number)) best = i;
        return (scores[i] as number) >= thresholds.kind;
      });
      if (kinds.length === 0) kinds.push(riskKinds[best] as RiskKind);
      const other = (scores[riskKinds.length] as number) >= 0;
      const reasons = peaks(text, start, end, read, (weigh) => {
        const output = levels.indexOf(found);
        feed(level)((bucket, value, first, last) => {
          const weight = (level.weight(bucket, output) - level.weight(bucket, 0)) * value;
          weigh(weight, first, last);
        });
      });
      return {
        level: found,
        score,
        odds,
        kinds,
        other,
        reasons: reasons.map((span) => named(span, read, meanings)),
      };
    },
  };
}

type FourSums = [number, number, number, number];

/** The logarithm of the sum of two numbers given by their logarithms. */
const plus = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

/** Up to two runs of characters whose weight stands out, made as wide as the words of known meaning they touch. */
function peaks(
  text: string,
  start: number,
  end: number,
  meanings: readonly Meaning[],
  each: (weigh: (weight: number, first: number, last: number) => void) => void,
): Span[] {
  const weights = new Float64Array(end - start);
  each((weight, first, last) => {
    const from = Math.max(first, start);
    const to = Math.min(last, end - 1);
    for (let k = from; k <= to; k++)
      weights[k - start] = (weights[k - start] as number) + weight / (to - from + 1);
  });
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
    .map((span) => ({
      start: Math.min(
        span.start,
        ...meanings.filter((word) => touches(word, span)).map((word) => word.start),
      ),
      end: Math.max(span.end, ...meanings.filter((word) => touches(word, span)).map((word) => word.end)),
    }))
    .filter((span) => text.slice(span.start, span.end).trim() !== '');
}

const touches = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** A stretch with the families of meaning that its words belong to. */
const named = (span: Span, read: readonly Meaning[], { names }: Meanings): Reason => ({
  ...span,
  families: [
    ...new Set(read.filter((word) => touches(word, span)).map(({ family }) => names[family] as string)),
  ].slice(0, 3),
});
