import type { Draft } from './draft.ts';
import type { Flow } from './flow.ts';
import type { Place } from './snapshot.ts';

/** The beginning of a flow. */
export const startPlace = (flow: Flow): Place => ({
  hash: flow.hash,
  step: flow.start,
  answers: { ...flow.answers },
  misunderstood: 0,
  timers: 0,
});

/**
 * Finds the resident's place after the flow has changed: by the step's name. If the step is gone the resident is told in
 * one sentence (`aloud`) and the flow starts again; owner, level and language stay.
 */
export function settle(draft: Draft, aloud: boolean): void {
  const { place } = draft.snapshot;
  if (place.hash === draft.flow.hash) return;
  if (draft.flow.steps.has(place.step)) {
    draft.change({ place: { ...place, hash: draft.flow.hash } });
    return;
  }
  for (let index = 0; index < place.timers; index++)
    draft.effect({ kind: 'cancel-timer', name: `step:${index}` });
  draft.change({ place: startPlace(draft.flow) });
  if (aloud && draft.snapshot.talk.state !== 'human') draft.sayText('flow_changed');
}
