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
 * stays in the queue or with the counselor, because a human is there or on the way.
 */
export function afterErasing(flow: Flow, snapshot: Snapshot): Snapshot {
  const empty = newSnapshot(flow, snapshot.language, true);
  const talk = staysAfterErasing(snapshot) ? snapshot.talk : { ...empty.talk, state: 'closed' as const };
  return { ...empty, greeted: true, talk };
}

export const staysAfterErasing = ({ talk }: Snapshot): boolean =>
  isDangerous(talk.level) && (talk.state === 'waiting' || talk.state === 'human');
