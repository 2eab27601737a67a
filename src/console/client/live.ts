import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Finds, need } from './api.ts';

/** Whether what is on the screen is what the server knows. */
export type Connection = 'live' | 'reconnecting';

/** What this console tells with each request: who looks at what, whether they write, whether a person is there. */
const self = { viewing: '', writing: false, active: true };

export function tellViewing(consultation: string): void {
  self.viewing = consultation;
  self.writing = false;
}

export function tellWriting(writing: boolean): void {
  self.writing = writing;
}

/** Shorter than the 30 s that presence lasts, also when an answer takes a while. */
const holdSeconds = 12;

/**
 * Follows the change feed for as long as the console is open: each change makes the queries it touches load again.
 * After a break everything is loaded anew.
 */
export function useLive(onSignedOut: () => void): Connection {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>('live');

  useEffect(() => {
    const stop = new AbortController();
    const noticed = () => {
      self.active = true;
    };
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, noticed, { signal: stop.signal });
    void follow(queries, stop.signal, setConnection, onSignedOut);
    return () => stop.abort();
  }, [queries, onSignedOut]);

  return connection;
}

async function follow(
  queries: QueryClient,
  stop: AbortSignal,
  report: (connection: Connection) => void,
  signedOut: () => void,
): Promise<void> {
  let cursor: string | undefined;
  let failures = 0;
  while (!stop.aborted) {
    try {
      const query = {
        ...(cursor === undefined ? {} : { after: cursor }),
        wait: String(holdSeconds),
        viewing: self.viewing,
        writing: self.writing ? '1' : '0',
        active: self.active ? '1' : '0',
      };
      self.active = false;
      const answer = await need(api.changes.$get({ query }, { init: { signal: untilOffline(stop) } }));
      if (stop.aborted) return;
      if (cursor === undefined || failures > 0) void queries.invalidateQueries();
      else if (answer.changes.length > 0) refresh(queries, answer.changes);
      cursor = answer.cursor;
      failures = 0;
      report('live');
    } catch (fault) {
      if (stop.aborted) return;
      if ((fault as { status?: number }).status === 401) return signedOut();
      failures += 1;
      if (failures > 1 || !navigator.onLine) report('reconnecting');
      await pause(Math.min(500 * 2 ** failures, 5000), stop);
    }
  }
}

function refresh(
  queries: QueryClient,
  changes: readonly { consultation: string | null; what: string }[],
): void {
  void queries.invalidateQueries({ queryKey: ['queue'] });
  void queries.invalidateQueries({ queryKey: ['wall'] });
  if (changes.some((change) => change.what === 'presence'))
    void queries.invalidateQueries({ queryKey: ['session'] });
  if (changes.some((change) => change.what === 'alert' || change.what === 'queue'))
    void queries.invalidateQueries({ queryKey: ['alerts'] });
  if (changes.some((change) => change.what === 'approval'))
    void queries.invalidateQueries({ queryKey: ['approvals'] });
  if (changes.some((change) => change.what === 'retention'))
    void queries.invalidateQueries({ queryKey: ['retention'] });
  const touched = new Set(changes.map((change) => change.consultation));
  dropFound(queries, touched);
  for (const consultation of touched)
    void queries.invalidateQueries({ queryKey: consultation === null ? ['talk'] : ['talk', consultation] });
}

/**
 * What a search shows of a consultation may since be taken back or forgotten: that one leaves the list. The search is not made
 * again by itself: a person asks for it, and each asking is logged.
 */
function dropFound(queries: QueryClient, touched: ReadonlySet<string | null>): void {
  queries.setQueriesData<InfiniteData<Finds>>(
    { queryKey: ['search'] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          found: page.found.filter(({ id }) => !touched.has(id)),
        })),
      },
  );
}

/** Aborts when the page is left, and as soon as the browser knows that the network is gone. */
function untilOffline(stop: AbortSignal): AbortSignal {
  const lost = new AbortController();
  addEventListener('offline', () => lost.abort(), { once: true, signal: stop });
  return AbortSignal.any([stop, lost.signal]);
}

/** Waits, or less when the network comes back or the page is left. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    stop.addEventListener('abort', done, { once: true });
  });
}
