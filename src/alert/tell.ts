import { slackBody, teamsBody, webhookBody } from './format.ts';
import type { Smtp, Way } from './plan.ts';
import type { Notice } from './words.ts';

/**
 * How telling ended. `reason` is a fixed word: `http-500`, `timeout`, `network`, `smtp-550`, `login`; never an address. `again`: a
 * later try may succeed. What may have arrived counts as not told: twice is better than never.
 */
export type Told = { ok: true } | { ok: false; reason: string; again: boolean };

export type Tell = (way: Way, notice: Notice) => Promise<Told>;

/** One try lasts no longer, ms. */
export const tellTimeout = 15_000;

/** Tells by HTTP, and by mail where there is a server. Never throws. */
export function createTell(deps: {
  fetch: typeof fetch;
  mail: (smtp: Smtp, to: string, notice: Notice) => Promise<Told>;
  smtp: Smtp | null;
}): Tell {
  return async (way, notice) => {
    if (way.kind !== 'mail') return post(deps.fetch, way.url, bodies[way.kind](notice));
    return deps.smtp
      ? deps.mail(deps.smtp, way.address, notice)
      : { ok: false, reason: 'no-server', again: false };
  };
}

const bodies = { slack: slackBody, teams: teamsBody, webhook: webhookBody } as const;

async function post(fetch: typeof globalThis.fetch, url: string, body: object): Promise<Told> {
  try {
    const { status, body: answer } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(tellTimeout),
    });
    await answer?.cancel();
    if (status >= 200 && status < 300) return { ok: true };
    return { ok: false, reason: `http-${status}`, again: status >= 500 || status === 408 || status === 429 };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, reason: late ? 'timeout' : 'network', again: true };
  }
}
