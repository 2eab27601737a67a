import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Concern, readTriageCorpus } from '../../scripts/train/corpus.ts';
import { readCategories } from '../../scripts/train/flow.ts';
import { fold } from '../../src/text/fold.ts';
import { createTriage, loadTriageModel } from '../../src/triage/triage.ts';

const triage = createTriage(
  readCategories('flows/ise/flow.yaml'),
  loadTriageModel(readFileSync('flows/ise/triage.model', 'utf8')),
);
const part = (name: string): Concern[] => readTriageCorpus(`test/triage/corpus/${name}.tsv`);

/** The blind part: its writers saw neither the words of the flow nor the training part. */
const unseen = part('test').map((said) => ({ said, found: triage(said.text) }));
const concerns = unseen.filter(({ said }) => said.categories.length > 0);

const share = (good: (one: (typeof concerns)[number]) => boolean): number =>
  concerns.filter(good).length / concerns.length;

test('the first answer is right for 88 of 100 unseen concerns, one of the first two for 96', () => {
  expect(
    share(({ said, found }) => said.categories.includes(found.ranked[0]?.category ?? '')),
  ).toBeGreaterThanOrEqual(0.88);
  expect(
    share(({ said, found }) =>
      found.ranked.slice(0, 2).some(({ category }) => said.categories.includes(category)),
    ),
  ).toBeGreaterThanOrEqual(0.96);
});

test('who says nothing yet is asked, and who is sent on at once is sent rightly', () => {
  const unclear = unseen.filter(({ said }) => said.categories.length === 0);
  expect(unclear.filter(({ found }) => found.category === null).length / unclear.length).toBeGreaterThan(0.9);
  const sure = concerns.filter(({ found }) => found.category !== null);
  const right = sure.filter(({ said, found }) => said.categories.includes(found.category ?? ''));
  expect(right.length / sure.length).toBeGreaterThan(0.93);
});

test('the corpus is large enough, and nobody is trained on what is measured', () => {
  const train = part('train');
  expect(train.length).toBeGreaterThanOrEqual(1500);
  const known = new Set(train.map(({ text }) => fold(text).text));
  const copies = unseen.filter(({ said }) => [...said.text].length >= 10 && known.has(fold(said.text).text));
  expect(copies.map(({ said }) => said.id)).toEqual([]);
});
