import {
  type Ask,
  type Category,
  type Desk,
  type Flow,
  filters,
  type SafetyKind,
  type SafetyMessage,
  type Step,
  type StepChoice,
  type Text,
  type Triage,
  type WindowList,
} from '../conversation/flow.ts';
import { plain } from '../conversation/plain.ts';
import { type GlobalWord, globalWords, type TextName } from '../conversation/texts.ts';
import { answerWords } from './answer-words.ts';
import type { Definition } from './definition.ts';
import { duration } from './duration.ts';
import { flowMachine, type StepWays, type Way } from './machine.ts';
import type { StepFile } from './schema.ts';

/** What a flow stands on besides its own file; made of the windows files and the triage model. */
export type Parts = {
  windows: Flow['windows'];
  clock: Pick<Desk, 'at' | 'nextOpen' | 'capacityAt'>;
  hoursText: Text;
  triage: Triage;
};

/** Turns a checked definition into the flow that `step` runs. ≤ 20 ms for 200 steps. `hash` names its content. */
export function compileFlow(definition: Definition, parts: Parts, hash: string): Flow {
  const { file } = definition;
  const languages = file.languages;
  const text = (value: string | Record<string, string>): Text =>
    typeof value === 'string' ? { [languages[0] ?? 'ja']: value } : value;
  const say = (value: StepFile['say']): Text[] => (value === undefined ? [] : [value].flat().map(text));
  const button = (name: TextName): Text => say(definition.texts.get(name)?.say)[0] ?? { ja: name };
  const categories = new Map(
    Object.entries(file.categories).map(([id, { label, go }]): [string, Category] => [
      id,
      { id, label: text(label), step: go },
    ]),
  );
  const compiled = [...definition.steps].map(([name, { step }]) =>
    compileStep(name, step, { text, say, button, categories }),
  );
  const { move, keyOf, stepOf } = flowMachine(
    compiled.map(({ ways }) => ways),
    file.start,
  );
  return {
    hash,
    name: file.name,
    municipality: file.municipality,
    languages,
    answers: file.answers,
    answerWords: answerWords(definition),
    retention: {
      contentMs: duration(file.retention.content),
      notesMs: duration(file.retention.notes ?? file.retention.content),
      logMs: duration(file.retention.log),
      remindMs: duration(file.retention.remind),
    },
    lines: file.lines,
    start: file.start,
    ...(file.survey ? { survey: file.survey } : {}),
    ...(file.about ? { about: file.about } : {}),
    ...(file.distress ? { distress: file.distress } : {}),
    steps: new Map(compiled.map(({ step }) => [step.name, step])),
    categories,
    outcomes: file.outcomes,
    desk: {
      name: text(file.desk.name),
      hoursText: file.desk.hours_text === undefined ? parts.hoursText : text(file.desk.hours_text),
      lastEntryMs: duration(file.desk.last_entry),
      sessionMs: duration(file.desk.session),
      idleMs: duration(file.desk.idle),
      ownerSilentMs: duration(file.desk.owner_silent),
      highGoesOn: file.desk.high_goes_on,
      talk: file.desk.talk,
      leaveTo: file.desk.leave_to,
      ...parts.clock,
    },
    texts: Object.fromEntries(
      [...definition.texts].map(([name, { say: value }]) => [name, say(value)]),
    ) as Flow['texts'],
    safety: compileSafety(definition, say),
    ...compileWords(definition),
    triage: parts.triage,
    windows: parts.windows,
    move,
    keyOf,
    stepOf,
  };
}

type Helpers = {
  text(value: string | Record<string, string>): Text;
  say(value: StepFile['say']): Text[];
  button(name: TextName): Text;
  categories: ReadonlyMap<string, Category>;
};

function compileStep(name: string, file: StepFile, helpers: Helpers): { step: Step; ways: StepWays } {
  const asked = compileAsk(name, file, helpers);
  const windows = file.windows && compileWindows(file.windows);
  const step: Step = {
    name,
    say: helpers.say(file.say),
    ...(windows ? { windows } : {}),
    ask: asked.ask,
    choices: asked.choices.map(({ choice }) => choice),
    ...(file.else ? { else: file.else } : {}),
    ...(file.media ? { media: file.media } : {}),
    after: (file.after ?? []).map(({ wait, go }) => ({ ms: duration(wait), go })),
    survey: file.survey ?? false,
  };
  const handoff = file.handoff === true ? {} : file.handoff;
  const onward: Way[] = [
    ...(file.branch ?? []).map(({ when, go }) => ({ to: go, ...(when ? { when } : {}) })),
    ...(file.go ? [{ to: file.go }] : []),
  ];
  return {
    step,
    ways: {
      name,
      shows: Boolean(file.say || file.windows || file.ask),
      ...(handoff ? { handoff } : {}),
      end: file.end ?? false,
      onward,
      choices: asked.choices.map(({ choice, way }) => ({ id: choice.id, way })),
      ...(asked.answer ? { answer: asked.answer } : {}),
      after: step.after.map(({ go }) => go),
    },
  };
}

type Asked = { ask: Ask; choices: { choice: StepChoice; way: Way }[]; answer?: StepWays['answer'] };

function compileAsk(name: string, file: StepFile, { text, button, categories }: Helpers): Asked {
  const { ask } = file;
  if (ask === undefined) return { ask: { type: 'choices' }, choices: [] };
  const first = (label: Text) => Object.values(label)[0] ?? '';
  if (Array.isArray(ask)) {
    const choices = ask.map((item) => {
      const full =
        'label' in item
          ? (item as Exclude<typeof item, Record<string, string>>)
          : shortChoice(item as Record<string, string>);
      const label = text(full.label);
      const to =
        full.go ?? (full.category === undefined ? undefined : categories.get(full.category)?.step) ?? name;
      return {
        choice: { id: first(label), label, ...(full.when ? { when: full.when } : {}) },
        way: { to, ...(full.when ? { when: full.when } : {}), ...(full.set ? { set: full.set } : {}) },
      };
    });
    return { ask: { type: 'choices' }, choices };
  }
  const own = (id: string, label: Text, to: string, set?: Record<string, string>) => ({
    choice: { id, label },
    way: { to, ...(set ? { set } : {}) },
  });
  const skip = ask.skip ? [own('skip', button('button_skip'), ask.skip)] : [];
  const next = ask.go ?? name;
  const save = ask.save ?? name;
  switch (ask.type) {
    case 'yes-no':
      return {
        ask: { type: 'choices' },
        choices: [
          own('yes', button('button_yes'), ask.yes ?? next, { [save]: 'yes' }),
          own('no', button('button_no'), ask.no ?? next, { [save]: 'no' }),
          ...skip,
        ],
      };
    case 'many':
      return {
        ask: { type: 'many', save, options: (ask.options ?? []).map(({ value }) => value) },
        choices: [
          ...(ask.options ?? []).map(({ label, value }) => ({
            choice: { id: value, label: text(label) },
            way: { to: name },
          })),
          own('done', button('button_done'), next),
          ...skip,
        ],
        answer: { save, many: true },
      };
    default:
      return {
        ask: {
          type: ask.type,
          save,
          ...(ask.min === undefined ? {} : { min: ask.min }),
          ...(ask.max === undefined ? {} : { max: ask.max }),
        },
        choices: skip,
        answer: { save, many: false, to: next },
      };
  }
}

type FullChoice = {
  label: string | Record<string, string>;
  go?: string;
  category?: string;
  set?: Record<string, string>;
  when?: Way['when'];
};

/** 「- 家賃が払えない: 家賃」 */
function shortChoice(item: Record<string, string>): FullChoice {
  const [label = '', go = ''] = Object.entries(item)[0] ?? [];
  return { label, go };
}

/** A step's block of windows, as the directory is asked. */
export function compileWindows(block: NonNullable<StepFile['windows']>): WindowList {
  const { category, ids, limit } = block;
  const written = filters.flatMap((name) => {
    const value = block[name];
    if (!value) return [];
    const answer = answerIn(value);
    return [[name, answer === null ? { value } : { answer }]];
  });
  return {
    categories: category === undefined ? [] : [category].flat(),
    ids: ids ?? [],
    filters: Object.fromEntries(written),
    limit: limit ?? 5,
  };
}

/** `地区` of `{{ answer.地区 }}`; null for a value that stands for itself. */
export const answerIn = (value: string): string | null =>
  /^\s*\{\{\s*answer\.([^{}]*?)\s*\}\}\s*$/u.exec(value)?.[1] ?? null;

/** The common safety messages, with what the flow adds behind them. */
function compileSafety(definition: Definition, say: Helpers['say']): Flow['safety'] {
  const { messages, again } = definition.safety.file;
  const kinds = Object.entries(messages).map(([kind, common]): [string, SafetyMessage] => {
    const added = definition.file.safety[kind as SafetyKind];
    const more = say(added?.say);
    const withOwn = (ids: readonly string[]) => [...new Set([...ids, ...(added?.windows ?? [])])];
    return [
      kind,
      {
        high: [...say(common.high), ...more],
        imminent: [...say(common.imminent), ...more],
        windows: withOwn(common.windows),
        imminentWindows: withOwn(common.imminent_windows ?? common.windows),
      },
    ];
  });
  return { ...(Object.fromEntries(kinds) as Record<SafetyKind, SafetyMessage>), again: say(again) };
}

/** A longer text tells of a concern, whatever else it asks. */
const LONGEST_QUESTION = 40;

function compileWords({
  words: { file: words },
}: Definition): Pick<Flow, 'wordOf' | 'yesNo' | 'thanks' | 'asksAbout'> {
  const known = new Map<string, GlobalWord>(
    globalWords.flatMap((word) => words[word].map((typed): [string, GlobalWord] => [plain(typed), word])),
  );
  const yes = new Set(words.yes.map(plain));
  const no = new Set(words.no.map(plain));
  const thanks = new Set(words.thanks.map(plain));
  const about = words.about.map(plain);
  return {
    wordOf: (text) => known.get(plain(text)) ?? null,
    thanks: (text) => thanks.has(plain(text)),
    asksAbout: (text) => {
      const asked = plain(text);
      return asked.length <= LONGEST_QUESTION && about.some((word) => asked.includes(word));
    },
    yesNo: (text) => (yes.has(plain(text)) ? 'yes' : no.has(plain(text)) ? 'no' : null),
  };
}
