import type { Log } from './diagnostic/log.ts';

/** One line of JSON an event, on standard error. Callers pass fixed words and numbers only, never texts or ids of people. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  return (line) => write(`${JSON.stringify({ at: new Date(now()).toISOString(), ...line })}\n`);
}
