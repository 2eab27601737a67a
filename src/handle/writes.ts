import type { CompiledQuery } from 'kysely';
import { entryWrite } from '../audit/entry.ts';
import type { Effect } from '../conversation/effect.ts';
import type { Event, ReplyToken } from '../conversation/event.ts';
import { menuFor } from '../conversation/menu.ts';
import type { Snapshot } from '../conversation/snapshot.ts';
import { type Finding, rank } from '../risk/finding.ts';
import { addReferral } from '../store/queries/aside.ts';
import type { ConversationQueries } from '../store/queries/conversation.ts';
import { changeMenu } from '../store/queries/menu.ts';
import type { Store, Write } from '../store/store.ts';
import type { TalkState } from '../store/tables.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { type EventRecord, type Incoming, sealContext } from './record.ts';

/** Everything known about one event once it is decided. */
export type Decided = {
  event: Event;
  /** The keyed form of LINE's id of the message, where it is one. */
  messageKey: string | null;
  conversationId: string;
  /** The version this event makes. */
  version: number;
  now: number;
  /** Decided from memory: the consultation that is taken to be readable still, and whether something is known to be under way. */
  assumed?: { sealed: string; consultation: string; pending: boolean };
  consultationId: string;
  key: DataKey;
  snapshot: Snapshot;
  /** The same as the row holds it; see `sealSnapshot`. */
  sealedSnapshot: string;
  before: Snapshot | null;
  /** Who had the talk before, as stored; null at first contact. */
  was: TalkState | null;
  effects: Effect[];
  incoming: Incoming | undefined;
  /** The reply token this event may use; goes to its first saying. */
  token: ReplyToken | null;
  finding: Finding | null;
  unreachable: boolean;
  /** Given when the conversation is new. */
  sealedUser?: string;
  /** Given when this event opens a consultation. */
  opening?: { inHours: boolean; returning: boolean };
};

export type Writers = {
  store: Store;
  queries: ConversationQueries;
  vault: Vault;
  uuid(): string;
};

const write = (query: CompiledQuery<unknown>, expect?: number): Write => ({
  query,
  ...(expect === undefined ? {} : { expect }),
});

/** What an event writes, the event row first (see `Committed`); what it says is added by the outbox. */
export function writesOf(writers: Writers, decided: Decided): Write[] {
  const { effects } = decided;
  return [
    eventWrite(writers, decided),
    ...timerTaken(writers, decided),
    conversationWrite(writers, decided),
    ...menuWrites(writers, decided),
    ...consultationWrites(writers, decided),
    ...effects.flatMap((effect) => effectWrites(writers, decided, effect)),
    ...referralWrites(writers, decided),
    ...auditWrites(writers, decided),
  ];
}

/** A referral is kept in the same commit as the card that the resident gets: neither is there without the other. */
function referralWrites({ store }: Writers, { event, consultationId, now }: Decided): Write[] {
  if (event.kind !== 'refer') return [];
  const row = {
    id: event.id.replace(/^staff:/u, ''),
    consultation_id: consultationId,
    window_id: event.card.id,
    staff_id: event.staff,
    consent: event.consent ? 1 : 0,
    outcome: null,
    at: now,
    outcome_at: null,
  };
  return [write(addReferral(store.sql, row))];
}

/** What a person did goes into the log; of its words, nothing. A resident's own words are no access and no change. */
function auditWrites({ store }: Writers, { event, consultationId, now }: Decided): Write[] {
  if (!('staff' in event) || event.kind === 'owner-gone') return [];
  const what = event.kind === 'refer' ? ('referral' as const) : event.kind;
  const entry = { at: now, what, staff: event.staff, consultation: consultationId };
  return [entryWrite(store.sql, { ...entry, detail: detailOf(event) })];
}

function detailOf(event: Event): Record<string, string> {
  if (event.kind === 'set-level') return { level: event.level };
  if (event.kind === 'mute') return { minutes: String(event.minutes) };
  if (event.kind === 'flag') return { kind: event.what };
  if (event.kind === 'close') return { outcome: event.outcome };
  if (event.kind === 'refer') return { window: event.card.id };
  if (event.kind === 'set-categories') return { categories: event.categories.join(' ') };
  if (event.kind === 'transfer') return { to: event.to ?? 'queue' };
  return {};
}

function eventWrite({ queries, vault }: Writers, decided: Decided): Write {
  const { event, conversationId, version, finding, incoming, effects, key } = decided;
  const notes = effects.flatMap((effect) => (effect.kind === 'note' ? [effect.text] : []));
  const record: EventRecord = {
    ...(incoming ? { in: incoming } : {}),
    ...(finding && finding.level !== 'none' ? { risk: finding } : {}),
    said: effects.flatMap((effect) => (effect.kind === 'say' ? [effect.saying] : [])),
    ...(notes.length ? { notes } : {}),
    ...(decided.token ? { token: decided.token.token } : {}),
  };
  return write(
    queries.addEvent({
      conversation_id: conversationId,
      version,
      id: event.id,
      consultation_id: decided.consultationId,
      kind: event.kind,
      at: event.at,
      applied_at: decided.now,
      staff_id: 'staff' in event ? event.staff : null,
      message_key: decided.messageKey,
      level: rank(finding?.level ?? 'none'),
      sealed: vault.seal(key, sealContext.event(conversationId, version), JSON.stringify(record)),
    }),
  );
}

/** A timer event counts only while its timer still stands as it was read; a newer one refuses the whole commit. */
function timerTaken({ store }: Writers, { event, conversationId }: Decided): Write[] {
  if (event.kind !== 'timer') return [];
  const query = store.sql
    .deleteFrom('timer')
    .where('conversation_id', '=', conversationId)
    .where('name', '=', event.name)
    .where('due_at', '=', event.at)
    .compile();
  return [write(query, 1)];
}

export function sealSnapshot(
  vault: Vault,
  {
    conversationId,
    version,
    key,
    snapshot,
  }: Pick<Decided, 'conversationId' | 'version' | 'key' | 'snapshot'>,
): string {
  return vault.seal(key, sealContext.snapshot(conversationId, version), JSON.stringify(snapshot));
}

function conversationWrite({ queries }: Writers, decided: Decided): Write {
  const { conversationId, version, snapshot, now, event } = decided;
  const row = {
    id: conversationId,
    version,
    state: snapshot.talk.state,
    level: rank(snapshot.talk.level),
    // While waiting: whom a transfer is meant for.
    owner: snapshot.talk.owner ?? snapshot.talk.wanted,
    consultation_id: decided.consultationId,
    language: snapshot.language,
    topic: snapshot.topic,
    unreachable: decided.unreachable ? 1 : 0,
    sealed_snapshot: decided.sealedSnapshot,
    waiting_since: snapshot.talk.waitingSince,
    resident_at: snapshot.residentAt,
    updated_at: now,
    counselor_at: event.kind === 'reply' || event.kind === 'refer' ? now : null,
  };
  if (decided.sealedUser !== undefined)
    return write(queries.add({ ...row, sealed_user: decided.sealedUser, created_at: now }));
  const { assumed, messageKey } = decided;
  if (assumed === undefined) return write(queries.change(row), 1);
  const found = {
    wasSealed: assumed.sealed,
    wasConsultation: assumed.consultation,
    pending: assumed.pending ? 1 : 0,
    message: messageKey ?? event.id,
    event: event.id,
  };
  return write(queries.changeKnown({ ...row, ...found }), 1);
}

/**
 * The rich menu follows who has the talk; LINE is told afterwards (`menus.ts`). Whoever comes back gets it anew, because LINE
 * may not have taken a change while the account was blocked.
 */
function menuWrites({ store }: Writers, decided: Decided): Write[] {
  const { was, snapshot, event, conversationId, version, now } = decided;
  if (was === null) return [];
  if (menuFor(was) === menuFor(snapshot.talk.state) && event.kind !== 'follow') return [];
  return [write(changeMenu(store.sql, { conversation_id: conversationId, version, due_at: now }))];
}

/** The fact row: opened with the first event, brought up to date when something countable happened. */
function consultationWrites({ queries, vault }: Writers, decided: Decided): Write[] {
  const { consultationId, conversationId, snapshot, before, effects, now, key, opening } = decided;
  const { counts } = snapshot;
  const facts = effects.flatMap((effect) => (effect.kind === 'fact' ? [effect.fact.fact] : []));
  const closed = effects.find((effect) => effect.kind === 'close');
  const nowIf = (happened: boolean) => (happened ? now : null);
  const row = {
    id: consultationId,
    level: rank(snapshot.talk.level),
    categories: snapshot.categories.join(' '),
    messages_in: counts.resident,
    messages_bot: counts.bot,
    messages_counselor: counts.counselor,
    handed_off_at: nowIf(facts.includes('handed-off')),
    accepted_at: nowIf(facts.includes('accepted')),
    first_response_at: nowIf(facts.includes('first-response')),
    closed_at: nowIf(closed !== undefined),
    outcome: closed?.outcome ?? null,
  };
  if (opening)
    return [
      write(
        queries.addConsultation({
          ...row,
          conversation_id: conversationId,
          sealed_key: vault.wrap(key, consultationId),
          opened_at: now,
          in_hours: opening.inHours ? 1 : 0,
          returning: opening.returning ? 1 : 0,
        }),
      ),
    ];
  const changed =
    facts.length > 0 ||
    closed ||
    snapshot.talk.level !== before?.talk.level ||
    row.categories !== before?.categories.join(' ');
  return changed ? [write(queries.changeConsultation(row))] : [];
}

function effectWrites(
  { store, queries }: Writers,
  { conversationId, consultationId, now }: Decided,
  effect: Effect,
): Write[] {
  switch (effect.kind) {
    case 'start-timer':
      return [
        write(queries.startTimer({ conversation_id: conversationId, name: effect.name, due_at: effect.at })),
      ];
    case 'cancel-timer':
      return [write(queries.stopTimer({ conversation_id: conversationId, name: effect.name }))];
    case 'close':
      return [write(store.sql.deleteFrom('timer').where('conversation_id', '=', conversationId).compile())];
    case 'notify':
      return [write(queries.notify({ at: now, consultation_id: consultationId, what: effect.what }))];
    default:
      return [];
  }
}
