import type { Labels, Metric } from './format.ts';

/** What this process has counted since it started. Several processes are asked one by one, as Prometheus does. */
export type Counters = {
  /** `result`: applied, repeated, refused, unknown, unavailable, failed. */
  event(kind: string, result: string): void;
  /** Seconds. */
  commit(seconds: number): void;
  delivery(labels: { kind: string; via: string; result: string }, saved: number): void;
  metrics(): Metric[];
};

/** From a fast disk's fsync to what LINE would give up waiting for, seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

export function createCounters(): Counters {
  const events = createCounter();
  const deliveries = createCounter();
  let saved = 0;
  const buckets = bounds.map(() => 0);
  const commits = { count: 0, sum: 0 };

  return {
    event: (kind, result) => events.add({ kind, result }),
    commit(seconds) {
      commits.count += 1;
      commits.sum += seconds;
      const first = bounds.findIndex((bound) => seconds <= bound);
      if (first >= 0) buckets[first] = (buckets[first] ?? 0) + 1;
    },
    delivery(labels, savedNow) {
      deliveries.add(labels);
      saved += savedNow;
    },
    metrics: () => [
      {
        name: 'madoguchi_events_total',
        help: 'Events by kind and result; repeated ones are duplicates that were recognized.',
        type: 'counter',
        samples: events.samples(),
      },
      {
        name: 'madoguchi_commit_seconds',
        help: 'Time until a commit is durable.',
        type: 'histogram',
        samples: [
          ...cumulative(buckets).map((value, i) => ({
            suffix: '_bucket' as const,
            labels: { le: String(bounds[i]) },
            value,
          })),
          { suffix: '_bucket', labels: { le: '+Inf' }, value: commits.count },
          { suffix: '_sum', labels: {}, value: commits.sum },
          { suffix: '_count', labels: {}, value: commits.count },
        ],
      },
      {
        name: 'madoguchi_deliveries_total',
        help: 'Attempts to deliver to LINE by kind, way and result.',
        type: 'counter',
        samples: deliveries.samples(),
      },
      {
        name: 'madoguchi_pushes_saved_total',
        help: 'Pushes that were not needed: replies, and messages that traveled together.',
        type: 'counter',
        samples: [{ labels: {}, value: saved }],
      },
    ],
  };
}

function cumulative(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum;
  });
}

function createCounter() {
  const counts = new Map<string, { labels: Labels; value: number }>();
  return {
    add(labels: Labels): void {
      const key = Object.values(labels).join(' ');
      const known = counts.get(key);
      if (known) known.value += 1;
      else counts.set(key, { labels, value: 1 });
    },
    samples: () => [...counts.values()].map((sample) => ({ ...sample })),
  };
}
