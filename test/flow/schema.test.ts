import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generated } from '../../src/cli/schema.ts';
import { graphOf } from '../../src/flow/graph.ts';
import { withSchemaLine } from '../../src/flow/json-schemas.ts';
import { reference } from '../../src/flow/reference.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { loadTown } from './small-town.ts';

describe('what is made from the schema is up to date (npm run schema)', () => {
  test.each([...generated()])('%s', (path, text) => {
    expect(readFileSync(join(rootFolder, 'flows', path), 'utf8')).toBe(text);
  });
});

test('the reference names every key of a step with its meaning', () => {
  const text = reference();
  for (const key of ['say', 'ask', 'windows', 'branch', 'go', 'else', 'media', 'handoff', 'after', 'end'])
    expect(text).toMatch(new RegExp(`\\| \`${key}\` \\|`, 'u'));
  const undescribed = text.split('\n').filter((line) => line.startsWith('| `') && line.endsWith('|  |'));
  expect(undescribed).toEqual([]);
});

test('the line for editors is written once, and only in files with a schema', () => {
  const once = withSchemaLine('ise/flow.yaml', 'name: a\n');
  expect(once).toBe('# yaml-language-server: $schema=../schema/flow.json\nname: a\n');
  expect(withSchemaLine('ise/flow.yaml', once)).toBe(once);
  expect(withSchemaLine('common/risk.yaml', 'a: 1\n')).toBe('a: 1\n');
});

test('a flow is drawn with its ways', () => {
  const { definition } = loadTown();
  expect(graphOf(definition!).split('\n')).toEqual([
    'flowchart TD',
    '  s0["はじめ"]',
    '  s1["お金"]',
    '  s2["そのほか"]',
    '  human(["相談員"])',
    '  over(["終わり"])',
    '  begin(("始まり")) --> s0',
    '  begin -.->|"お金"| s1',
    '  s0 -->|"お金のこと"| s1',
    '  s0 -->|"そのほか"| s2',
    '  s1 -->|"ほか"| s0',
    '  s2 --> human',
  ]);
});
