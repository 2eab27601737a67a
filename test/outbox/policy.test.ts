import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Again,
  afterAttempt,
  beforeAttempt,
  type End,
  retryKeyLife,
  type Standing,
  tokenLife,
} from '../../src/outbox/policy.ts';
import type { SendResult } from '../../src/outbox/send.ts';
import { deliveryKinds } from './kinds.ts';

const start = 1_795_000_000_000;

/** What the network and LINE can do to one request, and what we see of it. */
type Fate =
  | 'ok'
  | 'accepted-500'
  | 'lost-500'
  | 'accepted-timeout'
  | 'lost-timeout'
  | 'rate'
  | 'quota'
  | 'refused'
  | 'unconnected'
  | 'crash-before'
  | 'crash-after';
const fates: Fate[] = [
  'ok',
  'accepted-500',
  'lost-500',
  'accepted-timeout',
  'lost-timeout',
  'rate',
  'quota',
  'refused',
  'unconnected',
  'crash-before',
  'crash-after',
];

/** LINE's side of one delivery: a token that works once, a retry key it remembers, and how often the resident heard it. */
function line(tokenSpent: boolean) {
  const state = { heard: 0, spent: tokenSpent, keyed: false };
  const accept = (via: 'reply' | 'push') => {
    if (via === 'reply') state.spent = true;
    else state.keyed = true;
    state.heard++;
  };
  return {
    state,
    take(via: 'reply' | 'push', fate: Fate): SendResult | 'crash' {
      const no = (reason: string, certain: boolean, retry: 'no' | 'later' | 'push'): SendResult => ({
        ok: false,
        reason,
        certain,
        retry,
      });
      if (fate === 'crash-before') return 'crash';
      if (fate === 'unconnected') return no('network', true, 'later');
      if (fate === 'rate' || fate === 'quota') return no(fate, true, 'later');
      if (fate === 'lost-500') return no('http-500', false, via === 'reply' ? 'no' : 'later');
      if (fate === 'lost-timeout') return no('timeout', false, via === 'reply' ? 'no' : 'later');
      if (fate === 'refused') return no('http-400', true, 'no');
      // From here on the request reaches LINE.
      if (via === 'reply' && state.spent)
        return fate === 'crash-after' ? 'crash' : no('invalid-token', true, 'push');
      const duplicate = via === 'push' && state.keyed;
      if (!duplicate) accept(via);
      if (fate === 'crash-after') return 'crash';
      if (fate === 'accepted-500') return no('http-500', false, via === 'reply' ? 'no' : 'later');
      if (fate === 'accepted-timeout') return no('timeout', false, via === 'reply' ? 'no' : 'later');
      return { ok: true, duplicate };
    },
  };
}

/** Runs one delivery through a list of fates (all well after that) and returns how it ended. */
function run(
  kind: Standing['kind'],
  withToken: boolean,
  tokenSpent: boolean,
  list: readonly Fate[],
  pauses: readonly number[],
) {
  const server = line(tokenSpent);
  let now = start;
  let standing: Standing = {
    via: withToken ? 'reply' : 'push',
    kind,
    tokenAt: withToken ? start : null,
    attempts: 1,
    firstAttemptAt: start,
    doubt: false,
  };
  const requests: ('reply' | 'push')[] = [];
  for (let i = 0; i < 2_000; i++) {
    requests.push(standing.via);
    const result = server.take(standing.via, list[i] ?? 'ok');
    const pause = pauses[i % Math.max(1, pauses.length)] ?? 0;
    if (result === 'crash') {
      now += 20_000 + pause;
      standing = { ...standing, doubt: true };
    } else {
      now += 5;
      const next: End | Again = afterAttempt(standing, result, now, 0.5);
      if (next.state !== 'frozen')
        return { ...next, requests, server: server.state, lasted: now - start, doubt: standing.doubt };
      expect(next.dueAt).toBeGreaterThanOrEqual(now);
      now = next.dueAt + pause;
      standing = { ...standing, via: next.via, doubt: next.doubt };
    }
    const course = beforeAttempt(standing, now, false);
    if ('state' in course)
      return { ...course, requests, server: server.state, lasted: now - start, doubt: standing.doubt };
    standing = { ...standing, via: course.via, attempts: standing.attempts + 1 };
  }
  throw new Error('a delivery never ended');
}

const cases = [
  fc.constantFrom(...deliveryKinds),
  fc.boolean(),
  fc.boolean(),
  fc.array(fc.constantFrom(...fates), { maxLength: 12 }),
  fc.array(fc.nat(120_000), { maxLength: 12 }),
] as const;

describe('whatever happens to a delivery', () => {
  test('it is heard at most once, unless it is a safety message', () => {
    fc.assert(
      fc.property(...cases, (kind, withToken, spent, list, pauses) => {
        const { server } = run(kind, withToken, spent, list, pauses);
        expect(server.heard).toBeLessThanOrEqual(kind === 'safety' ? 2 : 1);
      }),
      { numRuns: 5_000 },
    );
  });

  test('what is marked sent was heard, and what is marked dead was not', () => {
    fc.assert(
      fc.property(...cases, (kind, withToken, spent, list, pauses) => {
        const { state, server } = run(kind, withToken, spent, list, pauses);
        if (state === 'sent') expect(server.heard).toBeGreaterThanOrEqual(1);
        if (state === 'dead') expect(server.heard).toBe(0);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a safety message that LINE does not refuse is heard', () => {
    fc.assert(
      fc.property(...cases, (_, withToken, spent, list, pauses) => {
        const { server } = run(
          'safety',
          withToken,
          spent,
          list.filter((fate) => fate !== 'refused'),
          pauses,
        );
        expect(server.heard).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a reply that was begun without its process dying is requested once', () => {
    fc.assert(
      fc.property(...cases, (kind, _, spent, list, pauses) => {
        const harmless = list.filter(
          (fate) => !fate.startsWith('crash') && !['rate', 'quota', 'unconnected'].includes(fate),
        );
        const { requests } = run(kind, true, spent, harmless, pauses);
        expect(requests.filter((via) => via === 'reply')).toHaveLength(1);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a push follows a reply only over a refused token, proof that nothing arrived, or for safety', () => {
    fc.assert(
      fc.property(...cases, (kind, _, spent, list, pauses) => {
        const { requests, server } = run(kind, true, spent, list, pauses);
        if (requests.includes('push') && kind !== 'safety') expect(server.heard).toBeLessThanOrEqual(1);
        const [first] = list;
        if (kind !== 'safety' && (first === 'accepted-500' || first === 'lost-timeout') && !spent)
          expect(requests).toEqual(['reply']);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('time', () => {
  const push: Standing = {
    via: 'push',
    kind: 'answer',
    tokenAt: null,
    attempts: 1,
    firstAttemptAt: start,
    doubt: false,
  };
  const failed: SendResult = { ok: false, reason: 'http-500', certain: false, retry: 'later' };
  const dueAfter = (attempts: number, random: number, result: SendResult = failed) => {
    const next = afterAttempt({ ...push, attempts }, result, start, random);
    return next.state === 'frozen' ? next.dueAt - start : Number.NaN;
  };

  test('delays double, are spread, are capped, and respect LINE', () => {
    expect([1, 2, 3, 4].map((attempts) => dueAfter(attempts, 0.999_999))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
    expect([1, 2, 3, 4].map((attempts) => dueAfter(attempts, 0))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(dueAfter(1_000, 0.999_999)).toBe(600_000);
    expect(
      dueAfter(1, 0, { ok: false, reason: 'quota', certain: true, retry: 'later', after: 1_800_000 }),
    ).toBe(1_800_000);
  });

  test('a push is not repeated once LINE may have forgotten its retry key', () => {
    expect(afterAttempt(push, failed, start + retryKeyLife - 1, 0)).toMatchObject({ state: 'frozen' });
    expect(afterAttempt(push, failed, start + retryKeyLife, 0)).toEqual({
      state: 'unknown',
      reason: 'http-500',
    });
    expect(beforeAttempt({ ...push, doubt: true }, start + retryKeyLife, false)).toEqual({
      state: 'unknown',
      reason: 'expired',
    });
    expect(beforeAttempt(push, start + retryKeyLife, false)).toEqual({ state: 'dead', reason: 'expired' });
  });

  test('a token is used while it is fresh', () => {
    const reply: Standing = { ...push, via: 'reply', tokenAt: start };
    expect(beforeAttempt(reply, start + tokenLife - 1, false)).toEqual({ via: 'reply' });
    expect(beforeAttempt(reply, start + tokenLife, false)).toEqual({ via: 'push' });
  });

  test('routine pushes stop when the quota runs low, replies and the rest do not', () => {
    expect(beforeAttempt({ ...push, kind: 'routine' }, start, true)).toEqual({
      state: 'dead',
      reason: 'quota-kept',
    });
    expect(beforeAttempt({ ...push, kind: 'routine', via: 'reply', tokenAt: start }, start, true)).toEqual({
      via: 'reply',
    });
    for (const kind of deliveryKinds.filter((one) => one !== 'routine'))
      expect(beforeAttempt({ ...push, kind }, start, true)).toEqual({ via: 'push' });
  });

  test('a routine push that the quota blocks is not tried again; one that may have arrived is tried on', () => {
    const blocked: SendResult = { ok: false, reason: 'quota', certain: true, retry: 'later' };
    const routine: Standing = { ...push, kind: 'routine' };
    expect(afterAttempt(routine, blocked, start, 0)).toEqual({ state: 'dead', reason: 'quota' });
    expect(afterAttempt(push, blocked, start, 0)).toMatchObject({ state: 'frozen' });
    expect(beforeAttempt({ ...routine, doubt: true }, start, true)).toEqual({ via: 'push' });
  });
});
