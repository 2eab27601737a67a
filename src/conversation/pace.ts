import type { Draft } from './draft.ts';
import type { Event, ResidentEvent } from './event.ts';

/** More messages a minute than fingers make; a script, or somebody leaning on a button. */
const MOST_A_MINUTE = 60;

/**
 * Counts a resident's messages by the minute, in the sealed snapshot. Past the limit taps and stickers get one sentence
 * instead of a step; typed words go on as ever, because they are gathered into turns, and danger was looked for before.
 */
export function tooFast(draft: Draft, event: Event & ResidentEvent): boolean {
  const minute = Math.floor(draft.facts.now / 60_000);
  const { pace } = draft.snapshot;
  const count = pace?.minute === minute ? pace.count + 1 : 1;
  draft.change({ pace: { minute, count } });
  if (count <= MOST_A_MINUTE || (event.kind !== 'choice' && event.kind !== 'media')) return false;
  draft.sayText('too_fast');
  return true;
}
