import type { Snapshot } from '../conversation/snapshot.ts';
import type { LoadedRow } from '../store/queries/conversation.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { type Opened, openRow } from './load.ts';
import { sealContext } from './record.ts';

/** Seals and opens the snapshots of conversations. */
export type Opener = {
  seal(conversationId: string, version: number, key: DataKey, snapshot: Snapshot): string;
  open(row: LoadedRow): Opened;
};

type Kept = { sealed: string; key: DataKey; snapshot: Snapshot };

/** What was sealed is kept in the clear for so long, ms, at most twice. */
const KEPT_MS = 30_000;
/** And of so many conversations, at most twice. */
const MOST = 1_000;

/**
 * Who writes often writes again within a minute: what was sealed last in a conversation stays open for that long, for undoing the
 * sealing costs as much as deciding the answer. It counts only where the row still holds the very same sealed value and its
 * key has not been destroyed, so it never tells more, or anything else, than the row would.
 */
export function createOpener(vault: Vault): Opener {
  let [young, old] = [new Map<string, Kept>(), new Map<string, Kept>()];
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
    seal(conversationId, version, key, snapshot) {
      const sealed = vault.seal(key, sealContext.snapshot(conversationId, version), JSON.stringify(snapshot));
      if (young.size >= MOST) age();
      old.delete(conversationId);
      young.set(conversationId, { sealed, key, snapshot });
      if (timer === undefined) later();
      return sealed;
    },
    open(row) {
      const kept = young.get(row.id) ?? old.get(row.id);
      if (row.sealed_key === null || kept?.sealed !== row.sealed_snapshot) return openRow(vault, row);
      const { key, snapshot } = kept;
      return { state: 'open', key, snapshot };
    },
  };
}
