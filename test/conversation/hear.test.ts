import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/conversation/flow.ts';
import { guessLanguage } from '../../src/conversation/guess-language.ts';
import { startPlace } from '../../src/conversation/place.ts';
import { freshSnapshot, type Snapshot } from '../../src/conversation/snapshot.ts';
import { step } from '../../src/conversation/step.ts';
import { openFlow } from '../../src/flows.ts';
import { makeTriage } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import type { Finding } from '../../src/risk/finding.ts';

const night = Date.parse('2026-11-23T02:00+09:00');

const towns = { ise: openTown('ise'), fuchu: openTown('fuchu') };

function openTown(name: string): Flow {
  const { holder } = openFlow(
    () => readFlowFiles(rootFolder),
    name,
    () => night,
    makeTriage(),
  );
  if (!holder) throw new Error(`${name} does not load`);
  return holder.flow();
}

/** One resident at two in the morning on a holiday; what each turn was answered with. */
function resident(flow: Flow) {
  let snapshot: Snapshot = freshSnapshot(startPlace(flow), flow.languages[0] ?? 'ja');
  let count = 0;
  const facts = { now: night, present: 0, free: 0, ahead: () => 0, trial: false };
  const happen = (
    happening: Parameters<typeof step>[2] extends infer E ? Partial<E> : never,
    finding: Finding | null = null,
  ) => {
    const stepped = step(
      flow,
      snapshot,
      { id: `e${count++}`, at: night, ...happening } as never,
      facts,
      finding,
    );
    if (!stepped.ok) throw new Error(stepped.refusal.why);
    snapshot = JSON.parse(JSON.stringify(stepped.snapshot)) as Snapshot;
    return stepped.effects.flatMap((effect) => (effect.kind === 'say' ? effect.saying.messages : []));
  };
  return {
    get talk() {
      return snapshot.talk;
    },
    get language() {
      return snapshot.language;
    },
    writes(text: string, finding: Finding | null = null) {
      const atOnce = happen({ kind: 'text', text } as never, finding);
      return snapshot.turn ? happen({ kind: 'timer', name: 'turn' } as never) : atOnce;
    },
    taps: (step: string, choice: string) =>
      happen({ kind: 'choice', data: `choice|${step}|${choice}` } as never),
  };
}

const texts = (messages: { kind: string; text?: string }[]) =>
  messages.map(({ text }) => text ?? '').join('\n');
const cards = (messages: ReturnType<ReturnType<typeof resident>['writes']>) =>
  messages.flatMap((message) => (message.kind === 'windows' ? message.cards.map(({ id }) => id) : []));
const danger = (level: Finding['level']): Finding => ({
  level,
  score: 1,
  kinds: ['suicide'],
  subject: 'self',
  hits: [],
});

describe('what a resident writes', () => {
  test('an English sentence is answered in English, and Japanese with Latin words in it is not', () => {
    const english = resident(towns.ise);
    expect(texts(english.writes('I cannot pay my rent.'))).toMatch(/Talk to a person/u);
    expect(english.language).toBe('en');
    expect(guessLanguage('LINE ok', ['ja', 'en'])).toBeNull();
    expect(guessLanguage('DVとかPTSDとかADHDとか', ['ja', 'en'])).toBeNull();
    expect(guessLanguage('I want to die', ['ja', 'en'])).toBe('en');
    expect(guessLanguage('I want to die', ['easy'])).toBeNull();
  });

  test('thanks are taken as thanks', () => {
    const { writes, talk } = resident(towns.ise);
    writes('家賃が払えません');
    expect(texts(writes('ありがとうございます。'))).toMatch(/こちらこそ/u);
    expect(talk.state).toBe('bot');
  });

  test('a greeting is answered with the first question, not with an apology', () => {
    const answer = texts(resident(towns.ise).writes('こんばんは'));
    expect(answer).toMatch(/いちばん気になっている/u);
    expect(answer).not.toMatch(/うまく受けとれなくて/u);
  });

  test('distress that names no concern is asked straight, once, and then a person comes', () => {
    const someone = resident(towns.ise);
    const tired: Finding = { level: 'watch', score: 1, kinds: ['distress'], subject: 'self', hits: [] };
    expect(texts(someone.writes('もう疲れた', tired))).toMatch(/死んでしまいたいと思う/u);
    someone.writes('わからない', tired);
    expect(someone.talk.state).toBe('waiting');
  });

  test('one who sends only stickers gets a kind answer, and in the end a person', () => {
    const someone = resident(towns.ise);
    for (const sent of ['😢', '😢', '😢'])
      expect(texts(someone.writes(sent))).toMatch(/ことばにならないとき/u);
    expect(someone.talk.state).toBe('bot');
    someone.writes('😢');
    expect(someone.talk.state).toBe('waiting');
  });

  test('one who never taps is not asked the same thing for ever: a person comes', () => {
    const someone = resident(towns.ise);
    expect(texts(someone.writes('学校のお金が心配'))).toMatch(/どれがいちばん近い/u);
    expect(texts(someone.writes('だから学校のお金'))).not.toMatch(/どれがいちばん近い/u);
    someone.writes('お金と学校');
    expect(someone.talk.state).toBe('waiting');
  });

  test('more about the same concern is not sent back to where it came from: a person comes', () => {
    const someone = resident(towns.ise);
    someone.writes('家賃が払えません');
    someone.taps('お金・住まい', '家賃・住むところ');
    expect(texts(someone.writes('家賃は三か月たまっています'))).toMatch(/くわしく/u);
    someone.writes('家賃のことで大家さんに怒られました');
    expect(someone.talk.state).toBe('waiting');
  });
});

describe('numbers to call', () => {
  test('a yes to the direct question brings a person, and one row of numbers', () => {
    const someone = resident(towns.ise);
    const answer = someone.taps('気持ち', '思うことがある');
    expect(someone.talk).toMatchObject({ state: 'waiting', level: 'high' });
    expect(answer.filter(({ kind }) => kind === 'windows')).toHaveLength(1);
    expect(cards(answer)).toContain('ambulance-119');
  });

  test('where life is at stake, 119 and 110 come first; otherwise a voice that listens', () => {
    expect(cards(resident(towns.ise).writes('今から', danger('imminent'))).slice(0, 2)).toEqual([
      'ambulance-119',
      'police-110',
    ]);
    expect(cards(resident(towns.ise).writes('死にたい', danger('high')))[0]).toBe('yorisoi-hotline');
  });

  test('a flow for children answers danger as to a child, and shows children their own lines at night', () => {
    const child = resident(towns.fuchu);
    expect(cards(child.writes('死にたい', danger('high')))[0]).toBe('kodomo-sos');
    expect(cards(resident(towns.fuchu).writes('人と話したい'))).not.toContain('dv-plus');
  });
});
