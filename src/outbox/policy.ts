import type { DeliveryTable } from '../store/tables.ts';
import type { SendResult } from './send.ts';

/** What the decisions about a delivery rest on. `attempts` counts those begun so far. */
export type Standing = {
  via: 'reply' | 'push';
  kind: DeliveryTable['kind'];
  /** When its reply token was received. */
  tokenAt: number | null;
  attempts: number;
  firstAttemptAt: number | null;
  /** An attempt so far may have reached LINE without our knowing. */
  doubt: boolean;
};

/** The end of a delivery. `unknown`: the resident may have it or not; a person should look. */
export type End = { state: 'sent' | 'unknown' | 'dead'; reason: string | null };

/** The end of a delivery that cannot go on. */
export const givenUp = (doubt: boolean, reason: string): End => ({
  state: doubt ? 'unknown' : 'dead',
  reason,
});

/** To be tried again at `dueAt` (ms). */
export type Again = { state: 'frozen'; via: 'reply' | 'push'; doubt: boolean; dueAt: number; reason: string };

const seconds = 1_000;
const hours = 3_600 * seconds;

/** A reply token lives "about a minute" (LINE); past this it is not worth a request. */
export const tokenLife = 50 * seconds;

/** LINE remembers a retry key for 24 hours; a push repeated later could be delivered twice. */
export const retryKeyLife = 24 * hours;

const firstDelay = 1 * seconds;
const longestDelay = 10 * 60 * seconds;
const keptBackFor = 30 * 60 * seconds;

export const isFresh = (tokenAt: number | null, now: number): boolean =>
  tokenAt !== null && now - tokenAt < tokenLife;

/**
 * How to try, or why not to try any more. With `doubt` a reply was begun by a process that died: its token still tells.
 * It works only once, so trying it again cannot say anything twice; an old one would tell nothing.
 */
export function beforeAttempt(
  delivery: Standing,
  now: number,
  quotaLow: boolean,
): { via: 'reply' | 'push' } | End {
  const { via, kind, doubt } = delivery;
  if (via === 'reply' && isFresh(delivery.tokenAt, now)) return { via: 'reply' };
  if (via === 'reply' && doubt && kind !== 'safety') return { state: 'unknown', reason: 'interrupted' };
  if (delivery.firstAttemptAt !== null && now - delivery.firstAttemptAt >= retryKeyLife)
    return givenUp(doubt, 'expired');
  if (quotaLow && kind === 'routine' && !doubt) return { state: 'dead', reason: 'quota-kept' };
  return { via: 'push' };
}

/**
 * The month's last pushes are for people in danger; what others are told waits for their next reply token, or for more pushes. One that may
 * have arrived is tried on: as a duplicate it costs nothing.
 */
export function keptBack(
  { kind, doubt }: Standing,
  inDanger: boolean,
  quotaScarce: boolean,
  now: number,
): Again | undefined {
  if (!quotaScarce || inDanger || kind === 'safety' || doubt) return undefined;
  return { state: 'frozen', via: 'push', doubt, dueAt: now + keptBackFor, reason: 'quota-kept' };
}

/**
 * What an attempt has come to. A reply is tried once; a push follows it only when LINE has refused the token and nothing
 * can have been delivered before, or when it is a safety message: twice is better than never. A push is repeated under
 * its retry key while that can help.
 */
export function afterAttempt(
  delivery: Standing,
  result: SendResult,
  now: number,
  /** 0 ≤ random < 1; spreads retries. */
  random: number,
): End | Again {
  if (result.ok) return { state: 'sent', reason: null };
  const { reason } = result;
  const doubt = delivery.doubt || !result.certain;
  const lost = givenUp(doubt, reason);
  const again = (via: 'reply' | 'push', dueAt: number): Again => ({
    state: 'frozen',
    via,
    doubt,
    dueAt,
    reason,
  });

  if (delivery.via === 'reply') {
    const safe = delivery.kind === 'safety' || !doubt;
    if (!result.certain || result.retry === 'push') return safe ? again('push', now) : lost;
    return result.retry === 'later' ? again('reply', now + delayOf(delivery, result, random)) : lost;
  }
  if (result.retry !== 'later') return lost;
  if (reason === 'quota' && delivery.kind === 'routine') return lost;
  if (delivery.firstAttemptAt !== null && now - delivery.firstAttemptAt >= retryKeyLife) return lost;
  return again('push', now + delayOf(delivery, result, random));
}

/**
 * Whether the resident wrote (at `tokenAt`) after the last attempt at a push that waits until `dueAt`. LINE has brought their words, so it is
 * there again: the push need not wait any longer, nor what is behind it. One attempt more for each time they write, as
 * the next `dueAt` is later.
 */
export const isThereAgain = (
  { attempts, dueAt }: { attempts: number; dueAt: number },
  tokenAt: number | null,
): boolean => tokenAt !== null && tokenAt > dueAt - pauseAfter(attempts) / 2;

/** Doubles from a second to ten minutes, ms. */
const pauseAfter = (attempts: number): number =>
  Math.min(longestDelay, firstDelay * 2 ** Math.min(attempts - 1, 20));

/** From half to the whole of the pause, and never before LINE allows. */
function delayOf({ attempts }: Standing, result: { after?: number }, random: number): number {
  return Math.round(Math.max(pauseAfter(attempts) * (0.5 + random / 2), result.after ?? 0));
}
