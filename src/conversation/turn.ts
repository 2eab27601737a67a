import { pressChoice, sayWord } from './choice.ts';
import type { Draft } from './draft.ts';
import type { Step } from './flow.ts';
import { greet } from './greet.ts';
import { position } from './hand-off.ts';
import { askStraight, misunderstood, wordless } from './misunderstood.ts';
import { plain } from './plain.ts';
import { fallbackChoices, goTo, move, offerAgain } from './show.ts';
import type { Said } from './snapshot.ts';

/** A turn ends this long after its last bubble, and at the latest this long after its first. */
const TURN_MS = 2_000;
const LONGEST_TURN_MS = 6_000;

/** A concern from this score on is near enough to be asked about; a guess among many is not offered as a choice. */
const CLOSE = 0.2;

/** A word that is always understood, or a yes or no to the question of deletion. */
export function isRequest(draft: Draft, text: string): boolean {
  return (
    draft.flow.wordOf(text) !== null ||
    (draft.snapshot.asking === 'delete' && draft.flow.yesNo(text) !== null)
  );
}

/** Words, labels and asked-for numbers are clear by themselves: they do not wait for more bubbles. */
export function answersAtOnce(draft: Draft, text: string): boolean {
  const word = draft.flow.wordOf(text);
  if (word) {
    greet(draft);
    endTurn(draft);
    sayWord(draft, word);
    return true;
  }
  const { talk, turn } = draft.snapshot;
  if (turn || (talk.state !== 'bot' && talk.state !== 'closed')) return false;
  // After the end only the closing survey listens, and it takes words as they come.
  if (talk.state === 'closed') return move(draft, { type: 'answer', value: text });
  const choice = exactChoice(draft, text);
  if (!choice) return answerValue(draft, text);
  greet(draft);
  return pressChoice(draft, draft.snapshot.place.step, choice);
}

/** Keeps a bubble until the resident pauses; the timer is in the same commit, so the answer cannot be forgotten. */
export function joinTurn(draft: Draft, said: Said): void {
  const { now } = draft.facts;
  const turn = draft.snapshot.turn ?? { said: [], since: now };
  draft.change({ turn: { ...turn, said: [...turn.said, said] } });
  draft.effect({
    kind: 'start-timer',
    name: 'turn',
    at: Math.min(now + TURN_MS, turn.since + LONGEST_TURN_MS),
  });
}

/** The resident has paused: one answer for the whole turn. */
export function answerTurn(draft: Draft): void {
  const { turn, talk } = draft.snapshot;
  endTurn(draft);
  if (!turn || talk.state === 'human' || talk.state === 'closed') return;
  const first = !draft.snapshot.greeted;
  greet(draft);
  if (talk.state === 'waiting') {
    draft.sayText(draft.takesEntries ? 'still_waiting' : 'still_waiting_closed', position(draft));
    draft.offer(fallbackChoices(draft));
    return;
  }
  const text = turn.said.map((said) => said.text).join('\n');
  // Unsent meanwhile: nothing is left to answer.
  if (text !== '') understand(draft, text, first);
}

function endTurn(draft: Draft): void {
  if (!draft.snapshot.turn) return;
  draft.change({ turn: null });
  draft.effect({ kind: 'cancel-timer', name: 'turn' });
}

/**
 * Sorts a free text: the step's own question, a label within it, a category, thanks, then the step's `else`, then a
 * person. More about the same concern is not sent round to where it came from.
 */
function understand(draft: Draft, text: string, first: boolean): void {
  const step = draft.flow.steps.get(draft.snapshot.place.step);
  if (step?.ask.type === 'text' && move(draft, { type: 'answer', value: text })) return;
  const choice = containedChoice(draft, text);
  if (choice && pressChoice(draft, draft.snapshot.place.step, choice)) return;
  if (draft.flow.about && draft.flow.asksAbout(text)) {
    goTo(draft, draft.flow.about);
    return;
  }
  const category = step && listens(draft, step) ? 'unknown' : understandCategory(draft, text);
  if (category === 'answered') return;
  if (draft.flow.thanks(text)) {
    draft.sayText('thanks');
    offerAgain(draft);
  } else if (!/[\p{L}\p{N}]/u.test(text)) wordless(draft, 'sticker');
  else {
    const otherwise = step?.else === step?.name ? undefined : step?.else;
    misunderstood(draft, { same: category === 'same', first, otherwise });
  }
}

function understandCategory(draft: Draft, text: string): 'answered' | 'same' | 'unknown' {
  const { category, ranked } = draft.flow.triage(text);
  const found = category ? draft.flow.categories.get(category) : undefined;
  const { place, topic, categories } = draft.snapshot;
  if (found && (found.step === place.step || found.id === topic)) return 'same';
  if (found) {
    draft.change({ topic: found.id, categories: [...new Set([...categories, found.id])] });
    draft.sayText('understood', { category: draft.fill(found.label) });
    goTo(draft, found.step);
    return 'answered';
  }
  const close = ranked.filter(({ score }) => score >= CLOSE);
  // Asked once; whoever answers in words that still fit two gets nearer to a person, not the same question.
  if (close.length < 2 || topic !== null || place.misunderstood > 0) return 'unknown';
  // Distress that fits several concerns is asked about before any of them.
  if (askStraight(draft)) return 'answered';
  draft.change({ place: { ...place, misunderstood: 1 } });
  draft.sayText('which_category');
  const near = close.slice(0, 3).flatMap(({ category: id }) => draft.flow.categories.get(id) ?? []);
  draft.offer([
    ...near.map((candidate) => ({ label: draft.fill(candidate.label), data: `category|${candidate.id}` })),
    ...fallbackChoices(draft),
  ]);
  return 'answered';
}

/**
 * Deep within a concern, a step with an `else` has asked for words: they are taken as its answer, not sorted anew.
 * At the start and where a concern begins another concern may well be meant.
 */
function listens({ flow }: Draft, step: Step): boolean {
  const begins =
    step.name === flow.start || [...flow.categories.values()].some((own) => own.step === step.name);
  return step.else !== undefined && step.else !== step.name && !begins;
}

/** A number or a date that was asked for. */
function answerValue(draft: Draft, text: string): boolean {
  const ask = draft.flow.steps.get(draft.snapshot.place.step)?.ask;
  if (ask?.type !== 'number' && ask?.type !== 'date') return false;
  const value = ask.type === 'number' ? numberIn(text) : dateIn(text);
  const fits =
    value !== null &&
    (ask.type === 'date' ||
      (Number(value) >= (ask.min ?? -Infinity) && Number(value) <= (ask.max ?? Infinity)));
  if (fits) return move(draft, { type: 'answer', value });
  if (value === null && !/\d/u.test(text.normalize('NFKC'))) return false;
  draft.sayText(ask.type === 'number' ? 'not_a_number' : 'not_a_date');
  offerAgain(draft);
  return true;
}

function numberIn(text: string): string | null {
  return /-?\d+(?:\.\d+)?/u.exec(text.normalize('NFKC'))?.[0] ?? null;
}

/** 「4月3日」「2026/4/3」 as `04-03`, `2026-04-03`. */
function dateIn(text: string): string | null {
  const match = /(?:(\d{4})\s*[年/.-]\s*)?(\d{1,2})\s*[月/.-]\s*(\d{1,2})/u.exec(text.normalize('NFKC'));
  if (!match) return null;
  const [, year, month = '', day = ''] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  return [...(year ? [year] : []), month.padStart(2, '0'), day.padStart(2, '0')].join('-');
}

function exactChoice(draft: Draft, text: string): string | null {
  const typed = plain(text);
  const known = labels(draft);
  const found = known.find(({ label }) => label === typed)?.id;
  // 「うん」「ないです」 answer a yes-no question whose buttons say はい and いいえ.
  return found ?? known.find(({ id }) => id === draft.flow.yesNo(text))?.id ?? null;
}

/** The one choice whose label stands within the text; none when several do. */
function containedChoice(draft: Draft, text: string): string | null {
  const typed = plain(text);
  const found = labels(draft).filter(({ label }) => label.length >= 2 && typed.includes(label));
  return found.length === 1 ? (found[0]?.id ?? null) : null;
}

function labels(draft: Draft): { id: string; label: string }[] {
  const step = draft.flow.steps.get(draft.snapshot.place.step);
  return (step?.choices ?? []).map((choice) => ({ id: choice.id, label: plain(draft.fill(choice.label)) }));
}
