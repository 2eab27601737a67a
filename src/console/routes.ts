import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { assetResponse, sameOrigin, securityHeaders } from '../web.ts';
import { alertPage } from './alert-page.ts';
import { actionsApi } from './api/actions.ts';
import { alertsApi } from './api/alerts.ts';
import { approvalApi } from './api/approval.ts';
import { asideApi } from './api/aside.ts';
import { changesApi } from './api/changes.ts';
import { logApi } from './api/log.ts';
import { officeApi } from './api/office.ts';
import { pictureApi } from './api/picture.ts';
import { queueApi } from './api/queue.ts';
import { retentionApi } from './api/retention.ts';
import { searchApi } from './api/search.ts';
import { sessionApi, welcomeApi } from './api/session.ts';
import { setupApi } from './api/setup.ts';
import { talkApi } from './api/talk.ts';
import type { ConsoleDeps, Signed } from './deps.ts';

/**
 * The counselors' console, to be mounted at `/`: its pages below `/console/`, its API below `/api/`.
 *
 * The pages are built by `vite build --config src/console/client/vite.config.ts` into `dist/console`, and handed in as
 * `asset(path)`; a path without a file is a page of the client, which routes by itself.
 */
export function consoleRoutes(deps: ConsoleDeps) {
  const signedIn = consoleApi(deps);
  const secure = deps.publicUrl.startsWith('https://');
  const page = async (path: string) =>
    (await deps.asset(path)) ?? (path.includes('.') ? undefined : await deps.asset('index.html'));

  return new Hono()
    .use('/console/*', securityHeaders(secure))
    .use('/api/*', securityHeaders(secure))
    .use('/console/*', fromOffice(deps))
    .use('/api/*', fromOffice(deps))
    .use('/api/*', sameOrigin(deps.publicUrl))
    .use('/api/*', bodyLimit({ maxSize: 64 * 1024, onError: (c) => c.json({ error: 'too-large' }, 413) }))
    .on(['GET', 'POST'], '/api/auth/*', (c) => deps.sessions.handle(c.req.raw, deps.address(c.req.raw)))
    .get('/console', (c) => c.redirect('/console/'))
    .get('/console/*', async (c) => {
      const asset = await page(c.req.path.slice('/console/'.length));
      return asset ? assetResponse(asset) : c.notFound();
    })
    .route('/alert', alertPage(deps))
    .route('/api', welcomeApi(deps))
    .route('/api', signedIn);
}

/** 403 from networks that `CONSOLE_ALLOW` does not name. The page of an alert's link stays open: it is for a phone. */
function fromOffice({ address, mayReach }: ConsoleDeps) {
  return createMiddleware(async (c, next) =>
    mayReach(address(c.req.raw)) ? next() : c.text('この場所からは開けません。', 403),
  );
}

/** What is open to people signed in. */
function consoleApi(deps: ConsoleDeps) {
  return new Hono<Signed>()
    .use(signIn(deps))
    .route('/', sessionApi(deps))
    .use(secondFactor)
    .route('/', queueApi(deps))
    .route('/', talkApi(deps))
    .route('/', searchApi(deps))
    .route('/', actionsApi(deps))
    .route('/', asideApi(deps))
    .route('/', pictureApi(deps))
    .route('/', changesApi(deps))
    .route('/', officeApi(deps))
    .route('/', setupApi(deps))
    .route('/', logApi(deps))
    .route('/', alertsApi(deps))
    .route('/', approvalApi(deps))
    .route('/', retentionApi(deps));
}

/** 401 without a session. The held request of the change feed does not keep one alive; what a person does, does. */
function signIn(deps: ConsoleDeps) {
  return createMiddleware<Signed>(async (c, next) => {
    const byHand = c.req.method !== 'GET';
    const staff = await deps.sessions.whoIs(c.req.raw.headers, { byHand });
    if (!staff) return c.json({ error: 'signed-out' as const }, 401);
    c.set('staff', staff);
    return next();
  });
}

/** Supervisors and administrators set up their second factor before anything else. */
const secondFactor = createMiddleware<Signed>(async (c, next) =>
  c.var.staff.needsSecondFactor ? c.json({ error: 'second-factor-needed' as const }, 403) : next(),
);

export type WelcomeApi = ReturnType<typeof welcomeApi>;
export type ConsoleApi = ReturnType<typeof consoleApi>;
