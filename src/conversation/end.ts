import type { Draft } from './draft.ts';

/** A talk with the bot that rests this long is over; nothing is said, because a push would cost and wake. */
export const BOT_IDLE_MS = 6 * 3_600_000;

/** Ends the consultation while the bot has the talk. One that waits for a human, or is with one, is not ended by a bot. */
export function end(draft: Draft, outcome: 'ended' | 'left' | 'silent'): void {
  if (draft.snapshot.talk.state !== 'bot') return;
  draft.talk({ type: 'CLOSE' });
  draft.effect({ kind: 'close', outcome });
}
