import { type AnyStateMachine, assign, createMachine } from 'xstate';
import type { When } from '../conversation/flow.ts';
import { type Answers, type FlowEvent, holds } from '../conversation/machine.ts';
import { createMover, type Mover } from '../conversation/mover.ts';

/** A transition as the compiler writes it: where to, on which condition, remembering what. */
export type Way = { to?: string; when?: When; set?: Record<string, string> };

/** A step, as far as the machine is concerned. */
export type StepWays = {
  name: string;
  /** False for a step that shows nothing and only leads on. */
  shows: boolean;
  handoff?: { topic?: string; priority?: 'watch' | 'high' };
  end: boolean;
  /** Taken at once on entering, the first whose condition holds. */
  onward: Way[];
  choices: { id: string; way: Way }[];
  /** A written answer: saved under a name, then onward. `many` toggles one value. */
  answer?: { save?: string; many: boolean; to?: string };
  after: string[];
};

type Context = { answers: Answers };

/**
 * Compiles steps into a flat XState machine: a state a step; no `after`, `raise`, history, parallel or final states,
 * and `always` only where the checker has proved that it ends. Keys are positions, because step names may hold the
 * dots and hashes that XState reads as paths.
 */
export function flowMachine(
  steps: readonly StepWays[],
  start: string,
): { move: Mover; keyOf(step: string): string; stepOf(key: string): string | undefined } {
  const keys = new Map(steps.map((step, index) => [step.name, `s${index}`]));
  const names = new Map([...keys].map(([name, key]) => [key, name]));
  const keyOf = (step: string) => keys.get(step) ?? keys.get(start) ?? 's0';

  const way = ({ to, when, set }: Way) => ({
    ...(to === undefined ? {} : { target: keyOf(to), reenter: true }),
    ...(when
      ? {
          guard: ({ context, event }: { context: Context; event: FlowEvent }) =>
            holds(when, context.answers, event.situation),
        }
      : {}),
    ...(set
      ? {
          actions: assign({
            answers: ({ context }: { context: Context }) => ({ ...context.answers, ...set }),
          }),
        }
      : {}),
  });

  const states = Object.fromEntries(
    steps.map((step) => [
      keyOf(step.name),
      {
        entry: [
          ...(step.shows ? [{ type: 'enter', params: { step: step.name } }] : []),
          ...(step.handoff ? [{ type: 'hand-off', params: step.handoff }] : []),
          ...(step.end ? [{ type: 'end' }] : []),
        ],
        always: step.onward.map(way),
        on: {
          choice: step.choices.map(({ id, way: chosen }) => {
            const given = way(chosen);
            const guard = given.guard;
            return {
              ...given,
              guard: (at: { context: Context; event: FlowEvent }) =>
                at.event.type === 'choice' && at.event.id === id && (!guard || guard(at)),
            };
          }),
          ...(step.answer ? { answer: answerWay(step.answer, keyOf) } : {}),
          wait: step.after.map((to, index) => ({
            target: keyOf(to),
            reenter: true,
            guard: ({ event }: { event: FlowEvent }) => event.type === 'wait' && event.index === index,
          })),
        },
      },
    ]),
  );
  const jumps = Object.fromEntries(
    steps.map((step) => [`to:${keyOf(step.name)}`, { target: `.${keyOf(step.name)}` }]),
  );
  // Handwritten literal types cannot follow generated keys; the compiler above is the only writer of this config.
  const config = { id: 'flow', context: { answers: {} }, initial: keyOf(start), on: jumps, states };
  const machine = createMachine(
    config as never,
    { actions: { enter: () => {}, 'hand-off': () => {}, end: () => {} } } as never,
  );
  return { move: createMover(machine as AnyStateMachine), keyOf, stepOf: (key) => names.get(key) };
}

function answerWay({ save, many, to }: NonNullable<StepWays['answer']>, keyOf: (step: string) => string) {
  const remember = assign({
    answers: ({ context, event }: { context: Context; event: FlowEvent }) => {
      if (!save || event.type !== 'answer') return context.answers;
      if (!many) return { ...context.answers, [save]: event.value };
      const chosen = [context.answers[save] ?? []].flat();
      const next = chosen.includes(event.value)
        ? chosen.filter((value) => value !== event.value)
        : [...chosen, event.value];
      return { ...context.answers, [save]: next };
    },
  });
  // Another option of the same question does not put it again.
  const target = many ? undefined : to;
  return { ...(target === undefined ? {} : { target: keyOf(target), reenter: true }), actions: remember };
}
