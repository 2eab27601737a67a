import { z } from 'zod';
import { type Convolution, readConvolution, storedConvolution } from '../text/convolution.ts';
import { type Linear, readLinear, storedLinear } from '../text/linear.ts';
import { eachFeature, eachMeaning, type Found, familyHash, layoutOf } from './features.ts';
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

/**
 * `cues`: how many of the lexicon's cue words the stretch has, strong ones counted twice. `excused`: the lexicon knows
 * its words for an idiom, a film or the like.
 */
export type RiskModel = {
  judge(text: string, start: number, end: number, cues: number, excused?: boolean): Opinion;
};

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
  /** How much more is asked of a stretch that is excused. */
  excused: z.number(),
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
  net: storedConvolution,
  kind: storedLinear,
});

/** What `npm run risk:train` writes to `flows/common/risk.model`. */
export type StoredRiskModel = z.infer<typeof schema>;

/** Reads the trained model. Throws when the file is not one: it is made by a program, not by hand. */
export function loadRiskModel(json: string, meanings: Meanings): RiskModel {
  const stored = schema.parse(JSON.parse(json));
  const outputs = [stored.level, stored.net].every((part) => part.outputs.join() === levels.join());
  if (!outputs || stored.kind.outputs.join() !== kindOutputs.join())
    throw new Error('the risk model was trained for other outputs; run npm run risk:train');
  if (stored.layout !== layoutOf(meanings))
    throw new Error('the risk model was trained with other features or families; run npm run risk:train');
  return createRiskModel(
    { level: readLinear(stored.level), net: readConvolution(stored.net), kind: readLinear(stored.kind) },
    stored.thresholds,
    meanings,
  );
}

/** Below both the net is not asked: no text was seen that it would lift from there, and most ordinary talk lies below. */
const CLEAR = { worry: -1, odds: 0 };

/**
 * The level is the opinion of two that err differently: a linear model over n-grams and families of meaning, and a
 * small net that sees likeness. Their sums are added.
 */
function createRiskModel(
  { level, net, kind }: { level: Linear; net: Convolution; kind: Linear },
  thresholds: Thresholds,
  meanings: Meanings,
): RiskModel {
  const hashes = meanings.names.map(familyHash);
  return {
    judge(text, start, end, cues, excused = false) {
      const read = meanings.read(text, start, end);
      const score = (linear: Linear) =>
        linear.score(text, start, end, (add) => eachMeaning(read, hashes, linear.buckets, add));
      const extra =
        added(thresholds.cue, cues) +
        added(thresholds.grave, meanings.count(read, 'grave')) +
        added(thresholds.beside, meanings.count(read, 'beside'));

      const sums = score(level);
      let said = oddsOf(sums);
      if (said.worry > CLEAR.worry || said.danger + extra > CLEAR.odds) {
        net.score(text, start, end, sums);
        said = oddsOf(sums);
      }
      const odds = said.danger + extra;
      const more = excused ? thresholds.excused : 0;
      let found: Level = 'none';
      if (odds >= thresholds.high + more) found = said.now >= thresholds.imminent ? 'imminent' : 'high';
      else if (said.worry >= thresholds.watch + more) found = 'watch';

      return {
        level: found,
        score: 1 / (1 + Math.exp(-odds)),
        odds,
        explain() {
          const scores = score(kind);
          let best = 0;
          const kinds = riskKinds.filter((_, i) => {
            if ((scores[i] as number) > (scores[best] as number)) best = i;
            return (scores[i] as number) >= thresholds.kind;
          });
          if (kinds.length === 0) kinds.push(riskKinds[best] as RiskKind);
          const other = (scores[riskKinds.length] as number) >= 0;
          const output = levels.indexOf(found);
          const weighed = weigh(start, end, (add) => {
            const by =
              (part: Linear | Convolution): Found =>
              (feature, value, first, last) =>
                add((part.weight(feature, output) - part.weight(feature, 0)) * value, first, last);
            eachFeature(text, start, end, read, hashes, level.buckets, by(level));
            net.eachFilter(text, start, end, by(net));
          });
          return { kinds, other, reasons: reasonsOf(weighed, start, read, meanings.names) };
        },
      };
    },
  };
}

/** Odds, as natural logarithms: of danger, of anything at all to worry about, and of danger that it is of this moment. */
function oddsOf(sums: ArrayLike<number>): { danger: number; worry: number; now: number } {
  const [none, watch, high, imminent] = sums as unknown as [number, number, number, number];
  const danger = plus(high, imminent);
  return { danger: danger - plus(none, watch), worry: plus(watch, danger) - none, now: imminent - high };
}

const added = ({ each, most }: { each: number; most: number }, count: number): number =>
  each * Math.max(0, Math.min(count, most));

/** The logarithm of the sum of two numbers given by their logarithms. */
const plus = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
