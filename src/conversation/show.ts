import type { Choice } from '../message/message.ts';
import type { Draft } from './draft.ts';
import { end } from './end.ts';
import { filters, type Step, type StepChoice, type WindowList, type WindowQuery } from './flow.ts';
import { handOff } from './hand-off.ts';
import { type Answers, type FlowEvent, flowAfter, holds } from './machine.ts';

/** LINE shows 13 quick replies at most; two are ours. */
export const CHOICES_A_STEP = 11;
/** More than this, and the end of the row is far out of sight. */
const A_ROW = 6;

/** What a flow event says, before `situation` is known. */
type Move = FlowEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'situation'>
    : never
  : never;

/**
 * Sends one event through the flow and shows what it leads to. `from`: the step whose choice was tapped, which may be
 * an earlier one than the resident's. Returns false when that step has no way for it.
 */
export function move(draft: Draft, event: Move, from = draft.snapshot.place.step): boolean {
  const { place } = draft.snapshot;
  const after = flowAfter(draft.flow, { step: from, answers: place.answers }, {
    ...event,
    situation: draft.situation(),
  } as FlowEvent);
  if (!after.moved) return false;
  draft.change({ place: { ...place, ...after.state, hash: draft.flow.hash, misunderstood: 0 } });
  let shown: Step | undefined;
  for (const action of after.actions) {
    if (action.type === 'enter') {
      shown = draft.flow.steps.get(action.step) ?? shown;
      if (shown) {
        noteCategory(draft, shown.name);
        showStep(draft, shown, 0);
      }
    }
    if (action.type === 'hand-off')
      handOff(draft, { topic: action.topic ?? null, raise: action.priority ?? 'none' });
    if (action.type === 'end') end(draft, 'ended');
  }
  rearm(draft);
  return true;
}

/** A category's own step says what the talk is about, however the resident came there. */
function noteCategory(draft: Draft, step: string): void {
  const category = [...draft.flow.categories.values()].find((candidate) => candidate.step === step);
  if (!category) return;
  const { categories } = draft.snapshot;
  draft.change({ topic: category.id, categories: [...new Set([...categories, category.id])] });
}

/** Jumps to a step by name. */
export function goTo(draft: Draft, step: string): void {
  move(draft, { type: `to:${draft.flow.keyOf(step)}` });
}

/** Shows the step where the resident stands once more: its words are left out, its choices are not. */
export function offerAgain(draft: Draft): void {
  const step = draft.flow.steps.get(draft.snapshot.place.step);
  draft.offer(step ? choicesOf(draft, step) : fallbackChoices(draft));
}

/** The step's words, windows and choices. `offset` pages through a long list of windows. */
export function showStep(draft: Draft, step: Step, offset: number): void {
  if (offset === 0) draft.say(step.say.map((text) => ({ kind: 'text', text: draft.fill(text) })));
  const more = step.windows ? showWindows(draft, step.windows, offset) : false;
  const paging: Choice[] =
    more && step.windows
      ? [{ label: draft.label('button_more'), data: `more|${step.name}|${offset + step.windows.limit}` }]
      : [];
  draft.offer([...paging, ...choicesOf(draft, step)]);
}

/** What a list asks of the directory for a resident who gave these answers. No answer, or an empty one, does not narrow it. */
export function queryOf({ filters: written, ...query }: WindowList, answers: Answers): WindowQuery {
  const narrowed = filters.flatMap((name): [string, string[]][] => {
    const filter = written[name];
    const values = filter === undefined ? [] : 'value' in filter ? [filter.value] : answers[filter.answer];
    const given = [values ?? []].flat().filter((value) => value !== '');
    return given.length > 0 ? [[name, given]] : [];
  });
  return { ...query, ...Object.fromEntries(narrowed) };
}

/** Cards for a query; the only help offered is never an unconfirmed one (DESIGN 8). Returns whether there are more. */
function showWindows(draft: Draft, list: WindowList, offset: number): boolean {
  const { language, place } = draft.snapshot;
  const query = queryOf(list, place.answers);
  const found = draft.flow.windows(query, draft.facts.now, language, offset);
  const [first] = found.cards;
  if (!first) {
    draft.sayText('no_window');
    return false;
  }
  draft.say([
    {
      kind: 'windows',
      alt: found.cards
        .map((card) => card.name)
        .join('、')
        .slice(0, 400),
      language,
      cards: found.cards,
    },
  ]);
  if (!found.confirmed && offset === 0) draft.sayText('no_confirmed_window');
  return found.more;
}

function choicesOf(draft: Draft, step: Step): Choice[] {
  const { answers } = draft.snapshot.place;
  const situation = draft.situation();
  const chosen = step.ask.type === 'many' ? [answers[step.ask.save] ?? []].flat() : [];
  const open = step.choices
    .filter((choice) => holds(choice.when, answers, situation))
    .slice(0, CHOICES_A_STEP);
  const button = (choice: StepChoice, mark: string): Choice => ({
    label: `${mark}${draft.fill(choice.label)}`,
    data: `choice|${step.name}|${choice.id}`,
  });
  // What is chosen already stands last: there to be taken back, not in the way.
  const own = [
    ...open.filter(({ id }) => !chosen.includes(id)).map((choice) => button(choice, '')),
    ...open.filter(({ id }) => chosen.includes(id)).map((choice) => button(choice, '✓ ')),
  ];
  const person = toPerson(draft);
  const beginning = toBeginning(draft, step.name);
  // A telephone shows three or four buttons; behind a long row nobody would find the person.
  return own.length > A_ROW ? [...person, ...own, ...beginning] : [...own, ...person, ...beginning];
}

/** 「人と話したい」 stands at every step; 「はじめから」 wherever the resident is not there already. */
export function fallbackChoices(draft: Draft, step?: string): Choice[] {
  return [...toPerson(draft), ...toBeginning(draft, step)];
}

const toPerson = (draft: Draft): Choice[] =>
  draft.snapshot.talk.state === 'waiting' ? [] : [draft.word('human', 'button_human')];

const toBeginning = (draft: Draft, step?: string): Choice[] =>
  step === draft.flow.start ? [] : [draft.word('start', 'button_start')];

/** The step's own timers replace those of the step before. */
function rearm(draft: Draft): void {
  const step = draft.flow.steps.get(draft.snapshot.place.step);
  const waits = step?.after ?? [];
  for (const [index, wait] of waits.entries())
    draft.effect({ kind: 'start-timer', name: `step:${index}`, at: draft.facts.now + wait.ms });
  for (let index = waits.length; index < draft.snapshot.place.timers; index++)
    draft.effect({ kind: 'cancel-timer', name: `step:${index}` });
  draft.change({ place: { ...draft.snapshot.place, timers: waits.length } });
}
