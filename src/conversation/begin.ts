import type { Flow } from './flow.ts';
import { startPlace } from './place.ts';
import { isDangerous } from './safety.ts';
import { freshSnapshot, type Snapshot } from './snapshot.ts';

/** The beginning of a consultation, in the language the resident chose before. */
export const newSnapshot = (flow: Flow, language: string | undefined, returning: boolean): Snapshot =>
  freshSnapshot(
    startPlace(flow),
    language && flow.languages.includes(language) ? language : (flow.languages[0] ?? 'ja'),
    returning,
  );

/**
 * What is left of a conversation whose resident had their data deleted: nothing of it, except that somebody in danger
 * stays in the queue, because a human is on the way.
 */
export function afterErasing(flow: Flow, { talk, language }: Snapshot): Snapshot {
  const empty = newSnapshot(flow, language, true);
  const inDanger = isDangerous(talk.level) && talk.state === 'waiting';
  return { ...empty, greeted: true, talk: inDanger ? talk : { ...empty.talk, state: 'closed' } };
}
