import { z } from 'zod';
import { type Linear, readLinear, storedLinear } from '../text/linear.ts';
import { eachFeature, type Found, familyHash, layoutOf } from './features.ts';
import { type Level, levels, type RiskKind, riskKinds } from './finding.ts';
import type { Meanings } from './meanings.ts';
import { type Reason, reasonsOf, weigh } from './reasons.ts';

/** What the trained layer says of a stretch of folded text. */
export type Opinion = {
  level: Level;
  /** 0..1: how likely the stretch is high or imminent. */
  score: number;
  /** The same as the natural logarithm of the odds. */
  odds: number;
  /** Of what kind, about whom and why: worked out only when it is asked for. */
  explain(): { kinds: RiskKind[]; other: boolean; reasons: Reason[] };
};

/** `cues`: how many of the lexicon's cue words the stretch has, strong ones counted twice. */
export type RiskModel = { judge(text: string, start: number, end: number, cues: number): Opinion };

/** Outputs in the order they are trained. Of the levels one is right, of the kinds any; the last: somebody else is meant. */
export const kindOutputs: readonly string[] = [...riskKinds, 'other'];

/**
 * From which odds (natural logarithm) on the model's word counts. Ordinary talk sounds like danger once in a while, but
 * hardly ever in the very words of danger: each cue, each grave family and each family beside danger adds something.
 */
export type Thresholds = z.infer<typeof thresholds>;

const extra = z.object({ each: z.number(), most: z.number().int() });
const thresholds = z.object({
  watch: z.number(),
  high: z.number(),
  imminent: z.number(),
  kind: z.number(),
  cue: extra,
  grave: extra,
  beside: extra,
});

const schema = z.object({
  /** How many utterances it was trained on. */
  utterances: z.number().int(),
  /** What it was trained with (`layoutOf`). */
  layout: z.string(),
  thresholds,
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
  if (stored.layout !== layoutOf(meanings))
    throw new Error('the risk model was trained with other features or families; run npm run risk:train');
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
      const odds =
        danger -
        plus(none, watch) +
        added(thresholds.cue, cues) +
        added(thresholds.grave, meanings.count(read, 'grave')) +
        added(thresholds.beside, meanings.count(read, 'beside'));
      let found: Level = 'none';
      if (odds >= thresholds.high) found = imminent - high >= thresholds.imminent ? 'imminent' : 'high';
      else if (plus(watch, danger) - none >= thresholds.watch) found = 'watch';

      return {
        level: found,
        score: 1 / (1 + Math.exp(-odds)),
        odds,
        explain() {
          const scores = kind.scoreOf(feed(kind));
          let best = 0;
          const kinds = riskKinds.filter((_, i) => {
            if ((scores[i] as number) > (scores[best] as number)) best = i;
            return (scores[i] as number) >= thresholds.kind;
          });
          if (kinds.length === 0) kinds.push(riskKinds[best] as RiskKind);
          const other = (scores[riskKinds.length] as number) >= 0;
          const output = levels.indexOf(found);
          const weighed = weigh(start, end, (add) =>
            feed(level)((bucket, value, first, last) =>
              add((level.weight(bucket, output) - level.weight(bucket, 0)) * value, first, last),
            ),
          );
          return { kinds, other, reasons: reasonsOf(weighed, start, read, meanings.names) };
        },
      };
    },
  };
}

const added = ({ each, most }: { each: number; most: number }, count: number): number =>
  each * Math.max(0, Math.min(count, most));

type FourSums = [number, number, number, number];

/** The logarithm of the sum of two numbers given by their logarithms. */
const plus = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
