import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { isWithinLimit } from '../store/limit.ts';
import {
  addSession,
  countSent,
  endSession,
  linkOf,
  type PageRow,
  pageOf,
  spendLink,
} from '../store/queries/talk.ts';
import { newToken, tokenHash } from '../vault/token.ts';
import type { TalkDeps } from './deps.ts';

/** A page stays open for this long at most; a new link comes with anything written in LINE. */
const SESSION_MS = 12 * 3_600_000;

/**
 * How often one link is looked at, however often it is tried, and how often pages of one resident are opened. Whoever hammers on
 * a used link does not shut out its resident, whose next link is another.
 */
const linkLimit = { max: 20, windowMs: 10 * 60_000 };
const openLimit = { max: 60, windowMs: 3_600_000 };

/**
 * How often one page asks for news. An open page asks once for each thing that happens, else every 25 s; a telephone that
 * loses and finds its network asks more, and a page is often reloaded in distress.
 */
const askLimit = { max: 240, windowMs: 60_000 };

/** From so many pages counted on, those that have not asked for a while are dropped. */
const MOST_PAGES = 1_000;

/** What one page may send in a minute. A person in distress who types fast stays far below. */
const MOST_A_MINUTE = 30;

/**
 * The resident's session: a cookie whose value is stored as a hash only. Nobody signs in; whoever opened the link first
 * has it, and it says nothing of who that is.
 */
export function talkSessions(deps: TalkDeps) {
  const { store, now, random } = deps;
  const { sql } = store;
  const secure = deps.publicUrl.startsWith('https://');
  // The prefix is taken by browsers over https only, with `Secure` and `Path=/`.
  const name = secure ? '__Host-talk' : 'talk';
  const options = { path: '/', httpOnly: true, sameSite: 'Strict', secure } as const;

  // Kept in memory: a question for news is read only, and must not cost the database a write of its own.
  const asks = new Map<string, { count: number; since: number }>();

  const mayOpen = async (link: string, conversation: string, at: number): Promise<boolean> =>
    (await isWithinLimit(store, `talk link ${link}`, linkLimit, at)) &&
    isWithinLimit(store, `talk open ${conversation}`, openLimit, at);

  return {
    /**
     * Uses a link up. `browser` is a secret that the page made before it asked: when the answer is lost on the way, the
     * same browser asks again and gets in; any other finds the link spent. False for a link that is late, spent, forged or tried too often.
     */
    async open(c: Context, link: string, browser: string): Promise<boolean> {
      const at = now();
      const hash = tokenHash(link);
      const [row] = await store.read(linkOf(sql, hash));
      if (!row || !(await mayOpen(hash, row.conversation_id, at))) return false;
      const value = newToken(random);
      const before = getCookie(c, name);
      const committed = await store.commit([
        { query: spendLink(sql, hash, tokenHash(browser), at), expect: 1 },
        ...(before ? [{ query: endSession(sql, tokenHash(before)) }] : []),
        {
          query: addSession(sql, {
            hash: tokenHash(value),
            conversation_id: row.conversation_id,
            created_at: at,
            expires_at: at + SESSION_MS,
            seen_at: at,
            minute: 0,
            sent: 0,
          }),
        },
      ]);
      if (committed.ok) setCookie(c, name, value, { ...options, maxAge: SESSION_MS / 1000 });
      return committed.ok;
    },

    /** The conversation whose page this browser has open. */
    async who(c: Context): Promise<PageRow | null> {
      const value = getCookie(c, name);
      if (!value) return null;
      const [row] = await store.read(pageOf(sql, tokenHash(value), now()));
      return row ?? null;
    },

    /** Counts a question for news, in this process; false when there were too many of them. */
    mayAsk({ hash }: PageRow): boolean {
      const at = now();
      const counted = asks.get(hash);
      if (counted && Math.abs(at - counted.since) <= askLimit.windowMs)
        return ++counted.count <= askLimit.max;
      if (asks.size >= MOST_PAGES)
        for (const [page, { since }] of asks) if (Math.abs(at - since) > askLimit.windowMs) asks.delete(page);
      asks.set(hash, { count: 1, since: at });
      return true;
    },

    /** Counts something sent; false when it is too much for now. */
    async maySend({ hash }: PageRow): Promise<boolean> {
      const minute = Math.floor(now() / 60_000);
      const counted = await store.commit([{ query: countSent(sql, hash, minute, MOST_A_MINUTE), expect: 1 }]);
      return counted.ok;
    },

    /** This browser forgets the talk. */
    async leave(c: Context): Promise<void> {
      const value = getCookie(c, name);
      if (value) await store.commit([{ query: endSession(sql, tokenHash(value)) }]);
      deleteCookie(c, name, options);
    },
  };
}

export type TalkSessions = ReturnType<typeof talkSessions>;
