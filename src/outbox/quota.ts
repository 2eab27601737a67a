/** This month's pushes, as LINE counts them; `limit` null: no limit. */
export type QuotaView = { limit: number | null; used: number; at: number };

/** Knows how many pushes are left, roughly: LINE is asked now and then, and our own pushes are counted in between. */
export type Quota = {
  /** Nothing is known until LINE has been asked once. */
  view(): (QuotaView & { left: number | null; low: boolean }) | undefined;
  /** What can be left out is left out: some are to be kept. */
  low(): boolean;
  /** Half of those are gone; the rest is for people in danger alone. */
  scarce(): boolean;
  spent(): void;
  /** LINE refused a push for the month's sake. */
  exhausted(): void;
  /** Asks LINE when the last answer is old; never throws. */
  refresh(): Promise<void>;
};

const minutes = 60_000;
const tooOld = 10 * minutes;

/** `keep`: the share of the month's pushes that are low (and never fewer than 10); half of it is kept for people in danger. */
export function createQuota(options: {
  ask: () => Promise<{ limit: number | null; used: number } | undefined>;
  now: () => number;
  keep?: number;
}): Quota {
  const { ask, now, keep = 0.1 } = options;
  let known: QuotaView | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let refused = false;

  const view = () => {
    if (!known) return undefined;
    const left = known.limit === null ? null : refused ? 0 : Math.max(0, known.limit - known.used);
    const kept = Math.max(10, (known.limit ?? 0) * keep);
    return { ...known, left, low: left !== null && left <= kept, scarce: left !== null && left <= kept / 2 };
  };
  return {
    view,
    low: () => refused || (view()?.low ?? false),
    scarce: () => refused || (view()?.scarce ?? false),
    spent() {
      if (known) known = { ...known, used: known.used + 1 };
    },
    exhausted() {
      refused = true;
    },
    async refresh() {
      if (now() - askedAt < tooOld) return;
      askedAt = now();
      const answer = await ask().catch(() => undefined);
      if (!answer) return;
      known = { ...answer, at: now() };
      // A month's refusal ends when LINE says that there is room again.
      refused = refused && answer.limit !== null && answer.used >= answer.limit;
    },
  };
}
