/** One request to LINE. `messages`: the JSON text of each message object. `retryKey` is the delivery's id; LINE takes it on push only. */
export type SendRequest =
  | { via: 'reply'; token: string; messages: readonly string[] }
  | { via: 'push'; to: string; retryKey: string; messages: readonly string[] };

/**
 * How LINE took it. `duplicate`: it had been accepted before under the same retry key, which is as good as sent.
 * `certain`: certainly not delivered; otherwise it may have been. `retry`: `later` the same request again
 * (not before `after` ms); `push` the reply token was refused, so a push cannot repeat anything; `no` never.
 * `reason` is a fixed word, free of ids and text: `invalid-token`, `timeout`, `network`, `http-500`, `rate`, `quota`, …
 */
export type SendResult =
  | { ok: true; requestId?: string; duplicate?: boolean }
  | { ok: false; reason: string; certain: boolean; retry: 'no' | 'later' | 'push'; after?: number };

export type Send = (request: SendRequest) => Promise<SendResult>;
