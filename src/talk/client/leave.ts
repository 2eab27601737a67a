import { api } from './api.ts';
import type { Memory } from './memory.ts';

/** The weather: a page that anybody has open. 気象庁 */
const HARMLESS = 'https://www.jma.go.jp/';

/**
 * Somebody has come into the room. The talk vanishes from the screen at once, even where the network is slow; this browser
 * forgets it, and the address is replaced, so that going back leads past it.
 */
export function leaveFast(memory: Memory): void {
  document.body.replaceChildren();
  memory.forget();
  api.leave();
  location.replace(HARMLESS);
}
