/**
 * Trains the risk model from the project's own corpora (their training parts only) and writes
 * `flows/common/risk.model`. Run it after the corpus has changed; the result does not depend on the day.
 *
 *     npm run -s risk:train
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadLexicon } from '../src/risk/lexicon.ts';
import { trainRisk } from './train/risk.ts';
import { riskTraining } from './train/risk-training.ts';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { lexicon } = loadLexicon(
  'flows/common/risk.yaml',
  readFileSync(path('flows/common/risk.yaml'), 'utf8'),
);
if (!lexicon) throw new Error('the lexicon has errors: npm run -s madoguchi -- check flows/ise');
const utterances = riskTraining(path('test'), lexicon);
const json = `${JSON.stringify(trainRisk(utterances, lexicon.meanings))}\n`;
writeFileSync(path('flows/common/risk.model'), json);
console.log(`${utterances.length} utterances, ${Math.round(json.length / 1024)} KB`);
