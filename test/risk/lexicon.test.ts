import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadLexicon } from '../../src/risk/lexicon.ts';

const file = 'flows/common/risk.yaml';
const text = readFileSync(file, 'utf8');
const codes = (changed: string) => loadLexicon(file, changed).diagnostics.map(({ code }) => code);

/** The smallest lexicon, with one rule that a test replaces. */
const small = (rule: string) => `
words: {自分: 私 僕}
risks:
  - {id: wish, level: high, kind: suicide, why: 理由, ${rule}}
raises: []
lowers:
  - {id: idiom, covers: words, why: 慣用句, patterns: [死ぬほど], match: [死ぬほど眠い]}
about: []
`;

describe('the risk lexicon', () => {
  test('that is served has no diagnostics', () => expect(loadLexicon(file, text).diagnostics).toEqual([]));

  test('is refused when an example that must match does not', () =>
    expect(codes(small('patterns: [死にたい], match: [消えたい]'))).toEqual(['example-not-found']));
  test('is refused when an example that must not match does', () =>
    expect(codes(small('patterns: [死にたい], match: [死にたい], not: [もう死にたい]'))).toEqual([
      'example-found',
    ]));
  test('an idiom keeps an example from matching', () =>
    expect(codes(small('patterns: [死ぬ], match: [死ぬ], not: [死ぬほど暑い]'))).toEqual([]));
  test('says where a pattern cannot be read', () => {
    const { diagnostics, lexicon } = loadLexicon(file, small("patterns: ['死に(たい'], match: [死にたい]"));
    expect(lexicon).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ code: 'bad-pattern', line: 4 });
    expect(diagnostics[0]?.message).toContain('「(」に対する「)」がありません。');
  });
  test.each([
    ['an unknown family', "patterns: ['{彼ら}死'], match: [死]", 'bad-pattern'],
    ['unbounded repetition', "patterns: ['死+'], match: [死]", 'bad-pattern'],
    ['a pattern of nothing certain', "patterns: ['…死?'], match: [死]", 'bad-pattern'],
    ['a mistyped key', 'patterns: [死], match: [死], wyh: x', 'unknown-key'],
    ['a missing example', 'patterns: [死]', 'missing-key'],
  ])('refuses %s', (_, rule, code) => expect(codes(small(rule))).toContain(code));
});
