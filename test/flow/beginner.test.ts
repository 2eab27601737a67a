import { describe, expect, test, vi } from 'vitest';
import { slipsIn } from '../../src/diagnostic/yaml-slips.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { FLOW, loadTown, places, replaced, WINDOWS } from './small-town.ts';

/** The step at the end, written on lines of its own, as the handbook does. */
const LINES = replaced(
  FLOW,
  '    say: { ja: お金の窓口です。, en: For money. }\n',
  '    say:\n      ja: お金の窓口です。\n      en: For money.\n',
);
const many = Array.from(
  { length: 12 },
  (_, n) => `      - { label: { ja: その${n}, en: No ${n} }, go: はじめ }\n`,
).join('');

/** What somebody who has seen YAML twice does wrong, the one finding it leads to, and what that says. */
const ways: [name: string, before: string, after: string, expected: string, says: RegExp][] = [
  ['a tab', '    say:\n      ja: お金の', '\tsay:\n      ja: お金の', '30 yaml-syntax', /タブ/u],
  [
    'a full-width space',
    '    say:\n      ja: お金の',
    '　　say:\n      ja: お金の',
    '30 yaml-syntax',
    /全角の空白/u,
  ],
  [
    'a full-width colon after a name',
    '  お金:\n    say',
    '  お金：\n    say',
    '29 yaml-syntax',
    /「：」が全角/u,
  ],
  [
    'a full-width colon after a key',
    '    say:\n      ja: お金の',
    '    say：\n      ja: お金の',
    '30 yaml-syntax',
    /「：」が全角/u,
  ],
  [
    'a full-width space after the colon',
    'ja: お金の窓口',
    'ja:　お金の窓口',
    '31 yaml-syntax',
    /空白が全角/u,
  ],
  ['no space after the colon', 'ja: お金の窓口', 'ja:お金の窓口', '31 yaml-syntax', /空白がありません/u],
  ['no colon', '  お金:\n    say', '  お金\n    say', '29 yaml-syntax', /「: 」/u],
  ['three spaces', '    say:\n      ja: お金の', '   say:\n      ja: お金の', '30 yaml-syntax', /空白が3つ/u],
  [
    'too far to the right',
    '      en: For money.',
    '        en: For money.',
    '32 yaml-syntax',
    /上の行より多く/u,
  ],
  [
    'a quote that is not closed',
    'ja: お金の窓口です。',
    'ja: "お金の窓口です。',
    '31 yaml-syntax',
    /引用符が閉じて/u,
  ],
  [
    'a brace that is not closed',
    'en: Other }, go: はじめ }',
    'en: Other }, go: はじめ',
    '35 yaml-syntax',
    /閉じる「\}」/u,
  ],
  [
    'an inner brace that is not closed',
    'en: Money }, category',
    'en: Money, category',
    '27 yaml-syntax',
    /閉じる「\}」/u,
  ],
  [
    'a bracket that is not closed',
    'languages: [ja, en]',
    'languages: [ja, en',
    '3 yaml-syntax',
    /閉じる「\]」/u,
  ],
  [
    'no space after the dash',
    '      - { label: { ja: お金のこと',
    '      -{ label: { ja: お金のこと',
    '27 yaml-syntax',
    /「-」のあと/u,
  ],
  [
    'no dash',
    '      - { label: { ja: お金のこと',
    '        { label: { ja: お金のこと',
    '27 yaml-syntax',
    /「- 」がありません/u,
  ],
  [
    'a list where a group belongs',
    '      ja: お金の',
    '      - ja: お金の',
    '32 yaml-syntax',
    /「- 」を消して/u,
  ],
  [
    'braces that begin a text',
    'ja: お金の窓口です。',
    'ja: {{ desk.hours }}です。',
    '31 yaml-syntax',
    /引用符/u,
  ],
  ['an @ that begins a text', 'ja: お金の窓口です。', 'ja: @お金の窓口です。', '31 yaml-syntax', /引用符/u],
  ['a # that begins a text', 'ja: お金の窓口です。', 'ja: #9110 です。', '31 empty-value', /覚え書き/u],
  ['smart quotes', 'ja: お金の窓口です。', 'ja: “お金の窓口です。”', '31 fancy-quotes', /かざりの引用符/u],
  [
    'smart quotes with a colon',
    'ja: お金の窓口です。',
    'ja: “お金: 窓口です。”',
    '31 yaml-syntax',
    /かざりの引用符/u,
  ],
  [
    'a key twice',
    '    say:\n      ja: お金の',
    '    say: はい\n    say:\n      ja: お金の',
    '31 duplicate-key',
    /「say」が二度/u,
  ],
  [
    'a misspelt key',
    '    say:\n      ja: お金の',
    '    sai:\n      ja: お金の',
    '30 unknown-key',
    /「sai」/u,
  ],
  ['a misspelt step', 'go: そのほか }', 'go: そのた }', '28 unknown-step', /「そのた」/u],
  ['a step that was renamed', '  そのほか:\n', '  ほかのこと:\n', '28 unknown-step', /「そのほか」/u],
  [
    'a label too long',
    'ja: お金のこと',
    'ja: お金のことがとてもとてもとても心配でたまりません',
    '27 label-too-long',
    /20文字/u,
  ],
  [
    'too many choices',
    '      - { label: { ja: ほか, en: Other }, go: はじめ }\n',
    many,
    '34 too-many-choices',
    /10個/u,
  ],
  ['a language that is missing', '      en: For money.\n', '', '31 missing-variant', /英語/u],
  ['a number as a label', 'ja: お金のこと', 'ja: 119', '27 wrong-type', /"119"/u],
  ['hours in Japanese', 'hours: Mo-Fr 09:00-17:00', 'hours: 月-金 9:00〜17:00', '12 bad-hours', /Mo-Fr/u],
  ['a step without a way on', '    handoff: true\n', '', '36 dead-end', /進む道/u],
];

describe('a slip of a beginner is one finding, in its own place, that says what to do', () => {
  test.each(ways)('%s', (_, before, after, expected, says) => {
    const warned = vi.spyOn(process, 'emitWarning');
    const { diagnostics } = loadTown({ flow: replaced(LINES, before, after) });
    expect(places(diagnostics)).toEqual([expected]);
    expect(diagnostics.find(({ file }) => file.startsWith('town/'))?.message).toMatch(says);
    expect(warned).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test.each([
    ['a date that is none', 'confirmed: 2026-11-01', 'confirmed: 2026-13-45', '10 wrong-value'],
    ['a Japanese year', 'confirmed: 2026-11-01', 'confirmed: 令和8年11月1日', '10 wrong-value'],
    ['full-width quotes', 'phone: "0596-63-5224"', 'phone: ”0596-63-5224”', '7 wrong-value'],
    ['hours without holidays', '; PH off', '', '8 hours-without-holidays'],
    ['a category that is none', 'categories: [money]', 'categories: [mony, money]', '5 unknown-category'],
  ])('in windows.yaml: %s', (_, before, after, expected) => {
    const { diagnostics } = loadTown({ windows: replaced(WINDOWS, before, after) });
    expect(places(diagnostics)).toEqual([`town/windows.yaml ${expected}`]);
  });
});

test('slips in different places are all shown at once', () => {
  const three = replaced(
    replaced(
      replaced(LINES, 'ja: お金の窓口', 'ja:お金の窓口'),
      '      - { label: { ja: ほか,',
      '      -{ label: { ja: ほか,',
    ),
    'name: 町の相談',
    'name：町の相談',
  );
  expect(places(loadTown({ flow: three }).diagnostics)).toEqual([
    '1 yaml-syntax',
    '31 yaml-syntax',
    '35 yaml-syntax',
  ]);
});

test('nothing in our own files looks like a slip, even to somebody who searches for one', () => {
  for (const [path, text] of readFlowFiles(rootFolder))
    if (path.endsWith('.yaml')) expect([path, slipsIn(text, true)]).toEqual([path, []]);
});
