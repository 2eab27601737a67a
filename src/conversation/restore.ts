import type { AnyStateMachine, SnapshotFrom } from 'xstate';

/**
 * A machine's snapshot at a state, with a context. `resolveState` throws on unknown states and loses history, so the
 * persisted form is written out and restored (XState 5).
 */
export function restore<Machine extends AnyStateMachine>(
  machine: Machine,
  value: string,
  context: object,
): SnapshotFrom<Machine> {
  const persisted = {
    status: 'active',
    value,
    context,
    children: {},
    historyValue: {},
    tags: [],
    output: undefined,
    error: undefined,
  };
  return machine.restoreSnapshot(persisted as never, {} as never) as SnapshotFrom<Machine>;
}
