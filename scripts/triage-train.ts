/**
 * Trains the sorting of Ise's concerns from the corpus (its training part) and the words and examples of the flow, and
 * writes `flows/ise/triage.model`. The result does not depend on the day.
 *
 *     npm run -s triage:train
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTriageCorpus } from './train/corpus.ts';
import { readCategories } from './train/flow.ts';
import { trainTriage } from './train/triage.ts';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const concerns = readTriageCorpus(path('test/triage/corpus/train.tsv'));
const stored = trainTriage(concerns, readCategories(path('flows/ise/flow.yaml')));
const json = `${JSON.stringify(stored)}\n`;
writeFileSync(path('flows/ise/triage.model'), json);
console.log(`${concerns.length} concerns, ${Math.round(json.length / 1024)} KB`);
