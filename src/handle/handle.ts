import { entryWrite } from '../audit/entry.ts';
import { newSnapshot } from '../conversation/begin.ts';
import type { Facts } from '../conversation/draft.ts';
import type { Effect } from '../conversation/effect.ts';
import type { Event } from '../conversation/event.ts';
import { fallbackStep } from '../conversation/fallback.ts';
import type { Flow } from '../conversation/flow.ts';
import { recentTexts } from '../conversation/recent.ts';
import type { Snapshot } from '../conversation/snapshot.ts';
import type { Refusal } from '../conversation/staff.ts';
import { reopens, type Stepped, step } from '../conversation/step.ts';
import type { Log } from '../diagnostic/log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Detect, Finding } from '../risk/finding.ts';
import { type ConversationQueries, conversationQueries } from '../store/queries/conversation.ts';
import { type Store, StoreUnavailable, type Write } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { eraseMessage, eraseResident, meetUnsend } from './erase.ts';
import { createWorld, loadPageSeen, loadSituation, type Opened, type Situation, type World } from './load.ts';
import { createMemory, type Known, type Memory } from './memory.ts';
import { incomingOf } from './record.ts';
import { forLine, type TalkLinks } from './talk-links.ts';
import { type Decided, sealSnapshot, writesOf } from './writes.ts';

/** A resident by LINE account (perhaps for the first time), or a conversation that exists. */
export type Target = { channel: string; userId: string } | { conversationId: string };

/**
 * What became of an event. `repeated`: it had been applied before. `erased`: by it the resident's data were deleted. `refused`: a counselor's action has no place now.
 * `unknown`: no such conversation. `unavailable`: the database does not answer; nothing happened, trying again helps.
 */
export type Handled =
  | { ok: true; conversationId: string; repeated: boolean; erased?: boolean }
  | { ok: false; why: 'refused'; refusal: Refusal }
  | { ok: false; why: 'unknown' | 'unavailable' };

export type Handle = (target: Target, event: Event) => Promise<Handled>;

export type HandleDeps = {
  store: Store;
  vault: Vault;
  /** The flow in force; publishing swaps it. */
  flow(): Flow;
  detect: Detect;
  now(): number;
  uuid(): string;
  /** A trial with 例 values, which publishing begins and ends: the first message says so. */
  trial(): boolean;
  log: Log;
  outbox: Pick<Outbox, 'compose' | 'sending'>;
  /** Links to the resident's own page, for flows with `desk.talk: web`. */
  links: TalkLinks;
  /** Called after each commit: consoles may look again. */
  committed(conversationId: string, what: { said: boolean; changed: boolean }): void;
};

type Inside = HandleDeps & { queries: ConversationQueries; world: World; memory: Memory };

/** Two processes can meet on one conversation a few times in a row; this many meetings mean something is wrong. */
const MOST_TRIES = 20;

/**
 * Applies events, one after the other for each resident, in parallel for different ones. Everything an event changes
 * is committed once; sending starts after that and is not waited for. When loading or deciding fails, the resident still gets an answer and the talk opens
 * to humans (DESIGN 1).
 */
export function createHandle(handleDeps: HandleDeps): Handle {
  const queries = conversationQueries(handleDeps.store.sql);
  const world = createWorld({ store: handleDeps.store, queries });
  const deps: Inside = { ...handleDeps, queries, world, memory: createMemory() };
  const lines = new Map<string, Promise<unknown>>();
  return (target, event) => {
    const conversationId =
      'conversationId' in target
        ? target.conversationId
        : deps.vault.pseudonym(target.channel, target.userId);
    const before = lines.get(conversationId) ?? Promise.resolve();
    const mine = before.then(() => apply(deps, conversationId, target, event));
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (lines.get(conversationId) === settled) lines.delete(conversationId);
      });
    lines.set(conversationId, settled);
    return mine;
  };
}

async function apply(deps: Inside, conversationId: string, target: Target, event: Event): Promise<Handled> {
  const { memory } = deps;
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      // Refused, it is asked for.
      const known = memory.take(conversationId);
      const decision = await decide(deps, conversationId, target, event, speaks(event) ? known : undefined);
      if ('answer' in decision) return decision.answer;
      const committed = await deps.store.commit(decision.writes);
      if (committed.ok) {
        decision.send();
        if (decision.becomes) memory.keep(decision.becomes);
        const has = (kind: Effect['kind']) => decision.effects.some((effect) => effect.kind === kind);
        deps.world.moved(...decision.moved);
        if (has('erase') || event.kind === 'unsend') await deps.store.scrub();
        deps.committed(conversationId, { said: has('say'), changed: has('notify') });
        return { ok: true, conversationId, repeated: false, erased: has('erase') };
      }
      if (committed.why === 'repeated') return { ok: true, conversationId, repeated: true };
      // A timer that was set anew meanwhile is no event any more.
      if (committed.why === 'refused' && event.kind === 'timer')
        return { ok: true, conversationId, repeated: true };
    }
    throw new Error('a conversation stayed stale');
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    deps.log({ event: 'store-unavailable' });
    return { ok: false, why: 'unavailable' };
  }
}

/** Once the writes are committed, `send` is called, and the conversation stands as it `becomes`, where that may be remembered. */
type Decision =
  | { answer: Handled }
  | {
      writes: Write[];
      effects: Effect[];
      moved: Parameters<World['moved']>;
      becomes: Known | null;
      send(): void;
    };

/** Loads what is not known, decides, and lists the writes; commits only where there is no conversation to change. */
async function decide(
  deps: Inside,
  conversationId: string,
  target: Target,
  event: Event,
  known: Known | undefined,
): Promise<Decision> {
  const { store, vault, outbox } = deps;
  const now = deps.now();
  const flow = deps.flow();
  const messageKey = messageKeyOf(vault, event);
  const load = () => loadSituation(deps, { conversationId, eventId: event.id, messageKey });
  const { row, opened, tombstone, pending } = known
    ? recalled(known, outbox.sending(conversationId))
    : await load();
  const world = await deps.world.facts(now);
  const pageSeenAt = flow.desk.talk === 'web' ? await loadPageSeen(deps, conversationId) : null;
  if (tombstone === 'applied') return { answer: { ok: true, conversationId, repeated: true } };
  const takenBack = tombstone === 'taken-back';
  if (opened?.state === 'broken') deps.log({ event: 'conversation-unreadable' });
  const erasures =
    event.kind === 'unsend' ? await eraseMessage(store, vault, conversationId, event.messageId, now) : [];
  const nothingMore: Decision = { answer: { ok: true, conversationId, repeated: false } };
  const userId = 'userId' in target ? target.userId : null;
  if (isNothing(opened)) {
    if (event.kind === 'unsend') {
      await store.commit(erasures);
      // Another process may have taken the message in before that (see `meetUnsend`).
      if (!isNothing((await load()).opened)) return decide(deps, conversationId, target, event, undefined);
    }
    if (event.kind === 'unsend' || event.kind === 'unfollow') return nothingMore;
    if (!speaks(event)) return { answer: { ok: false, why: 'unknown' } };
  }

  const old = opened?.state === 'open' ? opened : null;
  const heard = takenBack ? null : listen(deps, event, old?.snapshot ?? null);
  const finding = heard?.finding ?? null;
  const opensNew = old === null || reopens(flow, old.snapshot, event, finding);
  const begun = opensNew ? newSnapshot(flow, row?.language, row !== undefined) : old.snapshot;
  const facts: Facts = { ...world, now, trial: deps.trial(), pageSeenAt };
  const stepped = takenBack
    ? ({ ok: true, snapshot: begun, effects: [] } as const)
    : opened?.state === 'broken' || heard?.failed
      ? fallbackStep(flow, begun, facts, finding, event.from)
      : stepSafely(deps, flow, begun, event, facts, finding);
  if (!stepped.ok) return { answer: { ok: false, why: 'refused', refusal: stepped.refusal } };

  const { snapshot, token } = handOverToken(stepped.snapshot, stepped.effects);
  const stands = {
    conversationId,
    version: (row?.version ?? 0) + 1,
    key: opensNew ? vault.newDataKey() : old.key,
    snapshot,
  };
  const decided: Decided = {
    event,
    messageKey,
    ...stands,
    sealedSnapshot: sealSnapshot(vault, stands),
    now,
    ...(known
      ? { assumed: { sealed: known.sealed_snapshot, consultation: known.consultation_id, pending } }
      : {}),
    consultationId: opensNew || !row ? deps.uuid() : row.consultation_id,
    before: opensNew ? null : begun,
    was: row?.state ?? null,
    effects: [...stepped.effects],
    incoming: takenBack ? { kind: 'erased' } : incomingOf(event, flow, begun.language),
    token,
    finding,
    unreachable: event.kind === 'unfollow' || (!speaks(event) && row?.unreachable === 1),
    ...(row || userId === null ? {} : { sealedUser: vault.sealUser(conversationId, userId) }),
    ...(opensNew ? { opening: { inHours: flow.desk.at(now).open, returning: begun.returning } } : {}),
  };
  const erases = stepped.effects.some(({ kind }) => kind === 'erase');
  const speaking = erases ? { consultationId: deps.uuid(), key: vault.newDataKey() } : decided;
  const outgoing = forLine(deps.links, decided);
  const said = outbox.compose({
    conversationId,
    consultationId: speaking.consultationId,
    dataKey: speaking.key,
    version: decided.version,
    says: outgoing.says,
    token: decided.token,
    recorded: outgoing.asDecided,
    pending,
  });
  const writes = erases
    ? eraseResident(deps, decided, flow, speaking)
    : [...writesOf(deps, decided), ...erasures];
  if (isNothing(opened) && messageKey && !takenBack) writes.push(...meetUnsend(store, messageKey, now));
  if (opened?.state === 'broken')
    writes.push(
      entryWrite(store.sql, { at: now, what: 'unreadable', consultation: row?.consultation_id ?? null }),
    );
  return {
    writes: [...writes, ...outgoing.writes, ...said.writes],
    effects: decided.effects,
    moved: [old?.snapshot.talk ?? null, erases ? null : snapshot.talk],
    becomes: erases || event.kind === 'unsend' ? null : becoming(decided),
    send: said.send,
  };
}

/** No conversation, or nothing left of it. */
const isNothing = (opened: Opened | null): opened is { state: 'forgotten' } | null =>
  opened === null || opened.state === 'forgotten';

/** What was committed last by this process stands, or the commit will be refused. */
const recalled = (row: Known, pending: boolean): Situation => ({
  row,
  opened: { state: 'open', key: row.key, snapshot: row.snapshot },
  tombstone: null,
  pending,
});

const becoming = ({
  conversationId: id,
  version,
  consultationId,
  key,
  snapshot,
  sealedSnapshot,
  unreachable,
}: Decided): Known => ({
  id,
  version,
  state: snapshot.talk.state,
  consultation_id: consultationId,
  language: snapshot.language,
  unreachable: unreachable ? 1 : 0,
  sealed_snapshot: sealedSnapshot,
  key,
  snapshot,
});

/** The resident is there: reachable again, and able to begin a consultation. */
const speaks = ({ kind }: Event): boolean =>
  kind === 'text' || kind === 'choice' || kind === 'media' || kind === 'follow';

/** By what an unsend will find this event. */
const messageKeyOf = (vault: Vault, event: Event): string | null =>
  (event.kind === 'text' || event.kind === 'media') && event.messageId
    ? vault.messageKey(event.messageId)
    : null;

/** Words are looked at in every state. Where the detector itself fails, humans look instead. */
function listen(
  deps: HandleDeps,
  event: Event,
  snapshot: Snapshot | null,
): { finding: Finding | null; failed: boolean } {
  if (event.kind !== 'text') return { finding: null, failed: false };
  try {
    return { finding: deps.detect(event.text, recentTexts(snapshot)), failed: false };
  } catch (error) {
    deps.log({ event: 'detect-failed', error: nameOf(error) });
    return { finding: null, failed: true };
  }
}

function stepSafely(
  deps: HandleDeps,
  flow: Flow,
  snapshot: Snapshot,
  event: Event,
  facts: Facts,
  finding: Finding | null,
): Stepped {
  try {
    return step(flow, snapshot, event, facts, finding);
  } catch (error) {
    deps.log({ event: 'step-failed', kind: event.kind, error: nameOf(error) });
    return fallbackStep(flow, snapshot, facts, finding, event.from);
  }
}

/** Messages of errors could hold words of a resident; their class does not. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** A reply token is used once: by the first saying of this event, or kept for whoever speaks next. */
function handOverToken(
  snapshot: Snapshot,
  effects: readonly Effect[],
): { snapshot: Snapshot; token: Snapshot['token'] } {
  const says = effects.some((effect) => effect.kind === 'say' && effect.saying.where !== 'web');
  return says ? { snapshot: { ...snapshot, token: null }, token: snapshot.token } : { snapshot, token: null };
}
