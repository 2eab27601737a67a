/** Something the resident has sent that the server has not yet said it has. */
export type Unsent = { id: string; at: number; label: string } & ({ text: string } | { data: string });

const draftKey = 'draft';
const queueKey = 'unsent';

/**
 * What was typed and not yet sent, kept through reloads, a lost network and a closed page, on this device alone. A
 * browser that keeps nothing (private mode) keeps it as long as the page is open. `mine`: whose talk it is, so that on a
 * shared telephone nobody finds or sends what another has written.
 */
export function createMemory(mine: string) {
  const fallback = new Map<string, string>();
  const read = (key: string): string => {
    try {
      return localStorage.getItem(`talk.${mine}.${key}`) ?? '';
    } catch {
      return fallback.get(key) ?? '';
    }
  };
  const write = (key: string, value: string): void => {
    try {
      if (value) localStorage.setItem(`talk.${mine}.${key}`, value);
      else localStorage.removeItem(`talk.${mine}.${key}`);
    } catch {
      fallback.set(key, value);
    }
  };
  return {
    get draft() {
      return read(draftKey);
    },
    set draft(text: string) {
      write(draftKey, text);
    },
    get unsent(): Unsent[] {
      try {
        return JSON.parse(read(queueKey) || '[]') as Unsent[];
      } catch {
        return [];
      }
    },
    set unsent(queue: Unsent[]) {
      write(queueKey, queue.length > 0 ? JSON.stringify(queue) : '');
    },
    /** Nothing of the talk stays on this device. */
    forget() {
      write(draftKey, '');
      write(queueKey, '');
    },
  };
}

export type Memory = ReturnType<typeof createMemory>;
