import { eachFeature, familyHash, LONGEST, layoutOf } from '../../src/risk/features.ts';
import { levels, riskKinds } from '../../src/risk/finding.ts';
import type { Meanings } from '../../src/risk/meanings.ts';
import { kindOutputs, type StoredRiskModel, type Thresholds } from '../../src/risk/model.ts';
import { joinRecent } from '../../src/risk/recent.ts';
import { fold } from '../../src/text/fold.ts';
import { everydayTalk } from './chat.ts';
import { type ConvolutionPlan, trainConvolution } from './convolution.ts';
import type { Utterance } from './corpus.ts';
import { inKana } from './kana.ts';
import { type Example, type Features, gather, type Plan, trainLinear } from './linear.ts';
import { friendlyTalk } from './talk.ts';

/** Chosen on the development part and on ordinary talk, so that of 1,000 lines there at most 0.1 raise a high alarm. */
const thresholds: Thresholds = {
  watch: 2.5,
  high: 4,
  imminent: -1,
  kind: 0,
  excused: 1,
  cue: { each: 1, most: 3 },
  grave: { each: 0.8, most: 4 },
  beside: { each: 0.4, most: 3 },
};

/** Lines of everyday talk that training adds to the corpus: without them a fortieth less is heard at the same false alarms. */
const EVERYDAY = 10_000;
const FRIENDLY = 40_000;

/** Trains the second layer of risk detection. The same utterances give the same model, byte for byte. */
export function trainRisk(utterances: readonly Utterance[], meanings: Meanings): StoredRiskModel {
  const hashes = meanings.names.map(familyHash);
  const reads =
    (buckets: number) =>
    (text: string): Features =>
      gather((add) =>
        eachFeature(text, 0, text.length, meanings.read(text, 0, text.length), hashes, buckets, add),
      );
  const common = { longest: LONGEST, rate: 0.3, decay: 1e-4, seed: 20261121 };
  const levelPlan: Plan = {
    ...common,
    outputs: [...levels],
    groups: [levels.map((_, i) => i)],
    buckets: 1 << 17,
    read: reads(1 << 17),
    epochs: 14,
    hidden: 0.5,
    averaged: 8,
    settled: 1e-4,
  };
  const kindPlan: Plan = {
    ...common,
    outputs: [...kindOutputs],
    groups: [],
    buckets: 1 << 13,
    read: reads(1 << 13),
    epochs: 10,
    hidden: 0.3,
  };

  const netPlan: ConvolutionPlan = {
    outputs: [...levels],
    size: 16,
    filters: 32,
    epochs: 6,
    batch: 128,
    rate: 3e-3,
    decay: 0.1,
    seed: common.seed,
    rarest: 3,
    forgotten: 0.1,
    hidden: 0.5,
    counts: 0.75,
  };

  const peaceful = levels.map((level) => Number(level === 'none'));
  const chat = [...everydayTalk(EVERYDAY), ...friendlyTalk(FRIENDLY)].map(
    (text): Example => ({ text: fold(text).text, wanted: peaceful }),
  );
  const told = utterances.flatMap((one) =>
    spellings(one, (said) => levels.map((level) => Number(level === said.level))),
  );
  const kinds = utterances
    .filter(({ level }) => level !== 'none')
    .flatMap((one) =>
      spellings(one, (said) => [
        ...riskKinds.map((kind) => Number(said.kinds.includes(kind))),
        Number(said.subject === 'other'),
      ]),
    );
  return {
    utterances: utterances.length,
    layout: layoutOf(meanings),
    thresholds,
    level: trainLinear([...told, ...chat], levelPlan),
    net: trainConvolution([...told, ...chat], netPlan),
    kind: trainLinear(kinds, kindPlan),
  };
}

/** An utterance as it stands, and as a child or a learner would spell it. */
function spellings(one: Utterance, wanted: (one: Utterance) => number[]): Example[] {
  const written = joinRecent(one.recent, one.text);
  const kana = inKana(written);
  return [
    { text: fold(written).text, wanted: wanted(one) },
    ...(kana === written ? [] : [{ text: fold(kana).text, wanted: wanted(one), weight: 0.5 }]),
  ];
}
