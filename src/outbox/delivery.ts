import type { ReplyToken } from '../conversation/event.ts';
import type { EventRecord } from '../handle/record.ts';
import type { DeliveryKind, DeliveryTable, OutboxTable } from '../store/tables.ts';
import type { DataKey, Vault } from '../vault/vault.ts';
import { type Piece, piecesOf, type Render, together } from './pack.ts';
import { isFresh, type Standing } from './policy.ts';

/** The sealed part of a delivery. `messages`: the JSON text of each message object. */
export type Body = { messages: readonly string[]; token?: string };

/** A delivery being tried, with its body open, and the key that seals it. */
export type Job = { row: DeliveryTable; body: Body; dataKey: DataKey };

/** The process that tries a delivery has it for so long, ms; longer than any attempt takes. */
export const lease = 20_000;

/** A delivery as born: about to be sent by the process that commits it. */
export function newDelivery(of: {
  id: string;
  place: Pick<DeliveryTable, 'conversation_id' | 'consultation_id' | 'first_version' | 'version'>;
  kinds: readonly DeliveryKind[];
  messages: readonly string[];
  token: ReplyToken | null;
  dataKey: DataKey;
  /** When the oldest thing in it was decided. */
  decidedAt: number;
  now: number;
}): Job {
  const token = of.token && isFresh(of.token.at, of.now) ? of.token : null;
  return {
    row: {
      id: of.id,
      ...of.place,
      row_count: of.kinds.length,
      kind: kindOf(of.kinds),
      state: 'sending',
      via: token ? 'reply' : 'push',
      sealed_body: null,
      token_at: token?.at ?? null,
      attempts: 1,
      doubt: 0,
      created_at: of.decidedAt,
      first_attempt_at: of.now,
      due_at: of.now + lease,
      finished_at: null,
      reason: null,
    },
    body: { messages: of.messages, ...(token && { token: token.token }) },
    dataKey: of.dataKey,
  };
}

/** A row that cannot or shall not be sent, as a delivery that people see and that blocks nothing. */
export function deadDelivery(row: OutboxTable, id: string, reason: string, now: number): DeliveryTable {
  return {
    id,
    conversation_id: row.conversation_id,
    consultation_id: row.consultation_id,
    first_version: row.version,
    version: row.version,
    row_count: 1,
    kind: row.kind,
    state: 'dead',
    via: 'push',
    // What does not open is kept as it was found: somebody may have to look into it.
    sealed_body: reason === 'unsealable' ? row.sealed : null,
    token_at: null,
    attempts: 0,
    doubt: 0,
    created_at: row.created_at,
    first_attempt_at: null,
    due_at: now,
    finished_at: now,
    reason,
  };
}

/** Sealed as one JSON value, whose `messages` are LINE's own objects. */
export function sealed({ row, body, dataKey }: Job, vault: Vault): DeliveryTable & { sealed_body: string } {
  const token = body.token === undefined ? '' : `,"token":${JSON.stringify(body.token)}`;
  const json = `{"messages":[${body.messages.join(',')}]${token}}`;
  return { ...row, sealed_body: vault.seal(dataKey, `delivery:${row.id}`, json) };
}

/** Throws `Unsealable`. The messages are to the letter what was sealed: JSON of our own keeps its order and has no blanks. */
export function openBody(
  { id, sealed_body }: { id: string; sealed_body: string },
  vault: Vault,
  dataKey: DataKey,
): Body {
  const { messages, ...rest } = JSON.parse(vault.open(dataKey, `delivery:${id}`, sealed_body)) as {
    messages: unknown[];
    token?: string;
  };
  return { ...rest, messages: messages.map((message) => JSON.stringify(message)) };
}

/** The body of a delivery that was born with its event and not sealed since: what the event's record says. */
export function bodyOfRecord(row: DeliveryTable, { said, token }: EventRecord, render: Render): Body {
  const pieces = said.filter(({ where }) => where !== 'web').flatMap((saying) => piecesOf(saying, render));
  return { messages: together(pieces.slice(0, row.row_count), render), ...(token && { token }) };
}

/** A piece that waits, as a row of the outbox; the token is its alone. */
export function waitingRow(
  of: Pick<OutboxTable, 'id' | 'conversation_id' | 'consultation_id' | 'version' | 'position' | 'kind'>,
  { saying }: Piece,
  token: ReplyToken | null,
  { vault, dataKey, now }: { vault: Vault; dataKey: DataKey; now: number },
): OutboxTable {
  const content: Content = { saying, ...(token && { token: token.token }) };
  return {
    ...of,
    sealed: vault.seal(dataKey, `outbox:${of.id}`, JSON.stringify(content)),
    token_at: token?.at ?? null,
    created_at: now,
  };
}

/** The sealed part of a waiting row. */
export type Content = { saying: Piece['saying']; token?: string };

/** Throws `Unsealable`. */
export function openContent(row: OutboxTable, vault: Vault, dataKey: DataKey): Content {
  return JSON.parse(vault.open(dataKey, `outbox:${row.id}`, row.sealed)) as Content;
}

export const standingOf = (row: DeliveryTable): Standing => ({
  via: row.via,
  kind: row.kind,
  tokenAt: row.token_at,
  attempts: row.attempts,
  firstAttemptAt: row.first_attempt_at,
  doubt: row.doubt === 1,
});

function kindOf(kinds: readonly DeliveryKind[]): DeliveryKind {
  if (kinds.includes('safety')) return 'safety';
  return kinds.findLast((kind) => kind !== 'routine') ?? 'routine';
}
