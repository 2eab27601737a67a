import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readRiskCorpus, readTriageCorpus, type Utterance } from '../../scripts/train/corpus.ts';
import { riskTraining } from '../../scripts/train/risk-training.ts';
import { createDetector } from '../../src/risk/detect.ts';
import { rank } from '../../src/risk/finding.ts';
import { riskLine } from '../../src/risk/jsonl.ts';
import { loadLexicon } from '../../src/risk/lexicon.ts';
import { loadRiskModel } from '../../src/risk/model.ts';
import { fold } from '../../src/text/fold.ts';

/**
 * The gate. Nothing of the test part is trained on; what was missed in it has been studied, so it shows that nothing is
 * lost again, not how much of the unknown is heard: that is the blind part's figure (`npm run -s risk:eval`, README).
 */
const floors = {
  high: 0.95,
  explicit: 1,
  imminentHeard: 1,
  falseHighPer1000Talk: 0.1,
  alarmingConcerns: 0.05,
};

const { lexicon } = loadLexicon('risk.yaml', readFileSync('flows/common/risk.yaml', 'utf8'));
if (!lexicon) throw new Error('the lexicon has errors');
const stored = readFileSync('flows/common/risk.model', 'utf8');
const detect = createDetector({ lexicon, model: loadRiskModel(stored, lexicon.meanings) });

const part = (name: string) => readRiskCorpus(`test/risk/corpus/${name}.tsv`);
const [development, unseen, blind] = [part('dev'), part('test'), part('blind')];
const train = riskTraining('test', lexicon);

const heard = (of: readonly Utterance[]) =>
  of.filter(({ text, recent }) => rank(detect(text, recent).level) >= rank('high')).length / of.length;

describe('on the test part', () => {
  const high = unseen.filter(({ level }) => rank(level) >= rank('high'));
  test(`at least ${floors.high} of high and imminent are heard`, () =>
    expect(heard(high)).toBeGreaterThanOrEqual(floors.high));
  test(`at least ${floors.explicit} of what is said outright`, () =>
    expect(heard(high.filter(({ form }) => form === 'explicit'))).toBeGreaterThanOrEqual(floors.explicit));
  test(`at least ${floors.imminentHeard} of imminent, as high or imminent`, () =>
    expect(heard(high.filter(({ level }) => level === 'imminent'))).toBeGreaterThanOrEqual(
      floors.imminentHeard,
    ));
});

const talk = '../shared/talk/ordinary-talk.txt.gz';
test.skipIf(!existsSync(talk))('ordinary talk raises hardly an alarm', () => {
  const lines = gunzipSync(readFileSync(talk)).toString('utf8').split('\n').filter(Boolean);
  const alarms = lines.filter((line) => rank(detect(line).level) >= rank('high')).length;
  expect((1000 * alarms) / lines.length).toBeLessThan(floors.falseHighPer1000Talk);
});

test('hardly an ordinary concern that nobody trained on raises an alarm', () => {
  const concerns = readTriageCorpus('test/triage/corpus/test.tsv');
  const alarms = concerns.filter(({ text }) => rank(detect(text, []).level) >= rank('high'));
  expect(alarms.length / concerns.length).toBeLessThanOrEqual(floors.alarmingConcerns);
});

test('the committed model is small', () => expect(stored.length).toBeLessThan(1_000_000));

test('no utterance of one part has a near duplicate in another', () => {
  const copies = (of: readonly Utterance[], among: readonly Utterance[]) => {
    const known = gramIndex(among);
    return of.filter(({ text }) => [...fold(text).text].length >= 10 && nearest(known, text) >= 0.8);
  };
  const found = [
    ...copies(blind, [...train, ...development, ...unseen]),
    ...copies(unseen, [...train, ...development]),
    ...copies(development, train),
  ];
  expect(found.map(({ id }) => id)).toEqual([]);
});

test('ten thousand lines of JSON are answered in seconds', () => {
  const lines = development.map(({ text, recent }) => JSON.stringify({ text, recent }));
  const start = performance.now();
  for (let i = 0; i < 10_000; i++) riskLine(detect, lines[i % lines.length]!);
  expect(performance.now() - start).toBeLessThan(8000);
  expect(JSON.parse(riskLine(detect, '{"text":"死にたい"}'))).toMatchObject({
    level: 'high',
    kinds: ['suicide'],
    subject: 'self',
  });
  expect(JSON.parse(riskLine(detect, '[]'))).toHaveProperty('error');
});

type Index = { sizes: number[]; holders: Map<string, number[]> };

function gramsOf(text: string): Set<string> {
  const folded = fold(text).text;
  return new Set(Array.from({ length: Math.max(0, folded.length - 2) }, (_, i) => folded.slice(i, i + 3)));
}

function gramIndex(utterances: readonly Utterance[]): Index {
  const index: Index = { sizes: [], holders: new Map() };
  for (const [i, { text }] of utterances.entries()) {
    const grams = gramsOf(text);
    index.sizes.push(grams.size);
    for (const gram of grams) {
      const holders = index.holders.get(gram);
      if (holders) holders.push(i);
      else index.holders.set(gram, [i]);
    }
  }
  return index;
}

/** The greatest Jaccard similarity of a text's character trigrams with those of any known one. */
function nearest({ sizes, holders }: Index, text: string): number {
  const grams = gramsOf(text);
  const shared = new Map<number, number>();
  for (const gram of grams) for (const i of holders.get(gram) ?? []) shared.set(i, (shared.get(i) ?? 0) + 1);
  let most = 0;
  for (const [i, both] of shared) most = Math.max(most, both / (grams.size + sizes[i]! - both));
  return most;
}
