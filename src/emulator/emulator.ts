import { createApi } from './api.ts';
import { createFaults } from './faults.ts';
import { hex } from './ids.ts';
import type { Person, Platform } from './platform.ts';
import { createResident, type Resident } from './resident.ts';
import { createWebhooks } from './webhook.ts';

export type EmulatorOptions = {
  channelSecret: string;
  channelAccessToken: string;
  /** Where LINE would call us; may be set later through the API. */
  webhookUrl: string;
  /** ms; may jump, as the demo's clock does. */
  now: () => number;
  /** 0 ≤ x < 1. Ids, tokens and chances come from it, so a seed repeats a run. */
  random: () => number;
  /** Carries a webhook: `fetch`, or an app's `request`. */
  deliver: (url: string, init: RequestInit) => Promise<Response>;
  accountName?: string;
  chatMode?: 'chat' | 'bot';
  /** Pushes a month; `null` without limit. LINE's free plan has 200. */
  quota?: number | null;
  /** LINE's switch "webhook redelivery"; `redeliver()` then sends what failed. Off by default, as at LINE. */
  redelivery?: boolean;
  /** Redelivers by itself after so many ms. LINE does not say after how long it does. */
  redeliverAfterMs?: number;
  /** How long LINE waits for the webhook's answer, ms. */
  webhookTimeoutMs?: number;
};

/** LINE, for demo, previews and tests: its API with its refusals, its webhooks with their faults, and residents with phones. */
export type Emulator = ReturnType<typeof createEmulator>;

export function createEmulator(options: EmulatorOptions) {
  const { now, random } = options;
  const close = Promise.withResolvers<void>();
  let change = Promise.withResolvers<void>();
  const faults = createFaults(random);
  const platform: Platform = {
    account: {
      userId: `U${hex(random, 32)}`,
      basicId: '@000madog',
      name: options.accountName ?? '窓口',
      chatMode: options.chatMode ?? 'bot',
    },
    secret: options.channelSecret,
    accessToken: options.channelAccessToken,
    webhook: { url: options.webhookUrl, active: true },
    quota: options.quota === undefined ? 200 : options.quota,
    used: new Map(),
    people: new Map(),
    tokens: new Map(),
    readTokens: new Map(),
    accepted: new Map(),
    contents: new Map(),
    menus: new Map(),
    defaultMenu: undefined,
    left: [],
    calls: [],
    faults,
    now,
    random,
    version: 0,
    changed: () => {
      platform.version += 1;
      change.resolve();
      change = Promise.withResolvers();
    },
    nextChange: () => change.promise,
    closed: close.promise,
  };
  const webhooks = createWebhooks(platform, {
    deliver: options.deliver,
    timeoutMs: options.webhookTimeoutMs ?? 2_000,
    redelivery: options.redelivery ?? false,
    redeliverAfterMs: options.redeliverAfterMs,
    closed: close.promise,
  });
  const { app, take } = createApi(platform, webhooks);
  const residents = new Map<string, Resident>();

  /** The resident of that name, made on first mention; `stranger` has not added the account as a friend yet. */
  function resident(name: string, relation: Person['relation'] = 'friend'): Resident {
    const known = residents.get(name);
    if (known) return known;
    const person: Person = { name, userId: `U${hex(random, 32)}`, relation, shown: [], loadingUntil: 0 };
    platform.people.set(person.userId, person);
    const made = createResident(platform, webhooks, person);
    residents.set(name, made);
    platform.changed();
    return made;
  }

  return {
    /** LINE's API and data host in one. */
    app,
    /** The same for a reply or a push that was read without a `Request`. */
    take,
    platform,
    faults,
    webhooks,
    resident,
    /** Every call our side made, oldest first. */
    calls: platform.calls,
    /** Waits until the calls so far satisfy a condition. */
    waitForCall: async (meets: (call: (typeof platform.calls)[number]) => boolean) => {
      for (;;) {
        const next = platform.nextChange();
        const found = platform.calls.find(meets);
        if (found) return found;
        await next;
      }
    },
    /** Lets go the calls that were never to be answered, so that a server can stop. */
    close: () => close.resolve(),
  };
}
