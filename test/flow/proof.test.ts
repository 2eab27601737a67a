import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/conversation/flow.ts';
import type { Snapshot, TalkState } from '../../src/conversation/snapshot.ts';
import { type Stepped, step } from '../../src/conversation/step.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { loadFlow } from '../../src/flow/load.ts';
import { type Proof, prove } from '../../src/flow/proof/prove.ts';
import { conditionsOf, proveFlow } from '../../src/flow/proof/report.ts';
import { makeTriage } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { rank } from '../../src/risk/finding.ts';
import { FLOW, loadTown, replaced } from './small-town.ts';

function town(flowText = FLOW): Flow {
  const { flow } = loadTown({ flow: flowText });
  if (!flow) throw new Error('the town does not load');
  return flow;
}

const codes = ({ violations }: Proof): string[] => [...new Set(violations.map(({ code }) => code))].sort();

const real = readFlowFiles(rootFolder);
const folders = [...real.keys()]
  .filter((path) => path.endsWith('/flow.yaml'))
  .map((path) => path.split('/')[0] ?? '');

test.each(folders)('%s fails nobody', (folder) => {
  const { flow, definition } = loadFlow(real, folder, {
    holidays: loadHolidays(),
    now: Date.now(),
    triage: makeTriage(),
  });
  if (!flow || !definition) throw new Error(`${folder} does not load`);
  expect(proveFlow(flow, definition)).toEqual([]);
});

/** A step with one thing taken out, wherever `where` says so. */
type Where = { before: Snapshot; after: Snapshot; dangerous: boolean; kind: string };
const without =
  (where: (at: Where) => boolean, take: (stepped: Stepped & { ok: true }, before: Snapshot) => Stepped) =>
  (...args: Parameters<typeof step>): Stepped => {
    const [, before, event, , finding] = args;
    const stepped = step(...args);
    if (!stepped.ok) return stepped;
    const dangerous = finding !== null && rank(finding.level) >= rank('high');
    return where({ before, after: stepped.snapshot, dangerous, kind: event.kind })
      ? take(stepped, before)
      : stepped;
  };

const proved = (changed: typeof step) => prove({ flow: town(), step: changed, conditions: [] });

describe('taking out any one safety transition is found, in whoever has the talk', () => {
  const owners: TalkState[] = ['bot', 'waiting', 'human', 'closed'];
  // After the end a dangerous message opens the next consultation, which the bot has.
  const inDanger = (owner: TalkState) => (at: Where) => at.dangerous && at.before.talk.state === owner;

  test.each(owners.filter((owner) => owner !== 'closed'))('the level is not raised (%s)', (owner) => {
    const changed = without(inDanger(owner), (stepped, before) => ({
      ...stepped,
      snapshot: { ...stepped.snapshot, talk: { ...stepped.snapshot.talk, level: before.talk.level } },
    }));
    expect(codes(proved(changed))).toEqual(['proof-unsafe']);
  });

  test.each(['bot', 'waiting'] as const)('no safety message (%s)', (owner) => {
    const changed = without(inDanger(owner), (stepped) => ({
      ...stepped,
      effects: stepped.effects.map((effect) =>
        effect.kind === 'say' && effect.as === 'safety' ? { ...effect, as: 'answer' } : effect,
      ),
    }));
    expect(codes(proved(changed))).toEqual(['proof-unsafe']);
  });

  test.each(['bot', 'waiting'] as const)('not brought into the queue (%s)', (owner) => {
    const changed = without(inDanger(owner), (stepped) => ({
      ...stepped,
      snapshot: { ...stepped.snapshot, talk: { ...stepped.snapshot.talk, state: 'bot', waitingSince: null } },
    }));
    expect(codes(proved(changed))).toContain('proof-unsafe');
  });

  test.each(['bot', 'waiting', 'human'] as const)('nobody is told (%s)', (owner) => {
    const changed = without(inDanger(owner), (stepped) => ({
      ...stepped,
      effects: stepped.effects.filter(({ kind }) => kind !== 'notify'),
    }));
    expect(codes(proved(changed))).toContain('proof-unsafe');
  });

  test('only at one step', () => {
    const changed = without(
      (at) => at.dangerous && at.before.place.step === 'お金' && at.before.talk.state === 'bot',
      (stepped, before) => ({ ...stepped, snapshot: before }),
    );
    const { violations } = proved(changed);
    expect(new Set(violations.map(({ code, step: at }) => `${code} ${at}`))).toContain('proof-unsafe お金');
    expect(violations[0]?.path.at(-1)).toMatch(/^危険/u);
  });

  test('only for those who are still typing', () => {
    const changed = without(
      (at) => at.dangerous && at.before.turn !== null,
      (stepped, before) => ({ ...stepped, snapshot: before, effects: [] }),
    );
    expect(codes(proved(changed))).toContain('proof-unsafe');
  });
});

describe('what must always hold', () => {
  test('silence is found: a sticker, a button, the end of a turn', () => {
    const silent = (kind: string) =>
      without(
        (at) => at.kind === kind && at.before.talk.state === 'bot',
        (stepped) => ({ ...stepped, effects: stepped.effects.filter((effect) => effect.kind !== 'say') }),
      );
    for (const kind of ['media', 'choice', 'timer'])
      expect(codes(proved(silent(kind)))).toContain('proof-silent');
  });

  test('a bot that talks over a human is found', () => {
    const chatty = without(
      (at) => at.kind === 'media' && at.before.talk.state === 'human',
      (stepped) => ({
        ...stepped,
        effects: [
          ...stepped.effects,
          {
            kind: 'say',
            as: 'answer',
            saying: { speaker: 'bot', messages: [{ kind: 'text', text: 'はい' }], choices: [] },
          },
        ],
      }),
    );
    expect(codes(proved(chatty))).toEqual(['proof-two-voices']);
  });

  test('a bot that speaks when counselors act among themselves is found, and silence at a mute', () => {
    const says = without(
      ({ kind }) => kind === 'flag',
      (stepped) => ({
        ...stepped,
        effects: [
          ...stepped.effects,
          {
            kind: 'say',
            as: 'answer',
            saying: { speaker: 'bot', messages: [{ kind: 'text', text: '報告されました' }], choices: [] },
          },
        ],
      }),
    );
    expect(codes(proved(says))).toEqual(['proof-two-voices']);
    const mutes = without(
      ({ kind }) => kind === 'mute',
      (stepped) => ({ ...stepped, effects: stepped.effects.filter(({ kind }) => kind !== 'say') }),
    );
    expect(codes(proved(mutes))).toContain('proof-silent');
  });

  test('danger that is not heard from somebody whom a counselor keeps away is found', () => {
    const deaf = without(
      ({ before, dangerous }) => dangerous && before.mutedUntil !== undefined && before.talk.state === 'bot',
      (stepped, before) => ({ ...stepped, snapshot: { ...stepped.snapshot, talk: before.talk } }),
    );
    expect(codes(proved(deaf))).toContain('proof-unsafe');
  });

  test('a missing way to a person is found, on the screen and in words', () => {
    const hidden = without(
      () => true,
      (stepped) => ({
        ...stepped,
        effects: stepped.effects.map((effect) =>
          effect.kind === 'say'
            ? {
                ...effect,
                saying: {
                  ...effect.saying,
                  choices: effect.saying.choices.filter(({ data }) => !/human|そのほか/u.test(data)),
                },
              }
            : effect,
        ),
      }),
    );
    expect(codes(proved(hidden))).toContain('proof-no-person');
    const flow = town();
    const deaf = { ...flow, wordOf: (text: string) => (text === '人と話したい' ? null : flow.wordOf(text)) };
    expect(codes(prove({ flow: deaf, step, conditions: [] }))).toContain('proof-no-person');
  });

  test('a circle is found: words that are not understood, again and again', () => {
    const forgetful = without(
      (at) => at.after.talk.state === 'bot' && at.kind === 'timer',
      (stepped) => ({
        ...stepped,
        snapshot: { ...stepped.snapshot, place: { ...stepped.snapshot.place, misunderstood: 1 } },
      }),
    );
    expect(codes(proved(forgetful))).toEqual(['proof-circle']);
  });

  test('a bug of the program is found, and named', () => {
    const broken = without(
      (at) => at.kind === 'media',
      () => {
        throw new TypeError('x is not a function');
      },
    );
    expect(codes(proved(broken))).toContain('proof-crash');
  });

  test('an answer that LINE would refuse is found only where it happens', () => {
    const flow = town();
    const long = 'あ'.repeat(4_900);
    const text = flow.texts.sticker;
    const wordy = {
      ...flow,
      texts: { ...flow.texts, sticker: Array.from({ length: 6 }, () => ({ ja: long, en: long })) },
    };
    expect(text).toHaveLength(1);
    const { violations } = prove({ flow: wordy, step, conditions: [] });
    expect(new Set(violations.map(({ code }) => code))).toEqual(new Set(['proof-over-limits']));
    expect(violations[0]?.path.at(-1)).toContain('スタンプ');
  });
});

test('both ways of a condition are taken', () => {
  const branching = replaced(
    FLOW,
    '    say: { ja: 相談員を呼びます。, en: I call a counselor. }\n    handoff: true\n',
    `    branch:
      - { when: { answer: { about: other } }, go: 家族 }
      - { when: { desk: closed }, go: 夜 }
      - { when: { language: en }, go: 英語 }
      - { when: { returning: true }, go: 前にも }
      - { go: はじめ }
  家族:
    say: { ja: ご家族ですね。, en: Family. }
    ask: [{ label: { ja: はい, en: Yes }, go: はじめ }]
  夜:
    say: { ja: 夜ですね。, en: Night. }
    ask: [{ label: { ja: はい, en: Yes }, go: はじめ }]
  英語:
    say: { ja: 英語ですね。, en: English. }
    ask: [{ label: { ja: はい, en: Yes }, go: はじめ }]
  前にも:
    say: { ja: 前にも来ましたね。, en: Again. }
    ask: [{ label: { ja: はい, en: Yes }, go: はじめ }]
`,
  );
  const { flow, definition } = loadTown({ flow: branching });
  if (!flow || !definition) throw new Error('the town does not load');
  const seen = new Set<string>();
  const watching: typeof step = (...args) => {
    const stepped = step(...args);
    if (stepped.ok) seen.add(stepped.snapshot.place.step);
    return stepped;
  };
  expect(codes(prove({ flow, step: watching, conditions: conditionsOf(definition) }))).toEqual([]);
  expect([...seen].sort()).toEqual(['はじめ', 'お金', '家族', '夜', '英語', '前にも'].sort());
});

test('with the talk on a page of its own, too', () => {
  const web = replaced(FLOW, '  example: true', '  example: true\n  talk: web');
  const { flow, definition } = loadTown({ flow: web });
  if (!flow || !definition) throw new Error('the town does not load');
  expect(proveFlow(flow, definition)).toEqual([]);
});

test('two hundred steps are proved in time', () => {
  const count = 200;
  const steps = Array.from(
    { length: count },
    (_, index) => `  場面${index}:
    say: { ja: 場面${index}です。, en: Scene ${index}. }
${index % 5 === 0 ? '    windows: { category: money }\n' : ''}    ask:
${[1, 2, 3].map((way) => `      - { label: { ja: 道${way}, en: Way ${way} }, go: 場面${(index * 3 + way) % count} }`).join('\n')}
`,
  );
  const text = replaced(
    replaced(FLOW, 'go: そのほか }', 'go: 場面0 }'),
    FLOW.slice(FLOW.indexOf('  そのほか:')),
    steps.join(''),
  );
  const flow = town(text);
  const before = process.threadCpuUsage();
  const { violations, states } = prove({ flow, step, conditions: [] });
  const seconds = process.threadCpuUsage(before).user / 1e6;
  expect(violations).toEqual([]);
  expect(states).toBeGreaterThan(200 * 16);
  // 5 s by the clock on an idle machine. Here other tests run beside, so this thread's time on the processor counts, with some room.
  expect(seconds).toBeLessThan(8);
});

test('the way out of the page leads over https alone, and to nothing that runs or is hidden', () => {
  /** What the page would be given; null where the flow is refused. */
  const leavingTo = (address: string) =>
    loadTown({
      flow: replaced(
        FLOW,
        '  example: true',
        `  example: true\n  talk: web\n  leave_to: ${JSON.stringify(address)}`,
      ),
    });
  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https://example.jp',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'http://www.jma.go.jp/',
    '//example.jp/',
    '/talk/',
    'https:',
    'ftp://example.jp/',
    `https://example.jp/${'a'.repeat(3_000)}`,
    'https://name:password@example.jp/',
  ])
    expect([address, Boolean(leavingTo(address).flow)]).toEqual([address, false]);
  expect(leavingTo('https://www.jma.go.jp/bosai/').flow?.desk.leaveTo).toBe('https://www.jma.go.jp/bosai/');
});
