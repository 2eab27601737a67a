/**
 * What can go wrong between LINE and us, as one would see it from our side.
 *
 * On a call to LINE: `error-before` 500 and nothing done; `error-after` done, and 500 all the same; `silence-before` and
 * `silence-after` likewise, but no answer ever comes; `rate`, `user-rate`, `quota` the three meanings of 429;
 * `preparing` 202 for the content of a message.
 *
 * On a webhook: `lost` it never arrives; `answer-lost` it arrives and LINE does not get our 200; `duplicate` it arrives twice;
 * `late` it is held until `release()`; `reorder` it arrives after the next one; `merge` it joins the next one's batch;
 * `split` the events of a batch arrive one by one.
 */
export type ApiFault =
  | 'error-before'
  | 'error-after'
  | 'silence-before'
  | 'silence-after'
  | 'rate'
  | 'user-rate'
  | 'quota'
  | 'preparing';
export type WebhookFault = 'lost' | 'answer-lost' | 'duplicate' | 'late' | 'reorder' | 'merge' | 'split';

/** `on: 'any'` is every call to LINE's API. It strikes `times` (1) times, each time with `chance` (1). */
export type Fault = { times?: number; chance?: number } & (
  | { on: 'reply' | 'push' | 'content' | 'any'; kind: ApiFault }
  | { on: 'webhook'; kind: WebhookFault }
);

export type Faults = {
  push(...faults: Fault[]): void;
  clear(): void;
  /** The next fault for a call, used up by asking; `undefined` when all goes well. */
  onCall(path: 'reply' | 'push' | 'content' | 'any'): ApiFault | undefined;
  onWebhook(): WebhookFault | undefined;
};

/** Faults strike in the order they were pushed. Chance comes from `random` (0 ≤ x < 1), so a seed repeats a run exactly. */
export function createFaults(random: () => number): Faults {
  let waiting: (Fault & { times: number })[] = [];

  function strike(on: readonly Fault['on'][]): Fault['kind'] | undefined {
    const fault = waiting.find((one) => on.includes(one.on));
    if (!fault || random() >= (fault.chance ?? 1)) return undefined;
    fault.times -= 1;
    waiting = waiting.filter((left) => left.times > 0);
    return fault.kind;
  }

  return {
    push: (...faults) => {
      waiting.push(...faults.map((fault) => ({ ...fault, times: fault.times ?? 1 })));
    },
    clear: () => {
      waiting = [];
    },
    // What a fault does follows from where it strikes; see `Fault`.
    onCall: (path) => strike([path, 'any']) as ApiFault | undefined,
    onWebhook: () => strike(['webhook']) as WebhookFault | undefined,
  };
}
