import type { Snapshot } from '../conversation/snapshot.ts';
import type { LoadedRow } from '../store/queries/conversation.ts';
import type { DataKey } from '../vault/vault.ts';

/** A conversation as this process has just committed it, in the clear. */
export type Known = Omit<LoadedRow, 'sealed_key'> & { key: DataKey; snapshot: Snapshot };

/** Conversations that were written a moment ago. */
export type Memory = {
  /** What is known, which is forgotten with that. */
  take(conversationId: string): Known | undefined;
  keep(known: Known): void;
};

/** A conversation is known for so long, ms, at most twice. */
const KEPT_MS = 30_000;
/** And so many of them, at most twice. */
const MOST = 1_000;

/**
 * Who writes often writes again within a minute. Then asking the database how things stand costs more than deciding the answer, and
 * says what this process has just written there. So it decides from memory, and the commit asks instead: it is refused where
 * anything has changed since (`ConversationQueries.changeKnown`), and the event is decided again from the database.
 */
export function createMemory(): Memory {
  let [young, old] = [new Map<string, Known>(), new Map<string, Known>()];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const age = () => {
    [young, old] = [new Map(), young];
  };
  const later = () => {
    timer = setTimeout(() => {
      age();
      timer = undefined;
      if (old.size > 0) later();
    }, KEPT_MS);
    // Not what a program stays alive for, where it could.
    (timer as { unref?(): void }).unref?.();
  };
  return {
    take(conversationId) {
      const known = young.get(conversationId) ?? old.get(conversationId);
      young.delete(conversationId);
      old.delete(conversationId);
      return known;
    },
    keep(known) {
      if (young.size >= MOST) age();
      young.set(known.id, known);
      if (timer === undefined) later();
    },
  };
}
