/**
 * Trains the risk model from the project's own corpus (its training part only) and writes
 * `flows/common/risk.model`. Run it after the corpus has changed; the result does not depend on the day.
 *
 *     npm run -s risk:train
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readRiskCorpus } from './train/corpus.ts';
import { trainRisk } from './train/risk.ts';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const utterances = readRiskCorpus(path('test/risk/corpus/train.tsv'));
const json = `${JSON.stringify(trainRisk(utterances))}\n`;
writeFileSync(path('flows/common/risk.model'), json);
console.log(`${utterances.length} utterances, ${Math.round(json.length / 1024)} KB`);
