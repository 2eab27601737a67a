import type { Flow } from '../conversation/flow.ts';
import type { Log } from '../diagnostic/log.ts';
import type { Handle } from '../handle/handle.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { Asset } from '../web.ts';

/** Everything the resident's own page needs from outside. */
export type TalkDeps = {
  store: Store;
  vault: Vault;
  handle: Handle;
  flow(): Flow;
  /** Resolves at the next commit of this process, after `ms`, or when the signal aborts. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
  now(): number;
  random(bytes: number): Uint8Array;
  publicUrl: string;
  /** A file of `dist/talk` by its path below `/talk/`, or undefined. */
  asset(path: string): Promise<Asset | undefined>;
  log: Log;
};
