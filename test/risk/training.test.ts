import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { trainRisk } from '../../scripts/train/risk.ts';
import { riskTraining } from '../../scripts/train/risk-training.ts';
import { loadLexicon } from '../../src/risk/lexicon.ts';

const { lexicon } = loadLexicon('risk.yaml', readFileSync('flows/common/risk.yaml', 'utf8'));
if (!lexicon) throw new Error('the lexicon has errors');
const stored = readFileSync('flows/common/risk.model', 'utf8');

test('the committed model is what training gives, byte for byte', { timeout: 900_000 }, () =>
  expect(JSON.stringify(trainRisk(riskTraining('test', lexicon), lexicon.meanings))).toBe(stored.trim()),
);
