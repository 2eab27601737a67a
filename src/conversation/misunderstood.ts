import { rank } from '../risk/finding.ts';
import type { Draft } from './draft.ts';
import { handOff } from './hand-off.ts';
import { goTo, offerAgain } from './show.ts';

/** So many stickers in a row are not chatter: whoever sends nothing else is looked at by a person. */
const WORDLESS = 4;

/**
 * Words that fit nothing. Somebody in distress is asked straight, once; a greeting is answered with the first question.
 * Else once: the choices again. Twice: a person is offered. Then a person comes; never in a circle. Whoever goes on
 * about the `same` concern has been understood as far as a bot can: a person comes the second time. A step's `else`
 * (`otherwise`) answers instead of our words and counts all the same: two steps that lead to each other are no circle.
 */
export function misunderstood(
  draft: Draft,
  { same, first, otherwise }: { same: boolean; first: boolean; otherwise: string | undefined },
): void {
  if (askStraight(draft)) return;
  if (first && otherwise === undefined) {
    goTo(draft, draft.flow.start);
    return;
  }
  const times = again(draft);
  if (times >= (same ? 2 : 3)) {
    handOff(draft, { topic: draft.snapshot.topic, raise: 'none' });
    return;
  }
  if (otherwise !== undefined) {
    goTo(draft, otherwise);
    draft.change({ place: { ...draft.snapshot.place, misunderstood: times } });
    return;
  }
  if (same) draft.sayText('heard');
  else draft.sayText(times === 1 ? 'not_understood' : 'not_understood_again');
  offerAgain(draft);
}

/** A sticker, picture or voice gets a kind answer, not silence; and nobody who has no words is left with a bot. */
export function wordless(draft: Draft, text: 'sticker' | 'media'): void {
  if (draft.snapshot.talk.state === 'bot' && again(draft) >= WORDLESS) {
    handOff(draft, { topic: draft.snapshot.topic, raise: 'none' });
    return;
  }
  draft.sayText(text);
  offerAgain(draft);
}

/** One more turn that led nowhere; how many it are now. A step that is reached starts the count again. */
function again(draft: Draft): number {
  const times = draft.snapshot.place.misunderstood + 1;
  draft.change({ place: { ...draft.snapshot.place, misunderstood: times } });
  return times;
}

/** The direct question to somebody whose words tell of distress; once a consultation. True when it was asked. */
export function askStraight(draft: Draft): boolean {
  const { place, talk } = draft.snapshot;
  const { distress } = draft.flow;
  if (!distress || rank(talk.level) < rank('watch')) return false;
  if (place.answers.distress === 'asked' || place.step === distress) return false;
  draft.change({ place: { ...place, answers: { ...place.answers, distress: 'asked' } } });
  goTo(draft, distress);
  return true;
}
