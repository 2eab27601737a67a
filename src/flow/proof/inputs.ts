import type { Happening } from '../../conversation/event.ts';
import type { Flow } from '../../conversation/flow.ts';
import { isMuted } from '../../conversation/mute.ts';
import type { Snapshot, TalkState } from '../../conversation/snapshot.ts';
import { type GlobalWord, globalWords } from '../../conversation/texts.ts';
import { type Detect, type Finding, type Level, rank } from '../../risk/finding.ts';
import { ambiguousText, categoryText, unknownText } from './world.ts';

/** Something that can happen in a state. `said` names it in the path that shows a violation. */
export type Input = {
  kind: 'choice' | 'text' | 'risk' | 'word' | 'media' | 'follow' | 'timer' | 'staff';
  said: string;
  /** One after the other; only the last one must be answered. */
  happenings: readonly Happening[];
  level?: Level;
  word?: GlobalWord;
  /** The button's data, when it is one. */
  data?: string;
  /** Between counselors, or in the counselor's own voice: the bot has nothing to say to it. */
  quiet?: true;
};

const risks: readonly { text: string; level: Level }[] = [
  { text: 'qz危険（見守り）', level: 'watch' },
  { text: 'qz危険（要注意）', level: 'high' },
  { text: 'qz危険（緊急）', level: 'imminent' },
];

/** A detector that knows only the proof's own phrases: whether real words are found is measured elsewhere. */
export const proofDetect: Detect = (text): Finding => {
  const level = risks.find((risk) => risk.text === text)?.level ?? 'none';
  return {
    level,
    score: level === 'none' ? 0 : 1,
    kinds: level === 'none' ? [] : ['suicide'],
    subject: level === 'none' ? 'nobody' : 'self',
    hits: [],
  };
};

const typedWords: Record<GlobalWord, string> = {
  start: 'はじめから',
  human: '人と話したい',
  quit: 'やめる',
  language: '言語',
  delete: 'データを消して',
};

/**
 * Everything that can happen at any place while somebody has the talk, buttons and timers aside. Of several inputs of one
 * kind the further ones are tried where nobody is in danger yet: a level changes who is told, not what a photo is.
 * Words other than 「人と話したい」 tell only calm from danger; while a question of deletion stands open, only its answer
 * differs from what the same step says without it.
 */
export function inputsFor(flow: Flow, snapshot: Snapshot, now: number): Input[] {
  const { state: owner, level } = snapshot.talk;
  const open = snapshot.asking !== null;
  if (owner === 'bot' && isMuted(snapshot, now))
    return [
      unknownInput,
      ...riskInputs(owner, level),
      ...words.filter(({ word }) => word === 'human'),
      sticker,
    ];
  return [
    unknownInput,
    ...riskInputs(owner, level),
    ...(open || level === 'watch' || level === 'imminent'
      ? words.filter(({ word }) => word === 'human')
      : words),
    sticker,
    ...(level === 'none' && !open ? [...moreTexts(flow, snapshot), photo, followAgain] : []),
    ...staffInputs(snapshot.talk, flow, now),
  ];
}

const write = (text: string, said: string): Input => ({
  kind: 'text',
  said,
  happenings: [{ kind: 'text', text }],
});

/** A text that means nothing; with an empty screen it is all a resident can do. */
export const unknownInput: Input = write(unknownText, 'わからないことを書く');
const sticker: Input = {
  kind: 'media',
  said: 'スタンプを送る',
  happenings: [{ kind: 'media', media: 'sticker' }],
};
const photo: Input = { kind: 'media', said: '写真を送る', happenings: [{ kind: 'media', media: 'image' }] };
const followAgain: Input = {
  kind: 'follow',
  said: '友だちに追加する',
  happenings: [{ kind: 'follow', again: true }],
};
const words: readonly Input[] = globalWords.map((word) => ({
  ...write(typedWords[word], `「${typedWords[word]}」と書く`),
  kind: 'word',
  word,
}));
const riskWords: Record<Level, string> = { none: '', watch: '見守り', high: '要注意', imminent: '緊急' };
const dangers: readonly Input[] = risks.map(({ text, level }) => ({
  ...write(text, `危険（${riskWords[level]}）なことを書く`),
  kind: 'risk',
  level,
}));
const pendingDanger: Input = {
  kind: 'risk',
  level: 'high',
  said: '何か書き、続けて危険（要注意）なことを書く',
  happenings: [unknownText, 'qz危険（要注意）'].map((text) => ({ kind: 'text', text })),
};

function moreTexts(flow: Flow, { place, talk }: Snapshot): Input[] {
  if (talk.state !== 'bot') return [];
  const answers = { text: [], number: ['3', '99999999'], date: ['4月3日'], choices: [], many: [] };
  const asked = flow.steps.get(place.step)?.ask.type ?? 'choices';
  const categories = [...flow.categories.values()].filter(({ step }) => step !== place.step);
  // From the first step every category is written about; from the others one, because all lead to the same places.
  const written = place.step === flow.start ? categories : categories.slice(0, 1);
  return [
    write(ambiguousText, 'どの分野ともとれることを書く'),
    ...answers[asked].map((text) => write(text, `「${text}」と書く`)),
    ...written.map(({ id }) => write(categoryText(id), `分野「${id}」のことを書く`)),
  ];
}

/**
 * Dangerous messages that could raise the level, and the gravest in any case; one of them also while the bot still waits
 * for the resident to finish typing.
 */
function riskInputs(owner: TalkState, before: Level): Input[] {
  const found = dangers.filter(
    ({ level = 'none' }) => rank(level) > rank(before) || level === 'imminent' || owner === 'closed',
  );
  return owner === 'bot' && before === 'none' ? [...found, pendingDanger] : found;
}

const act = (said: string, happening: Happening): Input => ({ kind: 'staff', said, happenings: [happening] });
const accept = act('相談員が受ける', { kind: 'accept', staff: 'staff' });
const ownerActions = [
  act('相談員がボットに戻す', { kind: 'give-back', staff: 'staff' }),
  act('相談員が終える', { kind: 'close', staff: 'staff', outcome: 'proof' }),
  act('相談員の画面が切れる', { kind: 'owner-gone', staff: 'staff' }),
];

const mute = act('相談員が30分の利用停止にする', {
  kind: 'mute',
  staff: 'staff',
  minutes: 30,
  reason: 'proof',
});
const asides = [
  act('スーパーバイザーが引き取る', { kind: 'take-over', staff: 'other' }),
  act('相談員が分野を変える', { kind: 'set-categories', staff: 'staff', categories: [] }),
  act('相談員が脅しを報告する', { kind: 'flag', staff: 'staff', what: 'threat', note: '' }),
  act('相談員が列に戻す', { kind: 'transfer', staff: 'staff', to: null, note: '' }),
].map((input): Input => ({ ...input, quiet: true }));
const ownWords = act('相談員が自分のことばで終える', {
  kind: 'close',
  staff: 'staff',
  outcome: 'proof',
  farewell: 'proof',
  survey: false,
});

/** What counselors do besides talking differs by nobody's level: it is tried where nobody is in danger. */
function staffInputs({ state: owner, level }: Snapshot['talk'], flow: Flow, now: number): readonly Input[] {
  const calm = level === 'none';
  if (owner === 'waiting') return calm ? [accept, mute] : [accept];
  if (owner !== 'human') return [];
  if (!calm) return ownerActions;
  return [...ownerActions, mute, ...asides, ...refer(flow, now), { ...ownWords, quiet: true }];
}

/** A counselor sends a window's card: the first of all, as the resident would see it. */
function refer(flow: Flow, now: number): Input[] {
  const [language = 'ja'] = flow.languages;
  const query = { categories: [...flow.categories.keys()], ids: [], limit: 1 };
  return flow.windows(query, now, language, 0).cards.map((card) => ({
    ...act('相談員が窓口を紹介する', { kind: 'refer', staff: 'staff', text: 'proof', card, consent: false }),
    quiet: true,
  }));
}

export const choiceInput = (label: string, data: string): Input => ({
  kind: 'choice',
  said: `［${label}］を押す`,
  data,
  happenings: [{ kind: 'choice', data }],
});

export const timerInput = (name: string): Input => ({
  kind: 'timer',
  said: `時間がたつ（${name}）`,
  happenings: [{ kind: 'timer', name }],
});
