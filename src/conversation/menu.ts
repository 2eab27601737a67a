import type { Talk } from './snapshot.ts';

/** Which of the flow's rich menus a resident sees. */
export type Which = 'everyday' | 'talking';

/** The menu says who has the talk: only while a human has it is there nothing to ask the bot. */
export function menuFor(state: Talk['state']): Which {
  return state === 'human' ? 'talking' : 'everyday';
}
