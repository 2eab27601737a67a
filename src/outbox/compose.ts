import type { ReplyToken } from '../conversation/event.ts';
import type { Saying } from '../message/message.ts';
import type { Write } from '../store/store.ts';
import type { DeliveryKind } from '../store/tables.ts';
import type { DataKey } from '../vault/vault.ts';
import { type Job, newDelivery, sealed, waitingRow } from './delivery.ts';
import type { Inside } from './deps.ts';
import { fitting, piecesOf, together } from './pack.ts';

/** What one event says, as `handle` knows it. */
export type Outgoing = {
  conversationId: string;
  consultationId: string;
  dataKey: DataKey;
  version: number;
  says: readonly { kind: DeliveryKind; saying: Saying }[];
  /** The conversation's reply token, if one is unused. It is used up by this. */
  token: ReplyToken | null;
  /** The record in the event's row holds these sayings and this token as they are, and a delivery need not hold them again. */
  recorded: boolean;
  /** Whether something of the conversation was still to be sent when the version before this one was loaded. */
  pending: boolean;
};

/**
 * The writes that say something, and the delivery among them that this process is to send. When nothing is ahead of it,
 * what is said is born as a delivery under way; else, and where it does not fit one request, it waits. That nothing is
 * ahead stays true until the commit: only a commit of the same conversation could change it, and that takes the version.
 */
export function compose(
  { queries, vault, render, quota, now, uuid }: Inside,
  { conversationId, consultationId, dataKey, version, says, token, recorded, pending }: Outgoing,
  crowded: boolean,
): { writes: Write[]; job: Job | undefined } {
  const at = now();
  const pieces = says.flatMap(({ kind, saying }) =>
    piecesOf(saying, render).map((piece) => ({ kind, ...piece })),
  );
  const routine = pieces.every(({ kind }) => kind === 'routine');
  const atOnce = !pending && !crowded && !(routine && quota?.low()) ? fitting(pieces) : 0;
  const place = { conversation_id: conversationId, consultation_id: consultationId, version };
  const first = pieces.slice(0, atOnce);
  const job =
    first.length > 0
      ? newDelivery({
          id: uuid(),
          place: { ...place, first_version: version },
          kinds: first.map(({ kind }) => kind),
          messages: together(first, render),
          token,
          dataKey,
          decidedAt: at,
          now: at,
        })
      : undefined;
  const waiting = pieces.slice(atOnce).map(({ kind, ...piece }, position) => {
    const given = position === 0 && !job ? token : null;
    return waitingRow({ id: uuid(), ...place, position, kind }, piece, given, { vault, dataKey, now: at });
  });
  const writes = waiting.map(queries.addWaiting);
  if (!job) return { writes, job };
  return { writes: [queries.addDelivery(recorded ? job.row : sealed(job, vault)), ...writes], job };
}
