import { menuFor, type Which } from '../conversation/menu.ts';
import type { Log } from '../diagnostic/log.ts';
import {
  type DueMenu,
  dueMenus,
  menuDone,
  menuLater,
  nextMenu,
  takeMenu,
  talkOf,
} from '../store/queries/menu.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

/** Shows a resident one of the menus in LINE; `line/menu/show` gives it. */
export type ShowMenu = (
  userId: string,
  which: Which,
) => Promise<{ ok: true } | { ok: false; reason: string; again: boolean; after?: number }>;

export type MenusDeps = { store: Store; vault: Vault; show: ShowMenu; now(): number; log: Log };

export type Menus = {
  /** Begins what is due; not waited for, because it lasts as long as LINE takes. */
  tick(): void;
  /** When something is due next, ms; null when nothing is. */
  nextDue(): Promise<number | null>;
  /** Waits for what is under way; false when that takes longer than `ms`. */
  drain(ms: number): Promise<boolean>;
};

/** So long after each failure (ms); after the last one the menu stays as it is: it is a help, never the only way. */
const PAUSES = [5_000, 30_000, 2 * 60_000, 10 * 60_000, 30 * 60_000];

const AT_ONCE = 20;

/** A change is one process's for so long; should that die, another takes it up. Longer than LINE is waited for. */
const TAKEN_MS = 60_000;

/**
 * Lets residents see in LINE's rich menu who has the talk. The event's commit notes that the menu is out of date; here,
 * beside all sending and in nobody's way, LINE is told. What is to be shown is read when it is shown, and read again
 * afterwards, so that two processes, or a late answer, end with the right one.
 */
export function createMenus({ store, vault, show, now, log }: MenusDeps): Menus {
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    const due = await store.read(dueMenus(store.sql, now(), AT_ONCE));
    await Promise.all(due.map(take));
  }

  async function take(row: DueMenu): Promise<void> {
    const taken = await store.commit([takeMenu(store.sql, row, now() + TAKEN_MS)]);
    if (taken.ok) await bringUpToDate(row.conversation_id, row.attempts);
  }

  async function bringUpToDate(id: string, attempts: number): Promise<void> {
    for (;;) {
      const [talk] = await store.read(talkOf(store.sql, id));
      const { version = Number.MAX_SAFE_INTEGER } = talk ?? {};
      const which = talk && menuFor(talk.state);
      const shown = which && (await showTo(() => vault.openUser(id, talk.sealed_user), which));
      const pause = PAUSES[attempts];
      if (shown && !shown.ok) {
        const tries = shown.again && pause !== undefined;
        log({ event: tries ? 'menu-later' : 'menu-given-up', reason: shown.reason });
        if (tries) {
          const at = now() + Math.max(pause, shown.after ?? 0);
          await store.commit([{ query: menuLater(store.sql, id, version, at) }]);
          return;
        }
      }
      await store.commit([{ query: menuDone(store.sql, id, version) }]);
      const [after] = await store.read(talkOf(store.sql, id));
      if (!after || menuFor(after.state) === which) return;
    }
  }

  async function showTo(user: () => string, which: Which): ReturnType<ShowMenu> {
    try {
      return await show(user(), which);
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.name : 'unknown', again: false };
    }
  }

  return {
    tick() {
      working ??= work()
        .catch((error) =>
          log({ event: 'menu-fault', error: error instanceof Error ? error.name : 'unknown' }),
        )
        .finally(() => {
          working = null;
        });
    },
    async nextDue() {
      const [next] = await store.read(nextMenu(store.sql));
      return next?.due_at ?? null;
    },
    async drain(ms) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), ms);
      });
      const done = await Promise.race([(working ?? Promise.resolve()).then(() => true), late]);
      clearTimeout(timer);
      return done;
    },
  };
}
