import { expect, test } from 'vitest';
import { makeTriage, openDetector } from '../../../src/hearing.ts';
import { flowFiles } from '../../../src/worker/files.ts';

test('risk is heard inside workerd by both layers: the lexicon, and the trained model where it has no words', () => {
  const opened = openDetector(flowFiles);
  if (!opened.ok) throw new Error('the detector did not open');
  expect(opened.detect('死にたい')).toMatchObject({ level: 'high', kinds: ['suicide'], subject: 'self' });
  const farewell = opened.detect('駅のホームにいる。さよなら');
  expect(farewell.level).toBe('imminent');
  expect(farewell.hits.map(({ why }) => why).join()).toContain('学習モデル');
  expect(opened.detect('住民票の写しがほしい').level).toBe('none');
});

test('concerns are sorted inside workerd by the trained model', () => {
  const triage = makeTriage(flowFiles.get('ise/triage.model'))(
    ['money-housing', 'work', 'health'].map((id) => ({ id, words: [], examples: [] })),
  );
  expect(triage('今月の家賃が払えません').category).toBe('money-housing');
});
