import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { validator } from 'hono/validator';
import { z } from 'zod';
import type { ResidentEvent } from '../conversation/event.ts';
import { isTalkOpen, type PageRow, seenBy } from '../store/queries/talk.ts';
import { assetResponse, sameOrigin, securityHeaders } from '../web.ts';
import type { TalkDeps } from './deps.ts';
import { type Done, LONGEST_TEXT } from './page.ts';
import { talkSessions } from './session.ts';
import { talkState, welcome } from './view.ts';

/** A request for news is held this long at most, and other processes are looked after every second. */
const LONGEST_WAIT_S = 25;
const LOOK_MS = 1_000;

const token = z.string().regex(/^[A-Za-z0-9_-]{20,64}$/u);
const opening = z.object({ link: token, browser: token });
const asked = z.object({
  after: z.coerce.number().int().min(0).default(0),
  talk: z.string().max(20).default(''),
  language: z.string().max(20).default(''),
  wait: z.coerce.number().int().min(0).max(LONGEST_WAIT_S).default(LONGEST_WAIT_S),
});
const texting = z.object({
  id: z.uuid(),
  text: z
    .string()
    .max(LONGEST_TEXT)
    .refine((text) => text.trim() !== ''),
});
const choosing = z.object({ id: z.uuid(), data: z.string().min(1).max(300) });
const erasing = z.object({ id: z.uuid() });

/**
 * The resident's own page, to be mounted at `/talk`: its files, and its API below `api/`. What a resident does here goes
 * through the same `handle` as what comes from LINE, exactly once: the client names each thing it sends, and repeats it
 * until it hears that it is safe. Without a session nothing is to be had but the words of the page and numbers to call;
 * every refusal looks the same.
 */
export function talkRoutes(deps: TalkDeps): Hono {
  const sessions = talkSessions(deps);
  const closed = (c: Context) => c.json({ error: 'closed' as const }, 401);

  /** One thing the resident does on the page. */
  async function happen(c: Context, event: ResidentEvent, id: string): Promise<Response> {
    const page = await sessions.who(c);
    if (!page) return closed(c);
    if (!(await sessions.maySend(page))) return c.json({ error: 'too-many' }, 429, { 'Retry-After': '20' });
    const handled = await deps.handle(
      { conversationId: page.id },
      { ...event, id: `web:${id}`, at: deps.now(), from: 'web' },
    );
    const result = handled.ok ? (handled.repeated ? 'repeated' : 'applied') : handled.why;
    deps.log({ event: 'resident', kind: event.kind, result, from: 'web' });
    if (handled.ok) {
      const done: Done = { ok: true };
      if (handled.erased) done.ended = (await isWanted(page.id)) ? 'stays' : 'deleted';
      return c.json(done);
    }
    return handled.why === 'unavailable' ? c.json({ error: 'unavailable' }, 503) : closed(c);
  }

  const isWanted = async (conversation: string): Promise<boolean> =>
    (await deps.store.read(isTalkOpen(deps.store.sql, conversation))).length > 0;

  /** The state once it is newer than what the page has, or when the time is over. */
  async function waitForNews(
    c: Context,
    first: PageRow,
    { after, talk, wait, language }: z.output<typeof asked>,
  ) {
    const { signal } = c.req.raw;
    const until = performance.now() + wait * 1000;
    // Whoever asks from the newest version on has been shown everything before.
    if (first.version === after)
      await deps.store.commit([{ query: seenBy(deps.store.sql, first.hash, deps.now()) }]);
    for (let page: PageRow | null = first; page; page = await sessions.who(c)) {
      const left = until - performance.now();
      if (page.version !== after || left <= 0 || signal.aborted)
        return talkState(deps, page, { after: page.version < after ? 0 : after, talk, language });
      await deps.changed(Math.min(LOOK_MS, left), signal);
    }
    return null;
  }

  return new Hono()
    .use(securityHeaders(deps.publicUrl.startsWith('https://')))
    .use('/api/*', sameOrigin(deps.publicUrl))
    .use('/api/*', bodyLimit({ maxSize: 32 * 1024, onError: (c) => c.json({ error: 'too-large' }, 413) }))
    .get('/api/welcome', (c) => c.json(welcome(deps.flow(), deps.now(), c.req.query('language'))))
    .post('/api/open', body(opening), async (c) => {
      const { link, browser } = c.req.valid('json');
      return (await sessions.open(c, link, browser)) ? c.json({ ok: true }) : closed(c);
    })
    .get('/api/state', async (c) => {
      const parsed = asked.safeParse(c.req.query());
      if (!parsed.success) return c.json({ error: 'bad-input' }, 400);
      const page = await sessions.who(c);
      if (page && !sessions.mayAsk(page)) return c.json({ error: 'too-many' }, 429, { 'Retry-After': '20' });
      const state = page && (await waitForNews(c, page, parsed.data));
      return state ? c.json(state) : closed(c);
    })
    .post('/api/send', body(texting), (c) => {
      const { id, text } = c.req.valid('json');
      return happen(c, { kind: 'text', text }, id);
    })
    .post('/api/choose', body(choosing), (c) => {
      const { id, data } = c.req.valid('json');
      return happen(c, { kind: 'choice', data }, id);
    })
    .post('/api/erase', body(erasing), (c) => happen(c, { kind: 'erase' }, c.req.valid('json').id))
    .post('/api/leave', async (c) => {
      await sessions.leave(c);
      return c.json({ ok: true });
    })
    .get('/icons/:name', async (c) => senderIcon(await file(c, deps, `icons/${c.req.param('name')}`)))
    .get('/', (c) => file(c, deps, 'index.html'))
    .get('/*', (c) => file(c, deps, c.req.path.slice('/talk/'.length)));
}

/** A file of the client. The page itself is never kept, so that going back after leaving shows nothing. */
async function file(c: Context, deps: TalkDeps, path: string): Promise<Response> {
  if (c.req.path === '/talk') return c.redirect('/talk/');
  const asset = await deps.asset(path || 'index.html');
  if (!asset) return c.notFound();
  const response = assetResponse(asset);
  if (!asset.immutable) response.headers.set('Cache-Control', 'no-store');
  return response;
}

/** The icons of bot and counselor, which LINE shows beside their messages: to be had from anywhere. */
function senderIcon(response: Response): Response {
  if (response.ok) {
    response.headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
    response.headers.set('Cache-Control', 'public, max-age=86400');
  }
  return response;
}

/** A JSON body of this shape, or 400 without saying what was wrong with it. */
function body<Schema extends z.ZodType>(schema: Schema) {
  return validator('json', (value, c): z.output<Schema> | Response => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : c.json({ error: 'bad-input' as const }, 400);
  });
}
