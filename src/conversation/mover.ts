import { type AnyActorScope, type AnyStateMachine, createActor } from 'xstate';

/** Moves a machine on from a state with a context. Pure: the actions come back as data. */
export type Mover = (
  state: string,
  context: object,
  event: { type: string },
) => { state: string; context: object; actions: readonly { type: string; params: unknown }[] };

/**
 * A machine's transitions, as XState 5's own `transition` makes them, at a fifth of the cost: that one makes an actor, and with it
 * the machine's whole beginning, each time; here they share one that is never started. The states are restored once, each by
 * the persisted form, for `resolveState` throws on unknown ones and loses history; only the context differs.
 */
export function createMover(machine: AnyStateMachine): Mover {
  const self = createActor(machine);
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: () => {},
    defer: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: () => {},
  };
  const states = new Map(Object.keys(machine.states).map((state) => [state, restored(machine, state)]));
  return (state, context, event) => {
    const before = states.get(state);
    if (!before) throw new Error('a state that the machine does not have');
    const actions: { type: string; params: unknown }[] = [];
    const next = machine.transition({ ...before, context } as never, event, {
      ...scope,
      actionExecutor: ({ type, params }) => void actions.push({ type, params }),
    });
    return { state: String(next.value), context: next.context, actions };
  };
}

function restored(machine: AnyStateMachine, value: string) {
  const persisted = {
    status: 'active',
    value,
    context: {},
    children: {},
    historyValue: {},
    tags: [],
    output: undefined,
    error: undefined,
  };
  return machine.restoreSnapshot(persisted as never, {} as never);
}
