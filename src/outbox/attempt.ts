import { rank } from '../risk/finding.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { DeliveryTable } from '../store/tables.ts';
import { type Job, lease, sealed, standingOf } from './delivery.ts';
import type { Inside } from './deps.ts';
import { opened } from './next.ts';
import { type Again, afterAttempt, type End, givenUp, keptBack } from './policy.ts';
import type { SendRequest } from './send.ts';

/** So much of a lease must be left to begin an attempt, ms. */
const longestAttempt = 12_000;

/** One try at a delivery that this process has, and what comes of it, written down. Resolves with whether it is to be tried again. */
export async function attempt(inside: Inside, job: Job): Promise<boolean> {
  const { send, quota, now, random } = inside;
  const row = await stillOurs(inside, job.row);
  if (!row) return false;
  const tried = { ...job, row };
  const request = await requestOf(inside, tried);
  if ('state' in request) return settle(inside, tried, request);
  const result = await send(request);
  if (!result.ok && result.reason === 'quota') quota?.exhausted();
  if (result.ok && row.via === 'push') quota?.spent();
  return settle(inside, tried, afterAttempt(standingOf(row), result, now(), random()));
}

/** Work that had to wait for a place takes its lease anew, so that no other process tries at the same time. */
async function stillOurs(
  { store, queries, now }: Inside,
  row: DeliveryTable,
): Promise<DeliveryTable | undefined> {
  if (row.due_at - now() > longestAttempt) return row;
  const due_at = now() + lease;
  const attempts = row.attempts + 1;
  const committed = await store.commit([queries.changeDelivery(row, { due_at, attempts })]);
  return committed.ok ? { ...row, due_at, attempts } : undefined;
}

async function requestOf(
  { store, queries, vault, quota, now }: Inside,
  { row, body: { messages, token } }: Job,
): Promise<SendRequest | End | Again> {
  const doubt = row.doubt === 1;
  if (row.via === 'reply' && token) return { via: 'reply', token, messages };
  const [recipient] = await store.read(queries.recipient(row.conversation_id));
  if (!recipient) return givenUp(doubt, 'forgotten');
  // LINE would take it, count it, and deliver it to nobody.
  if (recipient.unreachable) return givenUp(doubt, 'unreachable');
  const inDanger = recipient.level >= rank('high');
  const kept = keptBack(standingOf(row), inDanger, quota?.scarce() ?? false, now());
  if (kept) return kept;
  const to = opened(() => vault.openUser(row.conversation_id, recipient.sealed_user));
  return to ? { via: 'push', to, retryKey: row.id, messages } : givenUp(doubt, 'unsealable');
}

/** Writes down how an attempt ended. A database that is away is waited for as long as the lease lasts. */
async function settle(inside: Inside, job: Job, outcome: End | Again): Promise<boolean> {
  const { now, tell } = inside;
  const { state, reason } = outcome;
  for (let pause = 50; ; pause *= 2) {
    try {
      const written = await write(inside, job, outcome);
      // Refused: erased meanwhile, or our lease had run out and another process has taken it up.
      if (written) tell(job.row, state === 'frozen' ? 'retry' : state, reason);
      return written && state === 'frozen';
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || now() + pause > job.row.due_at) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function write(inside: Inside, job: Job, outcome: End | Again): Promise<boolean> {
  const { store, queries, vault, now, markSent } = inside;
  const { row } = job;
  const { state, reason } = outcome;
  // A counselor watches whether words have gone out; of what the bot says, only trouble is news.
  const news = state === 'unknown' || state === 'dead' || (state === 'sent' && row.kind === 'counselor');
  if (state === 'sent' && !news && row.attempts === 1) return markSent(row);
  const change =
    state === 'frozen'
      ? queries.changeDelivery(row, {
          state,
          reason,
          via: outcome.via,
          doubt: outcome.doubt ? 1 : 0,
          due_at: outcome.dueAt,
          // From here on to the letter the same, whatever becomes of the program.
          sealed_body: row.sealed_body ?? sealed(job, vault).sealed_body,
        })
      : queries.endDelivery(row, { state, reason, finished_at: now() });
  const told = news ? [queries.addChange(now(), row.consultation_id, 'delivery')] : [];
  return (await store.commit([change, ...told])).ok;
}
