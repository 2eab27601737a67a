import { describe, expect, test } from 'vitest';
import type { Answers } from '../../src/conversation/machine.ts';
import { queryOf } from '../../src/conversation/show.ts';
import { formatDiagnostic } from '../../src/diagnostic/diagnostic.ts';
import { conditionsOf } from '../../src/flow/proof/report.ts';
import { common, FLOW, loadTown, places, replaced, WINDOWS } from './small-town.ts';

const LONG = 'あ'.repeat(5_000);

test('a good flow has nothing to say', () => {
  const { flow, diagnostics } = loadTown();
  expect(places(diagnostics)).toEqual([]);
  expect(flow?.steps.size).toBe(3);
});

/** Each mistake: what is replaced by what in flow.yaml, and the findings expected, as `line code`. */
const mistakes: [name: string, before: string, after: string, expected: string[]][] = [
  ['a quote that is not closed', 'en: What is it? }', 'en: "What is it? }', ['25 yaml-syntax']],
  ['a tab at the beginning of a line', '    handoff: true', '\thandoff: true', ['36 yaml-syntax']],
  ['a key twice', 'start: はじめ', 'start: はじめ\nstart: はじめ', ['23 duplicate-key']],
  ['an unknown key', 'municipality: 町', 'municipality: 町\nmunicipalty: 町', ['3 unknown-key']],
  ['a missing key', 'municipality: 町\n', '', ['1 missing-key']],
  ['a key without a value', '    handoff: true', '    handoff:', ['36 empty-value']],
  ['a comma that ends the text', 'en: I call a counselor. }', 'en: Yes, I call. }', ['35 empty-value']],
  [
    'a number where a text belongs',
    'say: { ja: どうしましたか。, en: What is it? }',
    'say: 110',
    ['25 wrong-type'],
  ],
  ['an unknown key in a choice', 'go: そのほか }', 'goo: そのほか }', ['28 unknown-key']],
  [
    'an unknown key in a question',
    'ask:\n      - { label: { ja: ほか, en: Other }, go: はじめ }',
    'ask: { type: yes-no, yess: はじめ, go: はじめ }',
    ['32 unknown-key'],
  ],
  ['an unknown step', 'go: はじめ }', 'go: はじまり }', ['33 unknown-step']],
  ['an unknown category', 'category: money }\n      -', 'category: mony }\n      -', ['27 unknown-category']],
  [
    'an unknown window',
    'windows: { category: money }',
    'windows: { ids: [desk-mony] }',
    ['31 unknown-window'],
  ],
  [
    'a district that no window has',
    'windows: { category: money }',
    'windows: { category: money, district: 東町 }',
    ['31 unknown-filter'],
  ],
  [
    'an answer that nobody is asked for',
    'windows: { category: money }',
    "windows: { category: money, district: '{{ answer.ちく }}' }",
    ['31 unknown-variable'],
  ],
  [
    'braces that are no answer',
    'windows: { category: money }',
    "windows: { category: money, district: '{{ 地区 }}' }",
    ['31 unknown-variable'],
  ],
  [
    'a filter beside ids',
    'windows: { category: money }',
    'windows: { ids: [desk-money], district: 西 }',
    ['31 unused-key'],
  ],
  ['an unknown shared part', 'common/texts, ', 'common/texts, common/textz, ', ['4 unknown-part']],
  [
    'an unknown named text',
    'start: はじめ',
    'texts: { waitingg: { ja: a, en: b } }\nstart: はじめ',
    ['22 unknown-text'],
  ],
  [
    'a label too long',
    'ja: そのほか, en: Other }, go: そのほか',
    'ja: そのほかのことをぜんぶここでいっぺんにたずねたい, en: Other }, go: そのほか',
    ['28 label-too-long'],
  ],
  [
    'a label too long in English only',
    'en: Money }, category',
    'en: Anything about your money }, category',
    ['27 label-too-long'],
  ],
  [
    'a label twice',
    'ja: そのほか, en: Other }, go',
    'ja: お金のこと, en: Other }, go',
    ['28 duplicate-choice'],
  ],
  ['a text too long', 'ja: 相談員を呼びます。', `ja: ${LONG}。`, ['35 text-too-long']],
  [
    'a text too long once its variable is filled in',
    'ja: 相談員を呼びます。',
    `ja: "${LONG.slice(10)}{{ desk.hours }}"`,
    ['35 text-too-long'],
  ],
  [
    'an unknown variable',
    'ja: 相談員を呼びます。',
    'ja: "{{ desk.huors }}に呼びます。"',
    ['35 unknown-variable'],
  ],
  [
    'a variable of another text',
    'ja: 相談員を呼びます。',
    'ja: "{{ queue.position }}番目です。"',
    ['35 unknown-variable'],
  ],
  [
    'braces that were not closed',
    'ja: 相談員を呼びます。',
    'ja: "{{ desk.hours }に呼びます。"',
    ['35 unknown-variable'],
  ],
  [
    'a missing variant',
    'say: { ja: 相談員を呼びます。, en: I call a counselor. }',
    'say: 相談員を呼びます。',
    ['35 missing-variant'],
  ],
  [
    'a language nobody declared',
    'en: I call a counselor. }',
    'en: I call a counselor., esay: よびます }',
    ['35 unknown-language'],
  ],
  [
    'a step nobody reaches',
    '  そのほか:\n',
    '  ひとり:\n    say: { ja: a, en: b }\n    end: true\n  そのほか:\n',
    ['34 unreachable-step'],
  ],
  ['a dead end', '    handoff: true\n', '', ['34 dead-end']],
  [
    'an empty step',
    '    say: { ja: 相談員を呼びます。, en: I call a counselor. }\n    handoff: true\n',
    '    survey: true\n',
    ['34 empty-step'],
  ],
  [
    'a circle without an answer',
    '    handoff: true',
    '    go: お金2\n  お金2:\n    go: そのほか',
    ['34 endless', '37 endless'],
  ],
  [
    'a branch that may find no way',
    '    say: { ja: 相談員を呼びます。, en: I call a counselor. }\n    handoff: true',
    '    branch:\n      - { when: { desk: open }, go: はじめ }',
    ['35 branch-without-rest'],
  ],
  [
    'a question left before it is answered',
    'ask:\n      - { label: { ja: ほか, en: Other }, go: はじめ }',
    'ask:\n      - { label: { ja: ほか, en: Other }, go: はじめ }\n    go: はじめ',
    ['34 never-asked'],
  ],
  ['a choice that leads nowhere', ', go: そのほか }', ' }', ['28 choice-without-way', '34 unreachable-step']],
  [
    'a question without its parts',
    'ask:\n      - { label: { ja: ほか, en: Other }, go: はじめ }',
    'ask: { type: number, go: はじめ }',
    ['32 missing-key'],
  ],
  [
    'too many choices',
    '      - { label: { ja: そのほか',
    `${Array.from({ length: 11 }, (_, i) => `      - { label: { ja: 選択${i}, en: c${i} }, go: お金 }\n`).join('')}      - { label: { ja: そのほか`,
    ['26 too-many-choices'],
  ],
  [
    'too many bubbles',
    'say: { ja: 相談員を呼びます。, en: I call a counselor. }\n    handoff: true',
    'say: [{ ja: a, en: b }, { ja: a, en: b }, { ja: a, en: b }, { ja: a, en: b }, { ja: a, en: b }]\n    windows: { category: money }\n    handoff: true',
    ['34 too-many-bubbles'],
  ],
  [
    'hours nobody can read',
    'hours: Mo-Fr 09:00-17:00; PH off',
    'hours: Mon-Fr 09:00-17:00; PH off',
    ['12 bad-hours'],
  ],
  [
    'hours without holidays',
    'Mo-Fr 09:00-17:00; PH off; Dec',
    'Mo-Fr 09:00-17:00; Dec',
    ['12 hours-without-holidays'],
  ],
  ['hours without the turn of the year', '; Dec 29-Jan 03 off', '', ['12 hours-without-year-end']],
  [
    'a category without a window',
    '    words: [家賃, 借金]\n',
    '    words: [家賃, 借金]\n  work:\n    label: { ja: 仕事, en: Work }\n    go: お金\n',
    ['10 category-without-window'],
  ],
  [
    'a list of windows without a question',
    'windows: { category: money }',
    'windows: { limit: 3 }',
    ['31 empty-query'],
  ],
  [
    'no words for those who come out of hours',
    'common/texts, ',
    '',
    ['4 handoff-without-out-of-hours', '4 missing-text'],
  ],
  [
    'the out-of-hours text without the next opening',
    'start: はじめ',
    'texts:\n  out_of_hours: { ja: 閉まっています。, en: Closed. }\nstart: はじめ',
    ['23 weakened-safety'],
  ],
  [
    'the first message without the hours',
    'start: はじめ',
    'texts:\n  first_message: { ja: こんにちは。, en: Hello. }\nstart: はじめ',
    ['23 weakened-safety'],
  ],
  [
    'an outcome twice',
    '  - { id: solved, label: 解決 }',
    '  - { id: solved, label: 解決 }\n  - { id: solved, label: すみ }',
    ['16 duplicate'],
  ],
  ['a menu button that does nothing', 'icon: close, word: quit', 'icon: close', ['21 choice-without-way']],
  [
    'a menu button that does two things',
    'icon: close, word: quit',
    'icon: close, word: quit, call: desk-money',
    ['21 two-ways'],
  ],
  ['a menu button to no step', 'icon: close, word: quit', 'icon: close, go: どこか', ['21 unknown-step']],
  [
    'a menu button that calls nobody',
    'icon: close, word: quit',
    'icon: close, call: desk-mony',
    ['21 unknown-window'],
  ],
  [
    'a menu label that is too long',
    '相談する, en: Start }, icon: heart',
    `${'相談'.repeat(11)}, en: Start }, icon: heart`,
    ['19 label-too-long'],
  ],
  [
    'too many buttons while a counselor talks',
    '    - { label: { ja: やめる, en: Stop }, icon: close, word: quit }\n',
    '    - { label: { ja: やめる, en: Stop }, icon: close, word: quit }\n'.repeat(4),
    ['21 too-long'],
  ],
];

describe('each mistake has its code and its line', () => {
  test.each(mistakes)('%s', (_, before, after, expected) => {
    const { flow, diagnostics } = loadTown({ flow: replaced(FLOW, before, after) });
    expect(places(diagnostics)).toEqual(expected);
    if (expected.length > 0) expect(flow).toBeNull();
  });
});

test('several mistakes in one file are all reported, also where one of them breaks a shape', () => {
  let broken = FLOW;
  for (const [before, after] of [
    ['municipality: 町', 'municipality: 町\nmunicipalty: 町'],
    ['go: そのほか }', 'goo: そのほか }'],
    ['category: money }\n    ask', 'category: mony }\n    ask'],
    ['go: はじめ }', 'go: はじまり }'],
    ['hours: Mo-Fr', 'hours: Mon-Fr'],
    ['say: { ja: 相談員を呼びます。, en: I call a counselor. }', 'say: "{{ nanashi }}"'],
  ] as const)
    broken = replaced(broken, before, after);
  expect(places(loadTown({ flow: broken }).diagnostics)).toEqual([
    '3 unknown-key',
    '13 bad-hours',
    '29 unknown-key',
    '32 unknown-category',
    '34 unknown-step',
    '36 missing-variant',
    '36 unknown-variable',
  ]);
});

test('a list that no window fits', () => {
  const { diagnostics } = loadTown({
    flow: replaced(FLOW, 'windows: { category: money }', 'windows: { category: money, target: 高齢者 }'),
    windows: `${replaced(WINDOWS, '    area: [町]', '    target: [子ども]\n    area: [町]')}${WINDOWS.replace('windows:\n', '').replace('desk-money', 'desk-old').replace('[money]', '[lines]')}    target: [高齢者]\n`,
  });
  expect(places(diagnostics)).toEqual(['31 no-window-found']);
});

test('mistakes in flow.yaml do not hide those in windows.yaml', () => {
  const { diagnostics } = loadTown({
    flow: replaced(FLOW, 'name: 町の相談', 'name:'),
    windows: replaced(WINDOWS, 'hours: Mo-Fr', 'hours: Mon-Fr'),
  });
  expect(places(diagnostics)).toEqual(['1 empty-value', 'town/windows.yaml 8 bad-hours']);
});

test.each([
  ['never confirmed', 'null', 'unconfirmed-window'],
  ['confirmed more than a year ago', '2025-11-01', 'stale-window'],
])('a window %s is a warning and does not stop the flow', (_, confirmed, code) => {
  const { flow, diagnostics } = loadTown({ windows: replaced(WINDOWS, '2026-11-01', confirmed) });
  expect(places(diagnostics)).toEqual([`town/windows.yaml 10 ${code}`]);
  expect(flow).not.toBeNull();
});

describe('safety texts', () => {
  const safety = common('common/safety.yaml');

  test('cannot be unlocked', () => {
    const { diagnostics } = loadTown({
      common: { 'common/safety.yaml': replaced(safety, 'locked: true', 'locked: false') },
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'unknown-value', file: 'common/safety.yaml' },
    ]);
  });

  test('keep their numbers in every language', () => {
    const weak = safety.replaceAll('119 (ambulance) or 110 (police)', 'somebody');
    const { diagnostics } = loadTown({ common: { 'common/safety.yaml': weak } });
    const codes = diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['weakened-safety']));
  });

  test('can be added to by a flow, and the additions are checked', () => {
    const added =
      'safety:\n  suicide: { say: { ja: 町の相談室です。, en: Our desk. }, windows: [desk-money] }\nstart: はじめ';
    const { flow, diagnostics } = loadTown({ flow: replaced(FLOW, 'start: はじめ', added) });
    expect(places(diagnostics)).toEqual([]);
    expect(flow?.safety.suicide.windows.at(-1)).toBe('desk-money');
    expect(flow?.safety.suicide.windows).toContain('inochi-sos');
    expect(flow?.safety.suicide.imminent.at(-1)).toEqual({ ja: '町の相談室です。', en: 'Our desk.' });
    const bad = loadTown({ flow: replaced(FLOW, 'start: はじめ', added.replace('desk-money', 'desk-mony')) });
    expect(places(bad.diagnostics)).toEqual(['23 unknown-window']);
  });

  test('a locked shared part is not rewritten by a flow', () => {
    const part = 'locked: true\ntexts:\n  fallback: { ja: 110か119へ。, en: Call 110 or 119. }\n';
    const use = replaced(FLOW, 'common/windows]', 'common/windows, common/fixed]');
    const { diagnostics } = loadTown({
      flow: replaced(
        use,
        'start: はじめ',
        'texts: { fallback: { ja: だめでした。, en: It failed. } }\nstart: はじめ',
      ),
      common: { 'common/fixed.yaml': part },
    });
    expect(places(diagnostics)).toEqual(['22 locked']);
  });
});

test('a finding is printed with its place, its line, a caret and what was meant', () => {
  const { diagnostics } = loadTown({ flow: replaced(FLOW, 'go: はじめ }', 'go: はじま }') });
  const [found] = diagnostics.filter(({ severity }) => severity === 'error');
  expect(formatDiagnostic(found!)).toBe(
    [
      'town/flow.yaml:33:45 誤り [unknown-step] ステップ「はじま」がありません。名前を確かめるか、ステップを書き足してください。',
      '  33 |       - { label: { ja: ほか, en: Other }, go: はじま }',
      '     |                                               ^^^^^^',
      '  もしかして: はじめ',
    ].join('\n'),
  );
});

describe('lists of windows that look at answers', () => {
  const windows = `${WINDOWS}    districts: [東]\n${WINDOWS.replace('windows:\n', '').replace('desk-money', 'desk-west')}    districts: [西]\n`;
  const asked = (choices: string, ask = '') =>
    replaced(
      FLOW.replace('category: money }\n      -', `go: 地区 }\n      -`)
        .replace(
          '  お金:\n',
          `  地区:\n    say: { ja: どこですか。, en: Where? }\n    ask:${ask || `\n${choices}`}  お金:\n`,
        )
        .replace('go: はじめ }', 'go: 地区 }'),
      'windows: { category: money }',
      "windows: { category: money, district: '{{ answer.地区 }}' }",
    );
  const east = '      - { label: { ja: 東, en: East }, set: { 地区: 東 }, go: お金 }\n';
  const west = '      - { label: { ja: 西, en: West }, set: { 地区: 西 }, go: お金 }\n';
  const all = "      - { label: { ja: わからない, en: Unsure }, set: { 地区: '' }, go: お金 }\n";

  test('show what fits the answer, and all of them without one', () => {
    const { flow, diagnostics } = loadTown({ flow: asked(east + west + all), windows });
    expect(places(diagnostics)).toEqual([]);
    const list = flow?.steps.get('お金')?.windows;
    const shown = (answers: Answers) =>
      list &&
      flow
        .windows(queryOf(list, answers), Date.parse('2026-11-24T10:00+09:00'), 'ja', 0)
        .cards.map(({ id }) => id);
    expect(shown({ 地区: '東' })).toEqual(['desk-money']);
    expect(shown({ 地区: '西' })).toEqual(['desk-west']);
    expect(shown({ 地区: ['東', '西'] })).toEqual(['desk-money', 'desk-west']);
    expect(shown({ 地区: '' })).toEqual(['desk-money', 'desk-west']);
    expect(shown({})).toEqual(['desk-money', 'desk-west']);
  });

  test('a value that no window has is found where it is written, with the one that was meant', () => {
    const { diagnostics } = loadTown({ flow: asked(east + west.replace('地区: 西', '地区: 西町')), windows });
    expect(places(diagnostics)).toContain('33 unknown-filter');
    expect(diagnostics.find(({ code }) => code === 'unknown-filter')).toMatchObject({
      message: expect.stringContaining('あるのは 東、西'),
      suggestion: '西',
    });
  });

  test('what a resident writes freely is no filter', () => {
    const free = ' { type: text, save: 地区, go: お金 }\n';
    expect(places(loadTown({ flow: asked('', free), windows }).diagnostics)).toEqual(['34 free-answer']);
  });

  test('the proof gives every answer', () => {
    const { definition } = loadTown({ flow: asked(east + west + all), windows });
    expect(definition && conditionsOf(definition)).toEqual(
      ['東', '西', ''].map((value) => ({ answer: { 地区: value }, at: new Set(['お金', '地区']) })),
    );
  });
});
