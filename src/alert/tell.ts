import { slackBody, teamsBody, webhookBody } from './format.ts';
import type { Smtp, Way } from './plan.ts';
import type { Notice } from './words.ts';

/**
 * How telling ended. `reason` is a fixed word: `http-500`, `timeout`, `network`, `smtp-550`, `login`; never an address. `again`: a
 * later try may succeed. What may have arrived counts as not told: twice is better than never.
 */
export type Told = { ok: true } | { ok: false; reason: string; again: boolean };

export type Tell = (way: Way, notice: Notice) => Promise<Told>;

/** An answer is waited for no longer, ms. */
const tellTimeout = 15_000;

/** Tells by HTTP, and by mail where there is a server. Never throws. */
export function createTell(deps: {
  fetch: typeof fetch;
  mail: (smtp: Smtp, to: string, notice: Notice, timeoutMs: number) => Promise<Told>;
  smtp: Smtp | null;
  timeoutMs?: number;
}): Tell {
  const { smtp, timeoutMs = tellTimeout } = deps;
  return async (way, notice) => {
    if (way.kind !== 'mail') return post(deps.fetch, way.url, bodies[way.kind](notice), timeoutMs);
    return smtp
      ? deps.mail(smtp, way.address, notice, timeoutMs)
      : { ok: false, reason: 'no-server', again: false };
  };
}

const bodies = { slack: slackBody, teams: teamsBody, webhook: webhookBody } as const;

/** Whether Node's or OpenSSL's code of a failed connection says that the other side could not prove who it is. */
export const isUntrusted = (code: string): boolean => /CERT|SSL|TLS|ALTNAME|SIGNATURE/u.test(code);

async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  body: object,
  timeoutMs: number,
): Promise<Told> {
  try {
    const { status, body: answer } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer?.cancel();
    if (status >= 200 && status < 300) return { ok: true };
    return { ok: false, reason: `http-${status}`, again: status >= 500 || status === 408 || status === 429 };
  } catch (error) {
    return { ok: false, reason: connectionFault(error as Error), again: true };
  }
}

function connectionFault({ name, cause }: Error): string {
  if (name === 'TimeoutError') return 'timeout';
  return isUntrusted((cause as { code?: string } | undefined)?.code ?? '') ? 'tls' : 'network';
}
