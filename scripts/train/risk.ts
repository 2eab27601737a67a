import { levels, rank, riskKinds } from '../../src/risk/finding.ts';
import { riskOutputs, type StoredRiskModel, type Thresholds } from '../../src/risk/model.ts';
import { joinRecent } from '../../src/risk/recent.ts';
import { fold } from '../../src/text/fold.ts';
import { everydayTalk } from './chat.ts';
import type { Utterance } from './corpus.ts';
import { inKana } from './kana.ts';
import { type Example, trainLinear } from './linear.ts';

/** Chosen on the development part and on ordinary talk, so that high alarms stay under 0.1 per 1,000 there. */
const thresholds: Thresholds = {
  watch: 0.8,
  high: [1, 0.93, 0.78, 0.78, 0.53, 0.33],
  imminent: 0.65,
  kind: 0.5,
};

/** Trains the second layer of risk detection. The same utterances give the same model, byte for byte. */
export function trainRisk(utterances: readonly Utterance[]): StoredRiskModel {
  const examples = utterances.flatMap((one): Example[] => {
    const wanted = [
      ...levels.map((level) => Number(level === one.level)),
      ...riskKinds.map((kind) => Number(one.kinds.includes(kind))),
      one.level === 'none' ? undefined : Number(one.subject === 'other'),
    ];
    const written = joinRecent(one.recent, one.text);
    const kana = inKana(written);
    return [
      { text: fold(written).text, wanted },
      ...(kana === written ? [] : [{ text: fold(kana).text, wanted, weight: 0.5 }]),
    ];
  });
  // Always the same share of peaceful lines, or every new utterance of danger would shift what a probability means.
  const dangerous = utterances.filter(({ level }) => rank(level) >= rank('high')).length;
  const chat: Example[] = everydayTalk(6 * dangerous).map((text) => ({
    text: fold(text).text,
    wanted: [...levels.map((level) => Number(level === 'none')), ...riskKinds.map(() => 0), undefined],
  }));
  const linear = trainLinear([...examples, ...chat], {
    outputs: [...riskOutputs],
    groups: [levels.map((_, i) => i)],
    buckets: 1 << 15,
    longest: 3,
    epochs: 15,
    rate: 0.3,
    decay: 1e-4,
    seed: 20261121,
  });
  return { utterances: utterances.length, thresholds, linear };
}
