import { rank } from '../risk/finding.ts';
import type { Flow, Situation, When } from './flow.ts';

/** The events a compiled flow understands. `to:` events jump to a step from anywhere. */
export type FlowEvent = { situation: Situation } & (
  | { type: `to:${string}` }
  | { type: 'choice'; id: string }
  | { type: 'answer'; value: string }
  | { type: 'wait'; index: number }
);

/** What a transition of the flow asks for. `enter` names the step the resident now sees. */
export type FlowAction =
  | { type: 'enter'; step: string }
  | { type: 'hand-off'; topic?: string; priority?: 'watch' | 'high' }
  | { type: 'end' };

export type Answers = Record<string, string | string[]>;
export type FlowState = { step: string; answers: Answers };

/**
 * Moves a flow one event on. Pure: the machine's actions come back as data. `moved` is false when the step has no
 * transition for the event. A step that only leads on (branch, go) is left within the same call; the checker has
 * seen to it that such chains end (an endless `always` would hang XState).
 */
export function flowAfter(
  flow: Flow,
  state: FlowState,
  event: FlowEvent,
): { state: FlowState; actions: FlowAction[]; moved: boolean } {
  const next = flow.move(flow.keyOf(state.step), { answers: state.answers }, event);
  const wanted = next.actions
    .filter(({ type }) => type === 'enter' || type === 'hand-off' || type === 'end')
    .map(({ type, params }) => ({ ...(params as object), type }) as FlowAction);
  const context = next.context as { answers: Answers };
  return {
    state: { step: flow.stepOf(next.state) ?? state.step, answers: context.answers },
    actions: wanted,
    moved: wanted.length > 0 || context.answers !== state.answers,
  };
}

/** Whether every given part of a condition holds. */
export function holds(when: When | undefined, answers: Answers, situation: Situation): boolean {
  if (!when) return true;
  if (when.desk && !deskHolds(when.desk, situation)) return false;
  if (when.level && rank(situation.level) < rank(when.level)) return false;
  if (when.language !== undefined && ![when.language].flat().includes(situation.language)) return false;
  if (when.returning !== undefined && when.returning !== situation.returning) return false;
  return Object.entries(when.answer ?? {}).every(([name, wanted]) => {
    const given = [answers[name] ?? []].flat();
    return [wanted].flat().some((value) => given.includes(value));
  });
}

function deskHolds(wanted: NonNullable<When['desk']>, { deskOpen, present }: Situation): boolean {
  if (wanted === 'open') return deskOpen;
  if (wanted === 'closed') return !deskOpen;
  return (wanted === 'present') === (deskOpen && present);
}
