import { api } from './api.ts';
import type { Memory } from './memory.ts';

/**
 * Somebody has come into the room. The talk vanishes from the screen at once, even where the network is slow; this browser
 * forgets it, and the address is replaced, so that going back leads past it.
 */
export function leaveFast(memory: Memory, to: string): void {
  document.body.replaceChildren();
  memory.forget();
  api.leave();
  location.replace(to);
}
