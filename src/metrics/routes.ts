import { Hono } from 'hono';
import type { Store } from '../store/store.ts';
import type { Counters } from './counters.ts';
import { format } from './format.ts';
import { gauges } from './gauges.ts';

export type MetricsDeps = {
  store: Store;
  counters: Counters;
  /** `Authorization: Bearer …`; without one there are no metrics. */
  token: string | undefined;
  /** Pushes left this month; null without a limit, undefined while unknown. */
  quotaLeft(): number | null | undefined;
  now(): number;
};

/** `GET /metrics` for Prometheus. No content, no ids. */
export function metricsRoutes({ store, counters, token, quotaLeft, now }: MetricsDeps): Hono {
  return new Hono().get('/', async (c) => {
    if (!token) return c.notFound();
    const given = c.req.header('authorization') ?? '';
    if (!(await isSame(given, `Bearer ${token}`))) return c.text('unauthorized', 401);
    const metrics = [...counters.metrics(), ...(await gauges(store, { now: now(), quotaLeft: quotaLeft() }))];
    return c.body(format(metrics), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

/** Compares digests, so that the time taken says nothing of how much was right. */
async function isSame(given: string, right: string): Promise<boolean> {
  const digest = async (text: string) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const [a, b] = await Promise.all([digest(given), digest(right)]);
  let differing = 0;
  for (const [i, byte] of a.entries()) differing |= byte ^ (b[i] ?? 0);
  return differing === 0;
}
