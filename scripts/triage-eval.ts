/**
 * Measures the sorting of concerns and prints JSON: on the blind test part and cross-validated by author group.
 *
 *     npm run -s triage:eval
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLinear } from '../src/text/linear.ts';
import { createTriage, loadTriageModel } from '../src/triage/triage.ts';
import { type Concern, readTriageCorpus } from './train/corpus.ts';
import { readCategories } from './train/flow.ts';
import { trainTriage } from './train/triage.ts';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const categories = readCategories(path('flows/ise/flow.yaml'));
const part = (name: string) => readTriageCorpus(path(`test/triage/corpus/${name}.tsv`));
const model = loadTriageModel(readFileSync(path('flows/ise/triage.model'), 'utf8'));
const triage = createTriage(categories, model);
const train = part('train');

type Judged = { said: Concern; found: ReturnType<typeof triage> };
const run = (sort: typeof triage, concerns: readonly Concern[]): Judged[] =>
  concerns.map((said) => ({ said, found: sort(said.text) }));

const test = part('test');
console.log(
  JSON.stringify(
    {
      test: { ...figures(run(triage, test)), byLanguage: byLanguage(run(triage, test)) },
      crossValidated: figures(crossValidate(train, 5)),
      microsecondsPerMessage: speed(test.length > 0 ? test : train),
    },
    null,
    2,
  ),
);

function crossValidate(concerns: readonly Concern[], folds: number): Judged[] {
  const groups = [...new Set(concerns.map(({ group }) => group))];
  return Array.from({ length: folds }, (_, fold) => {
    const held = new Set(groups.filter((_, i) => i % folds === fold));
    const known = trainTriage(
      concerns.filter(({ group }) => !held.has(group)),
      categories,
    );
    return run(
      createTriage(categories, readLinear(known)),
      concerns.filter(({ group }) => held.has(group)),
    );
  }).flat();
}

/** `first`: the best answer is one that the label names; `sure…`: what happens without asking. */
function figures(judged: readonly Judged[]) {
  const concerns = judged.filter(({ said }) => said.categories.length > 0);
  const unclear = judged.filter(({ said }) => said.categories.length === 0);
  const sure = concerns.filter(({ found }) => found.category !== null);
  const share = (of: readonly Judged[], good: (one: Judged) => boolean) =>
    of.length === 0 ? null : Math.round((1000 * of.filter(good).length) / of.length) / 1000;
  return {
    concerns: concerns.length,
    firstIsBest: share(concerns, ({ said, found }) => found.ranked[0]?.category === said.categories[0]),
    firstIsNamed: share(concerns, ({ said, found }) =>
      said.categories.includes(found.ranked[0]?.category ?? ''),
    ),
    bestAmongTwo: share(concerns, ({ said, found }) =>
      found.ranked.slice(0, 2).some(({ category }) => category === said.categories[0]),
    ),
    namedAmongTwo: share(concerns, ({ said, found }) =>
      found.ranked.slice(0, 2).some(({ category }) => said.categories.includes(category)),
    ),
    sure: share(concerns, ({ found }) => found.category !== null),
    sureAndNamed: share(sure, ({ said, found }) => said.categories.includes(found.category ?? '')),
    unclear: unclear.length,
    unclearStaysUnclear: share(unclear, ({ found }) => found.category === null),
  };
}

function byLanguage(judged: readonly Judged[]) {
  return Object.fromEntries(
    ['ja', 'easy', 'en'].map((language) => [
      language,
      figures(judged.filter(({ said }) => said.language === language)).firstIsBest,
    ]),
  );
}

function speed(concerns: readonly Concern[]): number {
  for (const { text } of concerns) triage(text);
  const start = performance.now();
  for (let i = 0; i < 5; i++) for (const { text } of concerns) triage(text);
  return Math.round(((performance.now() - start) * 1000) / (5 * concerns.length));
}
