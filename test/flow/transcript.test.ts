import { describe, expect, test } from 'vitest';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { loadFlow } from '../../src/flow/load.ts';
import { runSuite, type Suite, updatedFiles } from '../../src/flow/transcript/suite.ts';
import { makeTriage, openDetector } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { FLOW, loadTown, places, replaced } from './small-town.ts';

const real = readFlowFiles(rootFolder);
const ear = openDetector(real);
if (!ear.ok) throw new Error('the lexicon does not load');
const { detect } = ear;

/** Plays transcripts in the small town. */
function play(yaml: string, flowText = FLOW): Suite & { files: Map<string, string> } {
  const { flow, definition, diagnostics } = loadTown({ flow: flowText });
  if (!flow || !definition) throw new Error(places(diagnostics).join('\n'));
  const files = new Map([['town/a.test.yaml', yaml]]);
  return { ...runSuite({ flow, definition, detect }, files), files };
}

const findings = (suite: Pick<Suite, 'diagnostics' | 'results'>) => [
  ...suite.diagnostics.map(({ line, code }) => `${line} ${code}`),
  ...suite.results.flatMap((result) => result.findings.map(({ line, code }) => `${line} ${code}`)),
];

const GOOD = `tests:
  - name: お金
    talk:
      - resident: 家賃が
      - resident: 払えません          # 二つの吹き出しに、一つの答え
      - bot_contains: 「お金」のお話でしょうか
      - bot: お金の窓口です。
      - windows: [desk-money]
      - choices: [ほか, 人と話したい]
      - tap: ほか
      - bot: どうしましたか。
      - step: はじめ
  - name: 相談員
    at: 2026-11-24 16:00
    talk:
      - follow: true
      - tap: そのほか
      - bot: 相談員を呼びます。
      - queue: none
      - accept: 田中
      - bot_contains: 相談員につながりました
      - resident: 死にたい
      - silent: true
      - wait: 11m
      - bot_contains: 相談員の返事が遅れています
      - queue: high
      - accept: 山田
      - counselor: 読みました。
      - close: solved
      - owner: closed
  - name: もう一度
    talk:
      - resident: 人と話したい
      - accept: 田中
      - close: solved
      - resident: もう一度いいですか
      - bot_contains: また書いてくださって
`;

test('a transcript plays the real conversation, with its timers, counselors and danger', () => {
  const suite = play(GOOD);
  expect(findings(suite)).toEqual([]);
  expect(suite.results.map(({ name }) => name)).toEqual(['お金', '相談員', 'もう一度']);
});

test('what counselors do besides talking, and the menu below, can be written too', () => {
  const flow = replaced(
    replaced(FLOW, 'start: はじめ', 'survey: 感想\nstart: はじめ'),
    '  そのほか:\n',
    '  感想:\n    say: { ja: どうでしたか。, en: How was it? }\n    survey: true\n  そのほか:\n',
  );
  const yaml = `tests:
  - name: 相談員のすること
    talk:
      - menu: 相談する
      - bot: どうしましたか。
      - tap: お金のこと
      - categories: [money]
      - resident: 人と話したい
      - accept: 山田
      - bot_contains: 相談員につながりました
      - refer: { window: desk-money, say: ここがよさそうです。 }
      - silent: true
      - set_categories: []
      - categories: []
      - take_over: 課長
      - flag: threat
      - silent: true
      - close: { outcome: solved, farewell: またどうぞ。 }
      - bot: どうでしたか。
      - owner: closed
  - name: 利用を止める
    talk:
      - resident: 人と話したい
      - accept: 山田
      - mute: 30m
      - bot_contains: '10:30'
      - resident: 死にたい
      - queue: high
  - name: アンケートなしで終える
    talk:
      - resident: 人と話したい
      - accept: 山田
      - bot_contains: 相談員に
      - close: { outcome: solved, survey: false }
      - bot_contains: ありがとうございました
      - silent: true
`;
  expect(findings(play(yaml, flow))).toEqual([]);
});

test('a counselor in a transcript can do only what there is', () => {
  const cannot = (line: string) => {
    const yaml = `tests:\n  - name: できない\n    talk:\n      - resident: 人と話したい\n      - accept: 山田\n      - ${line}\n`;
    const [result] = play(yaml).results;
    return result?.findings.map(({ line: at, code, message }) => `${at} ${code} ${message}`).join() ?? '';
  };
  expect(cannot('close: solvd')).toMatch(/^6 cannot-do .*solvd.*あるのは solved/u);
  expect(cannot('refer: desk-mony')).toMatch(/^6 cannot-do .*desk-mony/u);
  expect(cannot('set_categories: [mony]')).toMatch(/^6 cannot-do .*mony/u);
  expect(cannot('menu: 相談する')).toMatch(/^6 cannot-do .*いま出ているのは 「やめる」/u);
  expect(cannot('accept: 佐藤')).toMatch(/^6 cannot-do いまはできません。ほかの相談員/u);
  expect(cannot('categories: [money]')).toMatch(/^6 about-otherwise/u);
});

test('coverage names the steps and choices that nobody visits', () => {
  const { coverage } = play(GOOD.slice(0, GOOD.indexOf('  - name: 相談員')));
  expect(coverage).toEqual({
    steps: { visited: 2, all: 3, missing: ['そのほか'] },
    choices: {
      visited: 1,
      all: 3,
      missing: [
        { step: 'はじめ', choice: 'お金のこと' },
        { step: 'はじめ', choice: 'そのほか' },
      ],
    },
  });
});

test('coverage names the buttons that a question brings with it by what stands on them', () => {
  const flow = `${replaced(FLOW, 'go: そのほか }\n', 'go: そのほか }\n      - { label: { ja: 動物, en: Pets }, go: 動物 }\n')}  動物:
    say: { ja: どれですか。, en: Which? }
    ask:
      type: many
      save: 動物
      options:
        - { label: { ja: いぬ, en: Dog }, value: dog }
        - { label: { ja: ねこ, en: Cat }, value: cat }
      skip: そのほか
      go: そのほか
`;
  const tests = (taps: string) => `tests:\n  - name: 動物\n    talk:\n      - follow: true\n${taps}`;
  const missing = (yaml: string) =>
    play(yaml, flow).coverage.choices.missing.flatMap(({ step, choice }) => (step === '動物' ? choice : []));
  expect(missing(tests('      - tap: 動物\n'))).toEqual(['いぬ', 'ねこ', 'これで決定', '答えない']);
  expect(missing(tests('      - tap: 動物\n      - tap: いぬ\n      - tap: これで決定\n'))).toEqual([
    'ねこ',
    '答えない',
  ]);
});

describe('an expectation that fails says where and what was said instead', () => {
  test.each([
    ['other words', 'bot: お金の窓口です。', 'bot: お金の窓口でした。', '7 said-otherwise'],
    [
      'words in the wrong order',
      '      - bot: お金の窓口です。\n',
      '      - bot: お金の窓口です。\n      - bot_contains: 名前は\n',
      '8 said-otherwise',
    ],
    ['a window that is not listed', '[desk-money]', '[ayumi]', '8 said-otherwise'],
    ['a button that is not there', 'choices: [ほか,', 'choices: [ほかに,', '9 not-offered'],
    ['a tap on nothing', 'tap: ほか', 'tap: ほかの', '10 cannot-do'],
    ['another step', 'step: はじめ', 'step: お金', '12 elsewhere'],
    ['an unknown step', 'step: はじめ', 'step: はじま', '12 unknown-step'],
    ['the wrong level', 'queue: none', 'queue: high', '19 not-in-queue'],
    ['silence that was not', 'bot_contains: 相談員につながりました', 'silent: true', '21 said-otherwise'],
    ['somebody else', 'owner: closed', 'owner: bot', '30 owned-otherwise'],
    ['an action without a place', 'accept: 山田', 'counselor: はい', '27 cannot-do'],
  ])('%s', (_, before, after, expected) => {
    expect(findings(play(replaced(GOOD, before, after)))).toEqual([expected]);
  });

  test('two things in one line, an unknown key, and a time that is none', () => {
    const wrong = `tests:
  - name: まちがい
    at: きのう
    talk:
      - resident: はい
        bot: いいえ
      - says: はい
`;
    expect(findings(play(wrong))).toEqual(['3 wrong-value', '5 wrong-value', '7 unknown-key']);
  });
});

test('a change of the flow shows in the transcript, and --update rewrites only the expected words', () => {
  const changed = replaced(FLOW, 'ja: お金の窓口です。', 'ja: "お金のことは、\\nここで聞けます。"');
  const before = play(GOOD, changed);
  expect(findings(before)).toEqual(['7 said-otherwise']);
  const updated = updatedFiles(before.files, before.results).get('town/a.test.yaml');
  expect(updated).toBe(
    replaced(GOOD, 'bot: お金の窓口です。', 'bot: |-\n          お金のことは、\n          ここで聞けます。'),
  );
  expect(findings(play(updated ?? '', changed))).toEqual([]);
});

test('--update writes what the last line led to, not what nobody asked about before', () => {
  const yaml = `tests:
  - name: お金
    talk:
      - follow: true
      - tap: お金のこと # 覚え書き
      - bot: 古い文
`;
  const before = play(yaml);
  expect(updatedFiles(before.files, before.results).get('town/a.test.yaml')).toBe(
    replaced(yaml, 'bot: 古い文', 'bot: お金の窓口です。'),
  );
});

test('a bubble that went away does not shift the others', () => {
  const two = GOOD.replace(
    '      - bot: お金の窓口です。\n',
    '      - bot: まずは深呼吸。\n      - bot: お金の窓口です。\n',
  );
  const suite = play(two);
  expect(findings(suite)).toEqual(['7 said-otherwise']);
});

test('a question with many answers, a number, a date and a free text lead on', () => {
  const asking = replaced(
    FLOW,
    '    say: { ja: 相談員を呼びます。, en: I call a counselor. }\n    handoff: true\n',
    `    say: { ja: いくつでもどうぞ。, en: Any. }
    ask:
      type: many
      save: needs
      options:
        - { label: { ja: 食べもの, en: Food }, value: food }
        - { label: { ja: 住まい, en: Home }, value: home }
      go: 人数
  人数:
    say: { ja: 何人ですか。, en: How many? }
    ask: { type: number, save: people, min: 1, max: 20, go: いつ }
  いつ:
    say: { ja: いつからですか。, en: Since when? }
    ask: { type: date, save: since, go: ことば, skip: ことば }
  ことば:
    say: { ja: どんなことですか。, en: What is it? }
    ask: { type: text, save: words, go: わけ }
  わけ:
    branch:
      - { when: { answer: { needs: food } }, go: 食べもの }
      - { go: はじめ }
  食べもの:
    say: { ja: 食べものの相談です。, en: Food. }
    after: [{ wait: 10m, go: まだ }]
    ask: { type: yes-no, yes: はじめ, no: お金 }
  まだ:
    say: { ja: まだいますか。, en: Still there? }
    ask: [{ label: { ja: はい、います, en: I am }, go: はじめ }]
`,
  );
  const yaml = `tests:
  - name: いろいろな質問
    talk:
      - follow: true
      - tap: そのほか
      - bot: いくつでもどうぞ。
      - choices: [食べもの, 住まい, これで決定]
      - tap: 食べもの
      - bot: '選んだもの: 食べもの。ほかにもあれば、押してください。'
      - choices: [住まい, これで決定, ✓ 食べもの]
      - tap: 住まい
      - bot: '選んだもの: 食べもの、住まい。ほかにもあれば、押してください。'
      - silent: true
      - tap: 食べもの
      - tap: 住まい
      - bot: 選んだものはありません。当てはまるものを押してください。
      - tap: 食べもの
      - tap: これで決定
      - bot: 何人ですか。
      - resident: ９９人
      - bot_contains: 数字で
      - resident: ３人
      - bot: いつからですか。
      - resident: 4月3日から
      - bot: どんなことですか。
      - resident: あれこれ
      - bot: 食べものの相談です。
      - wait: 11m
      - bot: まだいますか。
      - resident: はい、います
      - step: はじめ
`;
  expect(findings(play(yaml, asking))).toEqual([]);
});

test('two steps that lead to each other by else, a step for stickers, a skip, and a survey in words', () => {
  const flow = replaced(
    replaced(FLOW, 'start: はじめ', 'survey: 感想\nstart: はじめ'),
    '    say: { ja: 相談員を呼びます。, en: I call a counselor. }\n    handoff: true\n',
    `    say: { ja: どちらですか。, en: Which? }
    else: わからない
    media: スタンプ
    ask: { type: date, save: since, go: はじめ, skip: はじめ }
  わからない:
    say: { ja: もう少し教えてください。, en: More please. }
    else: そのほか
    ask: [{ label: { ja: ほか, en: Other }, go: はじめ }]
  スタンプ:
    say: { ja: かわいいですね。, en: Nice. }
    ask: [{ label: { ja: ほか, en: Other }, go: そのほか }]
  感想:
    survey: true
    say: { ja: どうでしたか。, en: How was it? }
    ask: { type: text, save: said, go: お礼 }
  お礼:
    survey: true
    say: { ja: 読みました。, en: I read it. }
    end: true
`,
  );
  const yaml = `tests:
  - name: 回らない
    talk:
      - follow: true
      - tap: そのほか
      - resident: きのうの続き
      - bot: もう少し教えてください。
      - resident: さっきの続き
      - bot: どちらですか。
      - resident: その続き
      - queue: none
  - name: スタンプのステップと、答えないこと
    talk:
      - follow: true
      - tap: そのほか
      - send: sticker
      - bot: かわいいですね。
      - tap: ほか
      - tap: 答えない
      - step: はじめ
  - name: ことばのアンケート
    talk:
      - resident: 人と話したい
      - accept: 田中
      - close: solved
      - bot: どうでしたか。
      - resident: 話せてよかった
      - bot: 読みました。
      - owner: closed
      - resident: 死にたい
      - queue: high
`;
  expect(findings(play(yaml, flow))).toEqual([]);
});

const folders = [...real.keys()]
  .filter((path) => path.endsWith('/flow.yaml'))
  .map((path) => path.split('/')[0] ?? '');

test.each(folders)('the transcripts of %s pass', (folder) => {
  const { flow, definition } = loadFlow(real, folder, {
    holidays: loadHolidays(),
    now: Date.now(),
    triage: makeTriage(),
  });
  if (!flow || !definition) throw new Error(`${folder} does not load`);
  expect(findings(runSuite({ flow, definition, detect }, real))).toEqual([]);
});
