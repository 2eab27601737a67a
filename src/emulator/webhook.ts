import type { Platform } from './platform.ts';

/** An event as LINE puts it into a webhook. */
export type WireEvent = {
  type: string;
  webhookEventId: string;
  timestamp: number;
  replyToken?: string;
  deliveryContext: { isRedelivery: boolean };
  [key: string]: unknown;
};

/** Answers the status of the webhook; `null` when nobody answered in time or nothing was sent yet. */
export type Webhooks = {
  /** Sends events in one body, unless a fault has other plans. */
  send(events: readonly WireEvent[]): Promise<number | null>;
  /** Signs and posts any body: what no resident could bring about. */
  post(
    body: string | { events: unknown[] },
    how?: { url?: string; signature?: string | null },
  ): Promise<number | null>;
  /** Lets go what faults hold back. */
  release(): Promise<void>;
  /** Sends again what was not answered with 2xx, as LINE does when redelivery is on. Returns how many bodies. */
  redeliver(): Promise<number>;
  /** Bodies LINE considers undelivered. */
  undelivered(): number;
};

export type WebhookOptions = {
  deliver: (url: string, init: RequestInit) => Promise<Response>;
  /** How long LINE waits for our answer, ms. */
  timeoutMs: number;
  /** LINE's switch "webhook redelivery", off by default there. */
  redelivery: boolean;
  /** Redelivers by itself after so many ms, again and again; only `redeliver()` does when missing. */
  redeliverAfterMs?: number;
  /** Ends the redelivering. */
  closed: Promise<void>;
};

/** https://developers.line.biz/en/docs/messaging-api/receiving-messages/ */
export function createWebhooks(platform: Platform, options: WebhookOptions): Webhooks {
  const signer = createSigner(platform.secret);
  /** Held by `late`, `reorder` and `merge`; by which is said beside it. */
  let held: { events: readonly WireEvent[]; by: 'late' | 'reorder' | 'merge' }[] = [];
  let failed: (readonly WireEvent[])[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open = true;
  void options.closed.then(() => {
    open = false;
    clearTimeout(timer);
  });

  function fail(events: readonly WireEvent[]): void {
    if (!options.redelivery) return;
    failed.push(events);
    if (!open || timer !== undefined || options.redeliverAfterMs === undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void redeliver();
    }, options.redeliverAfterMs);
  }

  async function redeliver(): Promise<number> {
    const again = failed;
    failed = [];
    for (const events of again)
      await transmit(events.map((event) => ({ ...event, deliveryContext: { isRedelivery: true } })));
    return again.length;
  }

  async function post(
    body: string | { events: unknown[] },
    how: { url?: string; signature?: string | null } = {},
  ) {
    const text =
      typeof body === 'string' ? body : JSON.stringify({ destination: platform.account.userId, ...body });
    const bytes = new TextEncoder().encode(text);
    const signature = how.signature === undefined ? await signer(bytes) : how.signature;
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'LineBotWebhook/2.0',
      ...(signature !== null && { 'x-line-signature': signature }),
    };
    try {
      const response = await options.deliver(how.url ?? platform.webhook.url, {
        method: 'POST',
        headers,
        body: bytes,
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  }

  /** Reply tokens begin to run when their webhook goes out. */
  async function transmit(events: readonly WireEvent[], answerLost = false): Promise<number | null> {
    for (const { replyToken } of events) {
      const token = replyToken === undefined ? undefined : platform.tokens.get(replyToken);
      if (token && platform.now() - token.eventAt <= 20 * 60_000) token.from = platform.now();
    }
    const status = await post({ events: [...events] });
    if (answerLost || status === null || status < 200 || status >= 300) {
      fail(events);
      return answerLost ? null : status;
    }
    return status;
  }

  function takeHeld(by: 'reorder' | 'merge'): (readonly WireEvent[])[] {
    const taken = held.filter((one) => one.by === by).map(({ events }) => events);
    held = held.filter((one) => one.by !== by);
    return taken;
  }

  async function send(events: readonly WireEvent[]): Promise<number | null> {
    if (!platform.webhook.active) return null;
    const fault = platform.faults.onWebhook();
    if (fault === 'late' || fault === 'reorder' || fault === 'merge') {
      held.push({ events, by: fault });
      return null;
    }
    const batch = [...takeHeld('merge').flat(), ...events];
    const after = takeHeld('reorder');
    const status = await transmitWith(fault, batch);
    for (const earlier of after) await transmit(earlier);
    return status;
  }

  async function transmitWith(fault: string | undefined, batch: WireEvent[]): Promise<number | null> {
    switch (fault) {
      case 'lost':
        fail(batch);
        return null;
      case 'duplicate':
        await transmit(batch);
        return transmit(batch);
      case 'split': {
        let status: number | null = null;
        for (const event of batch) status = await transmit([event]);
        return status;
      }
      default:
        return transmit(batch, fault === 'answer-lost');
    }
  }

  return {
    send,
    post,
    release: async () => {
      const waiting = held;
      held = [];
      for (const { events } of waiting) await transmit(events);
    },
    redeliver,
    undelivered: () => failed.length,
  };
}

function createSigner(secret: string): (bytes: Uint8Array<ArrayBuffer>) => Promise<string> {
  const key = crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return async (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign('HMAC', await key, bytes))));
}
