import type { Done, State, Welcome } from '../page.ts';

/** `closed`: this browser has no talk open. `later`: no network, or the server asks to wait; trying again helps. */
export type Answer<T> = { ok: true; value: T } | { ok: false; why: 'closed' | 'bad' | 'later' | 'too-many' };

/** A held request lasts 25 s; a phone that changes its network may never hear of its end. */
const LONGEST_MS = 40_000;

async function ask<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LONGEST_MS);
  init.signal?.addEventListener('abort', () => abort.abort());
  try {
    const answer = await fetch(`/talk/api/${path}`, { ...init, signal: abort.signal });
    if (answer.ok) return { ok: true, value: (await answer.json()) as T };
    if (answer.status === 401) return { ok: false, why: 'closed' };
    if (answer.status === 429) return { ok: false, why: 'too-many' };
    return { ok: false, why: answer.status < 500 ? 'bad' : 'later' };
  } catch {
    return { ok: false, why: 'later' };
  } finally {
    clearTimeout(timer);
  }
}

const post = (path: string, body: object = {}): Promise<Answer<Done>> =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
  });

export const api = {
  welcome: (language: string) => ask<Welcome>(`welcome?language=${encodeURIComponent(language)}`),
  open: (link: string, browser: string) => post('open', { link, browser }),
  state: (seen: { talk: string; version: number; language: string }, wait: number, signal?: AbortSignal) =>
    ask<State>(
      `state?after=${seen.version}&talk=${seen.talk}&wait=${wait}&language=${encodeURIComponent(seen.language)}`,
      signal ? { signal } : {},
    ),
  send: (id: string, text: string) => post('send', { id, text }),
  choose: (id: string, data: string) => post('choose', { id, data }),
  erase: (id: string) => post('erase', { id }),
  /** Also while the page is being left. */
  leave: () => navigator.sendBeacon('/talk/api/leave'),
};
