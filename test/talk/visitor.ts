import { randomUUID } from 'node:crypto';
import type { Resident } from '../../src/emulator/resident.ts';
import type { State, Welcome } from '../../src/talk/page.ts';
import { until } from '../support/town.ts';

/** A browser of a resident, without the browser: its cookie and what the page would ask. */
export function visitor(url: string) {
  let cookie = '';
  const ask = (path: string, init: RequestInit & { origin?: string } = {}) =>
    fetch(`${url}/talk/${path}`, {
      ...init,
      headers: {
        'content-type': 'application/json',
        origin: init.origin ?? url,
        ...(cookie ? { cookie } : {}),
        ...init.headers,
      },
    });
  const post = async (path: string, body: object = {}, more: { origin?: string } = {}) => {
    const answer = await ask(`api/${path}`, { method: 'POST', body: JSON.stringify(body), ...more });
    const [set] = answer.headers.getSetCookie();
    if (set) cookie = set.split(';')[0] ?? '';
    return { status: answer.status, cookies: answer.headers.getSetCookie(), body: await answer.json() };
  };
  const state = async (query = 'wait=0'): Promise<State | null> => {
    const answer = await ask(`api/state?${query}`);
    return answer.ok ? ((await answer.json()) as State) : null;
  };
  return {
    ask,
    post,
    state,
    get cookie() {
      return cookie;
    },
    /** Opens a link as LINE carried it. */
    open: (link: string, browser = randomUUID()) =>
      post('open', { link: link.split('#')[1]?.split('.')[0], browser }),
    welcome: async (language = ''): Promise<Welcome> =>
      (await ask(`api/welcome?language=${language}`)).json() as Promise<Welcome>,
    send: (text: string, id: string = randomUUID()) => post('send', { id, text }),
    /** Everything that stands on the page, as texts. */
    async texts(): Promise<string[]> {
      const now = await state();
      return (now?.items ?? []).map(({ body }) =>
        body.kind === 'text'
          ? body.text
          : body.kind === 'windows'
            ? body.cards.map(({ name, phone }) => `${name} ${phone ?? ''}`).join('\n')
            : body.kind,
      );
    },
    async waitFor(part: string): Promise<string> {
      return until(async () => (await this.texts()).find((text) => text.includes(part)));
    },
  };
}

/** The links in what a resident's phone shows, oldest first. */
export function linksOf(resident: Resident): string[] {
  return JSON.stringify(resident.messages()).match(/https?:\/\/[^"\s]+\/talk\/#[^"\s]+/gu) ?? [];
}

/** Waits for one more link than before, and gives it. */
export const nextLink = (resident: Resident, before: number): Promise<string> =>
  until(() => {
    const links = linksOf(resident);
    return links.length > before && links.at(-1);
  });
