import { expect, test } from 'vitest';
import { z } from 'zod';
import { didYouMean } from '../../src/diagnostic/diagnostic.ts';
import { checkShape } from '../../src/diagnostic/shape.ts';
import { parseYaml } from '../../src/diagnostic/yaml.ts';

const places = (text: string) =>
  parseYaml('f.yaml', text).diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`);

test.each([
  ['a star where a text was meant', 'say: *大事*', ['1:6 yaml-syntax']],
  ['a name used before it is given', 'a: *b\nb: &b 1', ['1:4 yaml-syntax']],
  ['names within named things', 'a: &a [1]\nb: &b [*a, *a]\nc: *b', ['2:8 yaml-syntax', '2:12 yaml-syntax']],
  ['a quote that is not closed, where it begins', 'a: 1\nb: "c\nd: 2\ne: 3\n', ['2:4 yaml-syntax']],
  ['a tab, once, not every line after it', 'a:\n  b:\n\tc: 1\n  d: 2\n  e: 3\n', ['3:1 yaml-syntax']],
  ['a name used as YAML means it', 'a: &a [1]\nb: *a', []],
])('%s', (_, text, expected) => expect(places(text)).toEqual(expected));

test('a full-width colon is called by its name', () => {
  const [found] = parseYaml('f.yaml', 'a:\n  b: 1\n  else：c\n  d: 2\n').diagnostics;
  expect(found?.line).toBe(3);
  expect(found?.message).toContain('全角');
});

test('a missing key is shown at its own item of a list, a misspelled one with what was meant', () => {
  const { source } = parseYaml('f.yaml', 'list:\n  - id: a\n    name: b\n  - id: c\n    nmae: d\n');
  const schema = z.strictObject({ list: z.array(z.strictObject({ id: z.string(), name: z.string() })) });
  const found = checkShape(source, schema).diagnostics;
  expect(
    found.map(({ line, column, code, suggestion }) => [`${line}:${column} ${code}`, suggestion]),
  ).toEqual([
    ['4:5 missing-key', undefined],
    ['5:5 unknown-key', 'name'],
  ]);
});

test('swapped letters are one slip', () => {
  expect(didYouMean('plaec', ['place', 'plan'])).toBe('place');
  expect(didYouMean('colour', ['hours'])).toBeUndefined();
});
