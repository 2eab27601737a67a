import { type Context, Hono } from 'hono';
import type { ConsoleDeps } from './console/deps.ts';
import { consoleRoutes } from './console/routes.ts';
import { type ReceiveWebhook, webhookRoutes } from './line/webhook.ts';
import { type MetricsDeps, metricsRoutes } from './metrics/routes.ts';
import type { TalkDeps } from './talk/deps.ts';
import { talkRoutes } from './talk/routes.ts';
import { securityHeaders } from './web.ts';

export type AppDeps = {
  webhook: ReceiveWebhook;
  console: ConsoleDeps;
  talk: TalkDeps;
  /** Whether the database answers: `/readyz`. */
  ready(): Promise<boolean>;
  metrics: MetricsDeps;
};

/** Every route of Madoguchi, on one screen. The doors add what is theirs (the demo its LINE). */
export function createApp(deps: AppDeps): Hono {
  const headers = securityHeaders(deps.console.publicUrl.startsWith('https://'));
  return new Hono()
    .use((c, next) => (isSigned(c) ? next() : headers(c, next)))
    .get('/healthz', (c) => c.text('ok'))
    .get('/readyz', async (c) => ((await deps.ready()) ? c.text('ok') : c.text('database unavailable', 503)))
    .route('/metrics', metricsRoutes(deps.metrics))
    .route('/line/webhook', webhookRoutes(deps.webhook))
    .get('/', (c) => c.redirect('/console/'))
    .route('/talk', talkRoutes(deps.talk))
    .route('/', consoleRoutes(deps.console))
    .notFound((c) => c.text('not found', 404))
    .onError((_, c) => c.text('error', 500));
}

/** A webhook as LINE sends it. No browser does, so nothing need tell it what a page may do; and there are many of them. */
const isSigned = (c: Context): boolean =>
  c.req.path === '/line/webhook' && c.req.header('x-line-signature') !== undefined;
