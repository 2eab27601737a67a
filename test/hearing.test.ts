import { expect, test } from 'vitest';
import { createEar } from '../src/hearing.ts';
import { readFlowFiles } from '../src/node/files.ts';
import { rootFolder } from '../src/node/platform.ts';

const files = readFlowFiles(rootFolder);
const lexicon = files.get('common/risk.yaml') ?? '';
const taught = lexicon.replace(
  '\nrisks:\n',
  `
risks:
  - id: code-word
    level: high
    kind: suicide
    why: 合言葉を書いている
    patterns: [あおいとりのはなし]
    match: [あおいとりのはなし]
`,
);

test('hears with the same detector while its files are the same, and with another when they change', () => {
  const hear = createEar();
  const ear = hear(files);
  expect(hear(new Map(files).set('ise/flow.yaml', ''))).toBe(ear);
  const other = hear(new Map(files).set('common/risk.yaml', taught));
  if (!ear.ok || !other.ok) throw new Error('the lexicon has errors');
  expect(ear.detect('あおいとりのはなし').level).toBe('none');
  expect(other.detect('あおいとりのはなし').level).toBe('high');
  expect(hear(new Map(files).set('common/risk.yaml', `${taught}\nrisks: []`)).ok).toBe(false);
  expect(hear(new Map(files).set('common/risk.model', '{}')).ok).toBe(false);
  expect(hear(files).ok).toBe(true);
});
