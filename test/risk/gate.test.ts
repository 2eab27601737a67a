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
  const parts = [train, development, unseen, blind];
  const known = createKnown();
  const found = parts.flatMap((part) => {
    const folded = part.map(({ id, text }) => ({ id, text: fold(text).text }));
    const copies = folded.filter(({ text }) => [...text].length >= 10 && known.near(text));
    for (const { text } of folded) known.add(text);
    return copies.map(({ id }) => id);
  });
  expect(found).toEqual([]);
});

test('ten thousand lines of JSON are answered in seconds', () => {
  const lines = development.map(({ text, recent }) => JSON.stringify({ text, recent }));
  // The processor's time, in µs: other tests run beside.
  const before = process.threadCpuUsage();
  for (let i = 0; i < 10_000; i++) riskLine(detect, lines[i % lines.length]!);
  expect(process.threadCpuUsage(before).user).toBeLessThan(8e6);
  expect(JSON.parse(riskLine(detect, '{"text":"死にたい"}'))).toMatchObject({
    level: 'high',
    kinds: ['suicide'],
    subject: 'self',
  });
  expect(JSON.parse(riskLine(detect, '[]'))).toHaveProperty('error');
});

/** Texts, and whether one is near any of them: 0.8 of the character trigrams of both are shared (Jaccard). */
function createKnown() {
  const texts: string[] = [];
  const holders = new Map<string, number[]>();
  return {
    add(text: string) {
      for (const gram of gramsOf(text)) {
        const known = holders.get(gram);
        if (known) known.push(texts.length);
        else holders.set(gram, [texts.length]);
      }
      texts.push(text);
    },
    near(text: string): boolean {
      const grams = gramsOf(text);
      // Whatever is near holds 0.8 of them, so at least one of any fifth and one more: the rarest are in the fewest.
      const rarest = [...grams]
        .map((gram) => holders.get(gram) ?? [])
        .sort((a, b) => a.length - b.length)
        .slice(0, grams.size - Math.floor(0.8 * grams.size) + 1);
      return [...new Set(rarest.flat())].some((index) => {
        const other = gramsOf(texts[index] ?? '');
        const shared = [...other].filter((gram) => grams.has(gram)).length;
        return shared / (grams.size + other.size - shared) >= 0.8;
      });
    },
  };
}

function gramsOf(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 2) }, (_, i) => text.slice(i, i + 3)));
}
