import type { WindowCard } from '../message/message.ts';
import { japanTime } from './calendar.ts';
import { windowCard } from './card.ts';
import { stateAt } from './state.ts';
import { isConfirmed, isNational, isReachable, LINES, type Window } from './window.ts';

/** What is asked of the directory. Everything given must fit; `ids` names windows outright, in the author's order. */
export type Query = {
  categories: readonly string[];
  ids: readonly string[];
  target?: readonly string[];
  district?: readonly string[];
  /** Languages of which the window must speak one, as far as that is known. */
  language?: readonly string[];
  limit: number;
};

export type Found = {
  cards: WindowCard[];
  /** The limit hid some; ask again with a larger offset. */
  more: boolean;
  /** At least one of the windows on this page is confirmed; a national one counts only where lines were asked for. */
  confirmed: boolean;
};

/**
 * The windows for a query at an instant (ms), as cards in the resident's language: open ones first, then the
 * municipality's own, those without reservation, the confirmed, the one that opens soonest.
 *
 * Where none of the first page is confirmed, it ends with more help: the window for 「迷ったら」, to be visited in
 * person, and a national line. (The desk, which comes before both, is the conversation's to offer.)
 */
export function findWindows(
  windows: readonly Window[],
  query: Query,
  now: number,
  language: string,
  offset = 0,
): Found {
  const byId = new Map(windows.map((window) => [window.id, window]));
  const found = query.ids.length > 0 ? named(query.ids, byId, now) : fitting(windows, query, now, language);
  const page = found.slice(offset, offset + query.limit);
  // Lines asked for as such speak for themselves; beside local windows a national number is no substitute.
  const forLines = query.ids.length > 0 || query.categories.includes(LINES);
  const confirmed = hasConfirmed(forLines ? page : page.filter((window) => !isNational(window)), now);
  if (!confirmed && offset === 0 && !forLines) page.push(...moreHelp(windows, page, now, language));
  return {
    cards: page.map((window) =>
      windowCard(window, now, language, isReachable(window) ? undefined : byId.get(window.via ?? '')),
    ),
    more: found.length > offset + query.limit,
    confirmed,
  };
}

/** Whether some of these windows is confirmed, and so may stand as help on its own: an unconfirmed one never does. */
export const hasConfirmed = (windows: readonly Window[], now: number): boolean =>
  windows.some((window) => isConfirmed(window, japanTime(now).day));

/** The window for 「迷ったら」 and the first national line, open now if any is, unless they are shown already. */
export function moreHelp(
  windows: readonly Window[],
  shown: readonly Window[],
  now: number,
  language: string,
): Window[] {
  const inPerson = windows.find((window) => window.when_unsure);
  const hasLine = shown.some(
    (window) => isNational(window) && stateAt(window, now, language).state === 'open',
  );
  const lines = windows.filter((window) => isNational(window) && window.categories.includes(LINES));
  const [line] = hasLine ? [] : order(lines, undefined, now, language);
  return [inPerson, line].filter((window) => window !== undefined && !shown.includes(window)) as Window[];
}

/** In the order of the author, except that what is closed now goes last. */
function named(ids: readonly string[], byId: ReadonlyMap<string, Window>, now: number): Window[] {
  const found = ids.flatMap((id) => byId.get(id) ?? []);
  const isClosed = (window: Window) => stateAt(window, now, 'ja').state === 'closed';
  return [...found.filter((window) => !isClosed(window)), ...found.filter(isClosed)];
}

function fitting(windows: readonly Window[], query: Query, now: number, language: string): Window[] {
  const fits = (window: Window): boolean =>
    (isReachable(window) || window.via !== undefined) &&
    window.categories.some((category) => query.categories.includes(category)) &&
    isAmong(query.target, window.target) &&
    isAmong(query.district, window.districts) &&
    isAmong(query.language, window.languages);
  return order(windows.filter(fits), query.language, now, language);
}

/** What a window does not say does not shut anybody out. */
const isAmong = (wanted: readonly string[] | undefined, given: readonly string[] | undefined): boolean =>
  wanted === undefined || given === undefined || wanted.some((value) => given.includes(value));

function order(
  windows: readonly Window[],
  wanted: readonly string[] | undefined,
  now: number,
  language: string,
): Window[] {
  const { day } = japanTime(now);
  const keyed = windows.map((window) => {
    const { state, change } = stateAt(window, now, language);
    const key = [
      isReachable(window) ? 0 : 1,
      { open: 0, closed: 1, unknown: 2 }[state],
      wanted?.some((spoken) => window.languages?.includes(spoken)) ? 0 : 1,
      isNational(window) ? 1 : 0,
      window.reservation ? 1 : 0,
      isConfirmed(window, day) ? 0 : 1,
      state === 'closed' ? (change ?? Number.MAX_SAFE_INTEGER) : 0,
    ];
    return { window, key };
  });
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ window }) => window);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
