import type { Done } from '../page.ts';
import type { Answer } from './api.ts';
import type { Memory, Unsent } from './memory.ts';

/** Between two tries: soon at first, and never longer than a minute. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** The server asks for this long when too much was sent at once. */
const TOO_MANY_MS = 20_000;

/**
 * Sends what the resident does, one after the other, until the server says that it is safe. Each has an id of its own, made
 * once and kept through reloads, so that trying again never says anything twice.
 */
export function createQueue(deps: {
  memory: Memory;
  send(unsent: Unsent): Promise<Answer<Done>>;
  /** The queue, or what keeps it, has changed. */
  changed(trouble: 'later' | 'too-many' | null): void;
  /** The server has it safe, and it is no longer in the queue. */
  sent(unsent: Unsent, done: Done): void;
  closed(): void;
}) {
  const { memory } = deps;
  let running = false;
  let stopped = false;
  let delay = FIRST_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let going: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    if (running || stopped) return;
    clearTimeout(timer);
    running = true;
    try {
      for (let next = memory.unsent[0]; next && !stopped; next = memory.unsent[0]) {
        const answer = await deps.send(next);
        if (stopped) return;
        const why = answer.ok ? null : answer.why;
        if (why === 'closed') {
          deps.closed();
          return;
        }
        if (why === 'later' || why === 'too-many') {
          deps.changed(why);
          timer = setTimeout(start, why === 'too-many' ? TOO_MANY_MS : delay);
          delay = Math.min(delay * 2, LONGEST_MS);
          return;
        }
        // What the server does not take it never will; the field's own limits keep that from happening.
        delay = FIRST_MS;
        const { id } = next;
        memory.unsent = memory.unsent.filter((unsent) => unsent.id !== id);
        if (answer.ok) deps.sent(next, answer.value);
        deps.changed(null);
      }
    } finally {
      running = false;
    }
  }

  const start = () => {
    if (!running) going = run();
  };

  return {
    add(unsent: Unsent) {
      memory.unsent = [...memory.unsent, unsent];
      deps.changed(null);
      start();
    },
    run: start,
    /** Once what is on its way has been answered, or has failed for now. */
    settled: () => going,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
