/** Wakes what waits for changes in this process. Other processes are noticed by looking every second. */
export type Bell = {
  /** Something was committed. */
  ring(): void;
  /** Resolves at the next ring, after `ms`, or when the signal aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>;
};

export function createBell(): Bell {
  const waiting = new Set<() => void>();
  return {
    ring() {
      for (const wake of [...waiting]) wake();
    },
    next(ms, signal) {
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
        signal.addEventListener('abort', wake);
        if (signal.aborted) wake();
      });
    },
  };
}
