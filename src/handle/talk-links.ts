import type { Message } from '../message/message.ts';
import type { Outgoing } from '../outbox/compose.ts';
import { addLink, forgetExpired } from '../store/queries/talk.ts';
import type { Store, Write } from '../store/store.ts';
import type { Random } from '../vault/seal.ts';
import { newToken, tokenHash } from '../vault/token.ts';
import type { Decided } from './writes.ts';

/** A link can be opened for this long; writing anything in LINE brings a new one. */
export const LINK_MS = 30 * 60_000;

/** Makes links to a resident's own page; `writes` belong into the commit of the event that says it. */
export type TalkLinks = {
  make(conversationId: string, language: string): { url: string; writes: Write[] };
};

/**
 * The token stands behind `#`, which browsers send to nobody: no access log, proxy, preview or `Referer` has it. Beside it
 * stands only the language of the page. Whose talk it opens is known to the database alone.
 */
export function createTalkLinks(deps: {
  store: Store;
  random: Random;
  now(): number;
  publicUrl: string;
}): TalkLinks {
  const { store, random, now, publicUrl } = deps;
  return {
    make(conversationId, language) {
      const token = newToken(random);
      const at = now();
      const link = { hash: tokenHash(token), conversation_id: conversationId, expires_at: at + LINK_MS };
      return {
        url: `${publicUrl}/talk/#${token}.${encodeURIComponent(language)}`,
        writes: [
          ...forgetExpired(store.sql, at).map((query) => ({ query })),
          { query: addLink(store.sql, link) },
        ],
      };
    },
  };
}

/**
 * What of an event goes out to LINE: nothing that stands on the resident's page alone; and links that open that page get their
 * address here, one for all of them. `asDecided`: nothing had to be changed.
 */
export function forLine(
  links: TalkLinks,
  { conversationId, effects, snapshot }: Decided,
): { says: Outgoing['says']; writes: Write[]; asDecided: boolean } {
  const says = effects.flatMap((effect) =>
    effect.kind === 'say' && effect.saying.where !== 'web'
      ? [{ kind: effect.as, saying: effect.saying }]
      : [],
  );
  const isOpenEnded = (message: Message) => message.kind === 'link' && message.url === '';
  if (!says.some(({ saying }) => saying.messages.some(isOpenEnded)))
    return { says, writes: [], asDecided: true };
  const { url, writes } = links.make(conversationId, snapshot.language);
  return {
    says: says.map(({ kind, saying }) => ({
      kind,
      saying: {
        ...saying,
        messages: saying.messages.map((message) => (isOpenEnded(message) ? { ...message, url } : message)),
      },
    })),
    writes,
    asDecided: false,
  };
}
