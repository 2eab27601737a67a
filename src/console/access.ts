import type { Scope } from '../store/queries/scope.ts';

/**
 * Who may do what, as data: role × situation → actions. A person has one or more roles and may do what any of them
 * may. Tested cell by cell, so a change here shows as a change of the test.
 */
export const roles = ['counselor', 'supervisor', 'editor', 'admin', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Where a consultation stands, seen by one person. */
export const situations = ['bot', 'waiting', 'mine', 'theirs', 'closed'] as const;
export type Situation = (typeof situations)[number];

export const talkActions = [
  'read',
  'accept',
  'take-over',
  'reply',
  'give-back',
  'close',
  'set-level',
  'set-categories',
  'transfer',
  'note',
  'assess',
  'refer',
  'mute',
  'flag',
  'open-identity',
  'disclose',
] as const;
export type TalkAction = (typeof talkActions)[number];

const own = [
  'read',
  'reply',
  'give-back',
  'close',
  'set-level',
  'set-categories',
  'transfer',
  'note',
  'assess',
  'refer',
  'mute',
  'flag',
] as const;
const none = { bot: [], waiting: [], mine: [], theirs: [], closed: [] } as const;

const ask = ['open-identity', 'disclose'] as const;

/** A talk with the bot alone is nobody's to read but the supervisor's: the resident did not ask for a person. */
export const talkTable: Record<Role, Record<Situation, readonly TalkAction[]>> = {
  counselor: {
    bot: [],
    waiting: ['read', 'accept', 'open-identity'],
    mine: [...own, 'open-identity'],
    theirs: ['read', 'open-identity'],
    closed: ['read', 'note', 'open-identity'],
  },
  supervisor: {
    bot: ['read', 'mute', ...ask],
    waiting: ['read', 'accept', 'set-level', 'set-categories', 'note', 'mute', 'flag', ...ask],
    mine: [...own, ...ask],
    theirs: ['read', 'take-over', 'set-level', 'set-categories', 'note', 'mute', 'flag', ...ask],
    closed: ['read', 'note', ...ask],
  },
  editor: none,
  admin: none,
  auditor: none,
};

export const officeActions = [
  'queue',
  'duty',
  'wall',
  'search',
  'directory',
  'canned',
  'people',
  'log',
  'approve',
  'retention',
] as const;
/** What is not about one consultation. `canned`: change the canned replies (reading them is part of `queue`). */
export type OfficeAction = (typeof officeActions)[number];

export const officeTable: Record<Role, readonly OfficeAction[]> = {
  counselor: ['queue', 'duty', 'directory'],
  supervisor: ['queue', 'duty', 'wall', 'search', 'directory', 'canned', 'approve', 'retention'],
  editor: ['directory', 'canned'],
  admin: ['directory', 'canned', 'people', 'log', 'approve', 'retention'],
  auditor: ['log'],
};

/** Roles that sign in with a second factor. */
export const strongRoles: readonly Role[] = ['supervisor', 'admin'];

/** What a person's sight depends on. `topics` holds category ids, or `*`; empty sees nothing. */
export type Viewer = { id: string; roles: readonly Role[]; topics: readonly string[] };

/** The few facts of a consultation that access depends on. `level` 0 none … 3 imminent. */
export type Standing = {
  state: 'bot' | 'waiting' | 'human' | 'closed';
  owner: string | null;
  topic: string | null;
  level: number;
};

/** From this level (high) on the topic limits nobody. */
export const everybodyFrom = 2;

export function situationOf(viewer: Viewer, standing: Standing): Situation {
  if (standing.state === 'human') return standing.owner === viewer.id ? 'mine' : 'theirs';
  return standing.state;
}

/**
 * Whether the topic lets the person see it. A consultation without a topic is for those with all topics only. From
 * `high` on everybody sees it: danger to life is the exception to secrecy that the resident was told of, and one
 * counselor on duty with a narrow topic must not leave a person in danger unseen.
 */
export function withinTopics(viewer: Viewer, standing: Standing): boolean {
  if (viewer.topics.length === 0) return false;
  if (viewer.topics.includes('*') || standing.owner === viewer.id || standing.level >= everybodyFrom)
    return true;
  return standing.topic !== null && viewer.topics.includes(standing.topic);
}

/** Everything the person may do with it now, in the table's order; empty also means: does not exist for them. */
export function allowed(viewer: Viewer, standing: Standing): TalkAction[] {
  if (!withinTopics(viewer, standing)) return [];
  const situation = situationOf(viewer, standing);
  return talkActions.filter((action) =>
    viewer.roles.some((role) => talkTable[role][situation].includes(action)),
  );
}

/**
 * What to answer when somebody wants to do something: `absent` (404) when they may not even see it, `forbidden` (403)
 * when no role of theirs may ever do it, `not-now` (409) when only the situation forbids it.
 */
export function judge(viewer: Viewer, standing: Standing, action: TalkAction) {
  const actions = allowed(viewer, standing);
  if (!actions.includes('read')) return 'absent';
  if (actions.includes(action)) return 'allowed';
  const ever = viewer.roles.some((role) => situations.some((s) => talkTable[role][s].includes(action)));
  return ever ? 'not-now' : 'forbidden';
}

export function mayOffice(viewer: Viewer, action: OfficeAction): boolean {
  return viewer.roles.some((role) => officeTable[role].includes(action));
}

/** States whose consultations the person may read at all: what a list query is limited to. */
export function readableStates(viewer: Viewer): Standing['state'][] {
  const readable = (situation: Situation) =>
    viewer.roles.some((role) => talkTable[role][situation].includes('read'));
  const states: Standing['state'][] = [];
  if (readable('bot')) states.push('bot');
  if (readable('waiting')) states.push('waiting');
  if (readable('mine') || readable('theirs')) states.push('human');
  if (readable('closed')) states.push('closed');
  return states;
}

/** The same limits as `withinTopics` and `readableStates`, for a query. */
export function scopeOf(viewer: Viewer): Scope {
  return {
    staff: viewer.id,
    topics: viewer.topics.includes('*') ? 'all' : viewer.topics,
    states: viewer.topics.length === 0 ? [] : readableStates(viewer),
    everybodyFrom,
  };
}
