/**
 * Measures risk detection and prints JSON: on the blind part, the test part (the gate) and the development part,
 * cross-validated by author group, and its false alarms on ordinary talk. Shows figures only, never a line.
 *
 *     npm run -s risk:eval
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createDetector } from '../src/risk/detect.ts';
import { type Detect, type Finding, levels, rank, riskKinds } from '../src/risk/finding.ts';
import { loadLexicon } from '../src/risk/lexicon.ts';
import { loadRiskModel } from '../src/risk/model.ts';
import { readRiskCorpus, readTriageCorpus, type Utterance } from './train/corpus.ts';
import { trainRisk } from './train/risk.ts';
import { riskTraining } from './train/risk-training.ts';

const root = new URL('../', import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, root));
const text = (name: string) => readFileSync(path(name), 'utf8');

const { lexicon, diagnostics } = loadLexicon('flows/common/risk.yaml', text('flows/common/risk.yaml'));
if (!lexicon) throw new Error(diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n'));
const model = loadRiskModel(text('flows/common/risk.model'), lexicon.meanings);
const detect = createDetector({ lexicon, model });

const part = (name: string) => readRiskCorpus(path(`test/risk/corpus/${name}.tsv`));
const train = riskTraining(path('test'), lexicon);

console.log(
  JSON.stringify(
    {
      blind: figures(run(detect, part('blind'))),
      test: figures(run(detect, part('test'))),
      development: figures(run(detect, part('dev'))),
      lexiconAlone: figures(run(createDetector({ lexicon }), part('blind'))),
      crossValidated: figures(crossValidate(train, 3)),
      ordinaryTalk: ordinaryTalk('../shared/talk/ordinary-talk.txt.gz'),
      unseenConcerns: levelsOf(
        readTriageCorpus(path('test/triage/corpus/test.tsv')).map((said) => said.text),
      ),
      microsecondsPerMessage: speed(part('dev')),
    },
    null,
    2,
  ),
);

type Judged = { said: Utterance; found: Finding };

function run(detector: Detect, utterances: readonly Utterance[]): Judged[] {
  return utterances.map((said) => ({ said, found: detector(said.text, said.recent) }));
}

/** Every fold is judged by a model that has not seen its author groups. (The lexicon was written with all of them in view.) */
function crossValidate(utterances: readonly Utterance[], folds: number): Judged[] {
  const groups = [...new Set(utterances.map(({ group }) => group))];
  return Array.from({ length: folds }, (_, fold) => {
    const held = new Set(groups.filter((_, i) => i % folds === fold));
    const known = trainRisk(
      utterances.filter(({ group }) => !held.has(group)),
      lexicon!.meanings,
    );
    const detector = createDetector({
      lexicon: lexicon!,
      model: loadRiskModel(JSON.stringify(known), lexicon!.meanings),
    });
    return run(
      detector,
      utterances.filter(({ group }) => held.has(group)),
    );
  }).flat();
}

function figures(judged: readonly Judged[]) {
  if (judged.length === 0) return null;
  const share = (of: readonly Judged[], good: (one: Judged) => boolean) =>
    of.length === 0 ? null : { recall: round(of.filter(good).length / of.length), of: of.length };
  const high = judged.filter(({ said }) => rank(said.level) >= 2);
  const isHigh = ({ found }: Judged) => rank(found.level) >= 2;
  const ordinary = judged.filter(({ said }) => said.level === 'none');
  const alarms = judged.filter(isHigh);
  return {
    utterances: judged.length,
    highOrAbove: share(high, isHigh),
    imminent: {
      asImminent: share(
        judged.filter(({ said }) => said.level === 'imminent'),
        ({ found }) => found.level === 'imminent',
      ),
      asHighOrAbove: share(
        judged.filter(({ said }) => said.level === 'imminent'),
        isHigh,
      ),
    },
    watch: share(
      judged.filter(({ said }) => said.level === 'watch'),
      ({ found }) => found.level !== 'none',
    ),
    exactLevel: share(judged, ({ said, found }) => said.level === found.level),
    byForm: Object.fromEntries(
      ['explicit', 'indirect', 'obfuscated'].map((form) => [
        form,
        share(
          high.filter(({ said }) => said.form === form),
          isHigh,
        ),
      ]),
    ),
    byKind: Object.fromEntries(
      riskKinds.map((kind) => [
        kind,
        share(
          high.filter(({ said }) => said.kinds.includes(kind)),
          isHigh,
        ),
      ]),
    ),
    bySubject: Object.fromEntries(
      ['self', 'other'].map((subject) => [
        subject,
        share(
          high.filter(({ said }) => said.subject === subject),
          isHigh,
        ),
      ]),
    ),
    subjectRight: share(
      judged.filter(({ said, found }) => said.level !== 'none' && found.level !== 'none'),
      ({ said, found }) => said.subject === found.subject,
    ),
    precisionOfHigh: {
      /** Of the alarms, those that are high or imminent; watch counted as no false alarm in the second. */
      strict: round(alarms.filter(({ said }) => rank(said.level) >= 2).length / Math.max(1, alarms.length)),
      withWatch: round(
        alarms.filter(({ said }) => said.level !== 'none').length / Math.max(1, alarms.length),
      ),
    },
    falseHighPer1000Ordinary: round((1000 * ordinary.filter(isHigh).length) / Math.max(1, ordinary.length)),
  };
}

function ordinaryTalk(name: string) {
  if (!existsSync(path(name))) return null;
  const lines = gunzipSync(readFileSync(path(name)))
    .toString('utf8')
    .split('\n')
    .filter(Boolean);
  const count = levelsOf(lines);
  return {
    utterances: lines.length,
    ...count,
    falseHighPer1000: round((1000 * (count.high! + count.imminent!)) / lines.length),
  };
}

/** How many of the texts are heard as what. Of concerns (triage's test part), a few do tell of danger. */
function levelsOf(texts: readonly string[]): Record<string, number> {
  const count: Record<string, number> = Object.fromEntries(levels.map((level) => [level, 0]));
  for (const text of texts) count[detect(text).level]! += 1;
  return count;
}

/** Mean over messages of 160 characters, half of them full of danger words, after warming up. */
function speed(utterances: readonly Utterance[]): number {
  const all = utterances.map((one) => one.text).join('。');
  const messages = Array.from({ length: 400 }, (_, i) =>
    all.slice((i * 97) % (all.length - 160)).slice(0, 160),
  );
  for (let i = 0; i < 5; i++) for (const message of messages) detect(message);
  const start = performance.now();
  for (let i = 0; i < 5; i++) for (const message of messages) detect(message);
  return round(((performance.now() - start) * 1000) / (5 * messages.length));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
