import type { Handle, Handled } from '../handle/handle.ts';
import type { Store } from '../store/store.ts';
import type { Counters } from './counters.ts';

/** The same store, with the time of each commit counted. */
export function measuredStore(store: Store, counters: Counters): Store {
  return {
    ...store,
    async commit(writes) {
      const begun = performance.now();
      try {
        return await store.commit(writes);
      } finally {
        counters.commit((performance.now() - begun) / 1000);
      }
    },
  };
}

/** The same `handle`, with each event counted by its kind and what became of it. */
export function measuredHandle(handle: Handle, counters: Counters): Handle {
  return async (target, event) => {
    try {
      const handled = await handle(target, event);
      counters.event(event.kind, resultOf(handled));
      return handled;
    } catch (error) {
      counters.event(event.kind, 'failed');
      throw error;
    }
  };
}

const resultOf = (handled: Handled): string =>
  handled.ok ? (handled.repeated ? 'repeated' : 'applied') : handled.why;
