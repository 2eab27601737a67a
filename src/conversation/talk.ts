import { assign, setup } from 'xstate';
import { type Level, rank } from '../risk/finding.ts';
import { createMover } from './mover.ts';
import type { Talk } from './snapshot.ts';

/**
 * The fixed machine of who has the talk: bot, waiting, human, closed. Written in code, so that no YAML can break
 * ownership or safety. Timers carry names of our own (see DESIGN, "Two machines"); nothing here is delayed.
 */
export type TalkEvent =
  | { type: 'HAND_OFF'; now: number; wanted: string | null }
  | { type: 'CANCEL' }
  | { type: 'ACCEPT'; staff: string }
  | { type: 'GIVE_BACK' }
  | { type: 'CLOSE' }
  | { type: 'RAISE'; level: Level }
  | { type: 'LOWER'; level: Level };

type Context = Omit<Talk, 'state'>;

const released = { owner: null, wanted: null, waitingSince: null } as const;

const talkMachine = setup({
  types: { context: {} as Context, events: {} as TalkEvent },
  guards: {
    /** A resident cannot leave the queue of people in danger by a tap; a human looks first. */
    calm: ({ context }) => rank(context.level) < rank('high'),
    wanted: ({ context, event }) =>
      event.type === 'ACCEPT' && (context.wanted === null || context.wanted === event.staff),
  },
  actions: {
    queue: assign(({ event, context }) =>
      event.type === 'HAND_OFF'
        ? { owner: null, wanted: event.wanted, waitingSince: context.waitingSince ?? event.now }
        : {},
    ),
    own: assign(({ event }) =>
      event.type === 'ACCEPT' ? { owner: event.staff, wanted: null, waitingSince: null } : {},
    ),
    release: assign(released),
    raise: assign(({ context, event }) =>
      event.type === 'RAISE' && rank(event.level) > rank(context.level) ? { level: event.level } : {},
    ),
    lower: assign(({ event }) => (event.type === 'LOWER' ? { level: event.level } : {})),
  },
}).createMachine({
  id: 'talk',
  context: { level: 'none', owner: null, wanted: null, waitingSince: null },
  initial: 'bot',
  on: {
    RAISE: { actions: 'raise' },
    LOWER: { actions: 'lower' },
    CLOSE: { target: '.closed', actions: 'release' },
  },
  states: {
    bot: { on: { HAND_OFF: { target: 'waiting', actions: 'queue' } } },
    waiting: {
      on: {
        HAND_OFF: { actions: 'queue' },
        CANCEL: { guard: 'calm', target: 'bot', actions: 'release' },
        ACCEPT: { guard: 'wanted', target: 'human', actions: 'own' },
      },
    },
    human: {
      on: {
        ACCEPT: { actions: 'own' },
        GIVE_BACK: { target: 'bot', actions: 'release' },
        HAND_OFF: { target: 'waiting', actions: 'queue' },
      },
    },
    closed: {},
  },
});

const move = createMover(talkMachine);

/** The talk after an event; the same talk when the event has no place in its state. Pure. */
export function talkAfter(talk: Talk, event: TalkEvent): Talk {
  const { state, ...context } = talk;
  const next = move(state, context, event);
  return { state: next.state as Talk['state'], ...(next.context as Context) };
}
