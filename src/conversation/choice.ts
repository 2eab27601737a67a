import type { Choice } from '../message/message.ts';
import { staysAfterErasing } from './begin.ts';
import type { Draft } from './draft.ts';
import { end } from './end.ts';
import type { Event } from './event.ts';
import { handOff } from './hand-off.ts';
import { fallbackChoices, goTo, move, offerAgain, showStep } from './show.ts';
import { type GlobalWord, globalWords } from './texts.ts';

/**
 * A button was tapped. What it carries is `kind|…` and outlives changes of the flow: steps and choices are named, not
 * numbered; what a `word` or `step` carries beyond that is its label, for counselors. A button of a step that is gone leads back to the start, with a word about it.
 */
export function press(draft: Draft, data: string): void {
  const [kind, first = '', ...rest] = data.split('|');
  const second = rest.join('|');
  const step = draft.flow.steps.get(first);
  if (draft.snapshot.turn) {
    draft.change({ turn: null });
    draft.effect({ kind: 'cancel-timer', name: 'turn' });
  }
  if (kind === 'word' && isWord(first)) sayWord(draft, first);
  else if (kind === 'language' && draft.flow.languages.includes(first)) chooseLanguage(draft, first);
  else if (kind === 'delete') decideDeletion(draft, first === 'yes');
  else if (kind === 'category') goTo(draft, draft.flow.categories.get(first)?.step ?? draft.flow.start);
  else if (kind === 'step' && step) goTo(draft, step.name);
  else if (kind === 'more' && step) showStep(draft, step, Number(second) || 0);
  else if (kind !== 'choice' || !step || !pressChoice(draft, step.name, second)) {
    draft.sayText('flow_changed');
    goTo(draft, draft.flow.start);
  }
}

/** 「データを消して」, tapped; a button of the rich menu brings its label along. */
export const asksToDelete = (data: string): boolean => /^word\|delete(?:\||$)/u.test(data);

/** An option of a question with many answers is switched on or off; every other choice leads on. */
export function pressChoice(draft: Draft, step: string, id: string): boolean {
  const { ask, choices = [] } = draft.flow.steps.get(step) ?? {};
  if (ask?.type !== 'many' || !ask.options.includes(id)) return move(draft, { type: 'choice', id }, step);
  if (!move(draft, { type: 'answer', value: id }, step)) return false;
  const chosen = [draft.snapshot.place.answers[ask.save] ?? []].flat();
  const labels = choices.filter((choice) => chosen.includes(choice.id)).map(({ label }) => draft.fill(label));
  if (labels.length === 0) draft.sayText('chosen_none');
  else
    draft.sayText('chosen_so_far', { chosen: labels.join(draft.snapshot.language === 'en' ? ', ' : '、') });
  offerAgain(draft);
  return true;
}

const isWord = (word: string): word is GlobalWord => (globalWords as readonly string[]).includes(word);

/** A word that is understood at every step, typed or tapped. */
export function sayWord(draft: Draft, word: GlobalWord): void {
  switch (word) {
    case 'start':
      goTo(draft, draft.flow.start);
      break;
    case 'human':
      handOff(draft, { topic: draft.snapshot.topic, raise: 'none' });
      break;
    case 'quit':
      quit(draft);
      break;
    case 'language':
      draft.sayText('choose_language');
      draft.offer(draft.flow.languages.map((language) => languageChoice(language)));
      break;
    case 'delete':
      draft.change({ asking: 'delete' });
      draft.sayText('delete_confirm');
      draft.offer([
        { label: draft.label('button_delete_yes'), data: 'delete|yes' },
        { label: draft.label('button_no'), data: 'delete|no' },
      ]);
      break;
  }
}

/** Languages by their own names. */
export const languageNames: Record<string, string> = {
  ja: '日本語',
  easy: 'やさしい日本語',
  en: 'English',
  zh: '中文',
  ko: '한국어',
  vi: 'Tiếng Việt',
  pt: 'Português',
  tl: 'Filipino',
  ne: 'नेपाली',
};

function languageChoice(language: string): Choice {
  return { label: languageNames[language] ?? language, data: `language|${language}` };
}

function chooseLanguage(draft: Draft, language: string): void {
  draft.change({ language, asking: null });
  draft.sayText('language_chosen');
  goTo(draft, draft.snapshot.place.step);
}

/** Leaves the queue, or the consultation. Nobody in danger leaves the queue by a tap. */
function quit(draft: Draft): void {
  if (draft.snapshot.talk.state === 'waiting') {
    draft.talk({ type: 'CANCEL' });
    draft.effect({ kind: 'notify', what: 'queue' });
    if (draft.snapshot.talk.state === 'waiting') {
      draft.sayText('still_waiting');
      draft.offer(fallbackChoices(draft));
      return;
    }
  }
  draft.sayText('quit');
  draft.offer([draft.word('start', 'button_start')]);
  end(draft, 'left');
}

/** A typed answer to 「消してよいですか」. Anything but a clear yes keeps the data and is heard as usual. */
export function answerDeletion(draft: Draft, text: string): boolean {
  if (draft.snapshot.asking !== 'delete') return false;
  const answer = draft.flow.yesNo(text);
  if (answer === null) {
    draft.change({ asking: null });
    return false;
  }
  decideDeletion(draft, answer === 'yes');
  return true;
}

function decideDeletion(draft: Draft, yes: boolean): void {
  // A tap on an old button asks again rather than deleting.
  if (draft.snapshot.asking !== 'delete' && yes) {
    sayWord(draft, 'delete');
    return;
  }
  draft.change({ asking: null });
  if (!yes) {
    draft.sayText('not_deleted');
    if (draft.snapshot.talk.state !== 'human') offerAgain(draft);
    return;
  }
  erase(draft);
}

/** Everything is deleted. Who is in danger stays with the counselor or in the queue, and is told so. */
export function erase(draft: Draft): void {
  draft.effect({ kind: 'erase' });
  draft.sayText('deleted');
  if (staysAfterErasing(draft.snapshot)) draft.sayText('deleted_stays');
  else draft.offer([draft.word('start', 'button_start')]);
}

/**
 * Deletion is the resident's right whoever has the talk: while a counselor has it, the question and its answer are the one
 * thing that the bot still says. False when the event is not about deletion.
 */
export function answersAboutDeletion(draft: Draft, event: Event): boolean {
  if (event.kind === 'choice' && asksToDelete(event.data)) sayWord(draft, 'delete');
  else if (event.kind === 'choice' && event.data.startsWith('delete|')) press(draft, event.data);
  else if (event.kind === 'text' && draft.flow.wordOf(event.text) === 'delete') sayWord(draft, 'delete');
  else return event.kind === 'text' && answerDeletion(draft, event.text);
  return true;
}
