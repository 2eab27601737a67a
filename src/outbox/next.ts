import { openRecord } from '../handle/record.ts';
import type { DeliveryTable, OutboxTable } from '../store/tables.ts';
import { Unsealable } from '../vault/seal.ts';
import type { DataKey } from '../vault/vault.ts';
import {
  type Body,
  bodyOfRecord,
  deadDelivery,
  type Job,
  lease,
  newDelivery,
  openBody,
  openContent,
  sealed,
  standingOf,
} from './delivery.ts';
import type { Inside } from './deps.ts';
import { fitting, piecesOf, together } from './pack.ts';
import { beforeAttempt, type End, givenUp, isFresh, isThereAgain } from './policy.ts';

/** The next thing to try in a conversation, taken by this process: a delivery that is due, or a new one of what waits. */
export async function nextJob(inside: Inside, conversationId: string): Promise<Job | undefined> {
  const { store, queries, now } = inside;
  // After most answers there is nothing more, and that is asked of two indexes alone.
  if ((await store.read(queries.pending(conversationId))).length === 0) return undefined;
  // In this order: what was frozen between the two reads shows in the second.
  const waiting = await store.read(queries.waiting(conversationId));
  const [live] = await store.read(queries.liveDelivery(conversationId));
  if (!live) return freezeWaiting(inside, waiting);
  const frozen = live.state === 'frozen';
  const hasToken = live.via === 'reply' && isFresh(live.token_at, now());
  if (frozen && live.doubt === 0 && !hasToken && waiting.some((row) => isFresh(row.token_at, now())))
    return thaw(inside, live, waiting);
  const standing = { attempts: live.attempts, dueAt: live.due_at };
  const early = frozen && live.doubt === 1 && waiting.some((row) => isThereAgain(standing, row.token_at));
  return early || live.due_at <= now() ? takeUp(inside, live) : undefined;
}

async function takeUp(inside: Inside, live: DeliveryTable): Promise<Job | undefined> {
  const { store, queries, quota, now } = inside;
  // A lease that ran out: its process died, perhaps after LINE had taken the message.
  const doubt = live.doubt === 1 || live.state === 'sending';
  const course = beforeAttempt({ ...standingOf(live), doubt }, now(), quota?.low() ?? false);
  if ('state' in course) return endLive(inside, live, doubt, course);
  const content = await bodyOf(inside, live);
  if (!content.ok) return endLive(inside, live, doubt, givenUp(doubt, content.why));
  const row = {
    ...live,
    state: 'sending' as const,
    via: course.via,
    doubt: doubt ? 1 : 0,
    attempts: live.attempts + 1,
    first_attempt_at: live.first_attempt_at ?? now(),
    due_at: now() + lease,
  };
  const { state, via, attempts, first_attempt_at, due_at } = row;
  const change = { state, via, doubt: row.doubt, attempts, first_attempt_at, due_at };
  const committed = await store.commit([queries.changeDelivery(live, change)]);
  return committed.ok ? { row, body: content.body, dataKey: content.dataKey } : undefined;
}

/** Makes one delivery of as many waiting rows as fit. */
async function freezeWaiting(inside: Inside, waiting: readonly OutboxTable[]): Promise<Job | undefined> {
  const [oldest] = waiting;
  if (!oldest) return undefined;
  const fit = await openFitting(inside, waiting, 0);
  if ('broken' in fit) return setAside(inside, fit.broken, fit.why);
  const { rows } = fit;
  const token = await tokenFor(inside, rows, waiting);
  const routine = rows.every(({ row }) => row.kind === 'routine');
  if (routine && !token && inside.quota?.low()) return setAside(inside, oldest, 'quota-kept');
  return born(inside, { rows, thawed: undefined, token });
}

/** Puts the messages of a delivery that never arrived, and what fits behind them, on a fresh reply token. */
async function thaw(
  inside: Inside,
  live: DeliveryTable,
  waiting: readonly OutboxTable[],
): Promise<Job | undefined> {
  const content = await bodyOf(inside, live);
  if (!content.ok) return endLive(inside, live, false, givenUp(false, content.why));
  const { body, dataKey } = content;
  const fit = await openFitting(inside, waiting, body.messages.length);
  if ('broken' in fit) return setAside(inside, fit.broken, fit.why);
  const token = await tokenFor(inside, fit.rows, waiting);
  return token ? born(inside, { rows: fit.rows, thawed: { row: live, body, dataKey }, token }) : undefined;
}

type Opened = {
  row: OutboxTable;
  dataKey: DataKey;
  saying: ReturnType<typeof openContent>['saying'];
  token?: string;
  messages: readonly string[];
};

/** A reply token of a waiting row, which is spent by taking it. */
type Taken = { token: string; at: number; from: OutboxTable };

async function born(
  inside: Inside,
  { rows, thawed, token }: { rows: readonly Opened[]; thawed: Job | undefined; token: Taken | undefined },
): Promise<Job | undefined> {
  const { store, queries, vault, render, now, uuid } = inside;
  const first = thawed?.row ?? rows[0]?.row;
  // What of an earlier consultation is still to be sent goes with the last one's: it leaves the database with the sending.
  const last = rows.at(-1) ?? thawed;
  if (!first || !last) return undefined;
  const job = newDelivery({
    id: uuid(),
    place: {
      conversation_id: first.conversation_id,
      consultation_id: last.row.consultation_id,
      first_version: thawed?.row.first_version ?? first.version,
      version: last.row.version,
    },
    kinds: [...Array(thawed?.row.row_count ?? 0).fill(thawed?.row.kind), ...rows.map(({ row }) => row.kind)],
    messages: [...(thawed?.body.messages ?? []), ...together(rows, render)],
    token: token ?? null,
    dataKey: last.dataKey,
    decidedAt: first.created_at,
    now: now(),
  });
  const borrowed = token && !rows.some(({ row }) => row === token.from);
  const committed = await store.commit([
    ...(thawed ? [queries.removeDelivery(thawed.row)] : []),
    ...(rows.length > 0 ? [queries.removeWaiting(rows.map(({ row }) => row.id))] : []),
    ...(borrowed ? [queries.spendToken(token.from.id)] : []),
    queries.addDelivery(sealed(job, vault)),
  ]);
  return committed.ok ? job : undefined;
}

/** The first rows, open and rendered, that fit one request after `before` message objects; or the one that does not open. */
async function openFitting(
  inside: Inside,
  waiting: readonly OutboxTable[],
  before: number,
): Promise<{ rows: Opened[] } | { broken: OutboxTable; why: 'forgotten' | 'unsealable' }> {
  const rows: Opened[] = [];
  for (const row of waiting) {
    const one = await openRow(inside, row);
    if (!one.ok) return { broken: row, why: one.why };
    const fits = fitting([...rows, one.opened], before) > rows.length;
    if (!fits && rows.length + before > 0) break;
    rows.push(one.opened);
  }
  return { rows };
}

async function openRow(
  inside: Inside,
  row: OutboxTable,
): Promise<{ ok: true; opened: Opened } | { ok: false; why: 'forgotten' | 'unsealable' }> {
  const { vault, render } = inside;
  const key = await keyOf(inside, row.consultation_id);
  if (!key.ok) return key;
  const { dataKey } = key;
  const content = opened(() => openContent(row, vault, dataKey));
  if (!content) return { ok: false, why: 'unsealable' };
  const messages = piecesOf(content.saying, render).flatMap((piece) => piece.messages);
  return { ok: true, opened: { row, dataKey, ...content, messages } };
}

/**
 * The newest fresh token of the rows that are taken; else the newest of those that wait behind them, even if it belongs to words that do
 * not fit any more: it is worth a push, and grows old.
 */
async function tokenFor(
  inside: Inside,
  rows: readonly Opened[],
  waiting: readonly OutboxTable[],
): Promise<Taken | undefined> {
  const fresh = (row: OutboxTable) => isFresh(row.token_at, inside.now());
  const own = rows.findLast(({ row }) => fresh(row));
  const behind = waiting.slice(rows.length).findLast(fresh);
  const found =
    own ?? (behind && (await openRow(inside, behind).then((one) => (one.ok ? one.opened : null))));
  if (!found?.token || found.row.token_at === null) return undefined;
  return { token: found.token, at: found.row.token_at, from: found.row };
}

async function setAside(inside: Inside, row: OutboxTable, reason: string): Promise<Job | undefined> {
  const { store, queries, now, uuid, tell } = inside;
  const dead = deadDelivery(row, uuid(), reason, now());
  const committed = await store.commit([
    queries.removeWaiting([row.id]),
    queries.addDelivery(dead),
    queries.addChange(now(), row.consultation_id, 'delivery'),
  ]);
  if (!committed.ok) return undefined;
  tell(dead, 'dead', reason);
  return nextJob(inside, row.conversation_id);
}

/** Ends a delivery that cannot go on, and goes on with what waits behind it. */
async function endLive(
  inside: Inside,
  live: DeliveryTable,
  doubt: boolean,
  end: End,
): Promise<Job | undefined> {
  const { store, queries, now, tell } = inside;
  const { state, reason } = end;
  const kept = reason === 'unsealable' ? live.sealed_body : null;
  const change = { state, reason, doubt: doubt ? 1 : 0, sealed_body: kept, finished_at: now() };
  const committed = await store.commit([
    queries.changeDelivery(live, change),
    queries.addChange(now(), live.consultation_id, 'delivery'),
  ]);
  if (!committed.ok) return undefined;
  tell(live, state, reason);
  return nextJob(inside, live.conversation_id);
}

/** The body of a delivery as it was sealed, or as the event says it that it was born with. */
async function bodyOf(
  inside: Inside,
  live: DeliveryTable,
): Promise<{ ok: true; body: Body; dataKey: DataKey } | { ok: false; why: 'forgotten' | 'unsealable' }> {
  const { store, queries, vault, render } = inside;
  const key = await keyOf(inside, live.consultation_id);
  if (!key.ok) return key;
  const { dataKey } = key;
  const { id, conversation_id, version, sealed_body } = live;
  if (sealed_body !== null) {
    const body = opened(() => openBody({ id, sealed_body }, vault, dataKey));
    return body ? { ok: true, body, dataKey } : { ok: false, why: 'unsealable' };
  }
  const [event] = await store.read(queries.record(conversation_id, version));
  const sealed = event?.sealed;
  if (!sealed) return { ok: false, why: 'forgotten' };
  const record = opened(() => openRecord(vault, dataKey, { conversation_id, version, sealed }));
  return record
    ? { ok: true, body: bodyOfRecord(live, record, render), dataKey }
    : { ok: false, why: 'unsealable' };
}

async function keyOf(
  { store, queries, vault }: Inside,
  consultationId: string,
): Promise<{ ok: true; dataKey: DataKey } | { ok: false; why: 'forgotten' | 'unsealable' }> {
  const [row] = await store.read(queries.sealedKey(consultationId));
  const wrapped = row?.sealed_key;
  if (!wrapped) return { ok: false, why: 'forgotten' };
  const dataKey = opened(() => vault.unwrap(wrapped, consultationId));
  return dataKey ? { ok: true, dataKey } : { ok: false, why: 'unsealable' };
}

/** The value, or undefined when it cannot be unsealed. */
export function opened<T extends Body | DataKey | string | object>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof Unsealable) return undefined;
    throw error;
  }
}
