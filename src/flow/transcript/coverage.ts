import type { Flow, Step } from '../../conversation/flow.ts';
import type { Definition } from '../definition.ts';

/** What no transcript visits; a choice by the words on its button, since that is what a transcript taps. */
export type Coverage = {
  steps: { visited: number; all: number; missing: string[] };
  choices: { visited: number; all: number; missing: { step: string; choice: string }[] };
};

/** A flow that notes which of its steps a conversation looks up, and the notes. */
export function watched(flow: Flow): { flow: Flow; seen: ReadonlySet<string> } {
  const seen = new Set<string>();
  class Watched extends Map<string, Step> {
    override get(name: string): Step | undefined {
      seen.add(name);
      return super.get(name);
    }
  }
  return { flow: { ...flow, steps: new Watched(flow.steps) }, seen };
}

/** Holds what was seen and tapped (`step|choice`) against all there is. Steps that only lead on are passed, not visited. */
export function coverageOf(
  { flow, steps }: { flow: Flow; steps: Definition['steps'] },
  seen: ReadonlySet<string>,
  tapped: ReadonlySet<string>,
): Coverage {
  const places = [...flow.steps.values()].filter(({ name }) => {
    const step = steps.get(name)?.step;
    return !step || Boolean(step.say || step.windows || step.ask || step.handoff || step.end);
  });
  const choices = places.flatMap(({ name, choices: own }) =>
    own.map(({ id, label }) => ({ step: name, id, choice: label[flow.languages[0] ?? 'ja'] ?? id })),
  );
  const missingSteps = places.filter(({ name }) => !seen.has(name)).map(({ name }) => name);
  const missingChoices = choices.filter(({ step, id }) => !tapped.has(`${step}|${id}`));
  return {
    steps: { visited: places.length - missingSteps.length, all: places.length, missing: missingSteps },
    choices: {
      visited: choices.length - missingChoices.length,
      all: choices.length,
      missing: missingChoices.map(({ step, choice }) => ({ step, choice })),
    },
  };
}
