import { Hono } from 'hono';
import type { Log } from '../diagnostic/log.ts';
import type { Handle, Handled } from '../handle/handle.ts';
import { type Parsed, parseWebhook } from './parse.ts';
import { isSignedByLine } from './verify.ts';

export type WebhookDeps = {
  channelSecret: string;
  handle: Handle;
  now(): number;
  /** One polite leave from a group or room. Its failure changes nothing for us. */
  leave(place: { kind: 'group' | 'room'; id: string }): Promise<unknown>;
  log: Log;
};

/** LINE's own limit for what it sends; anything larger is not LINE. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * `POST /line/webhook`. 200 only after every event of the body is durable; 503 when one is not, so that LINE brings the
 * body again (those already applied are recognised by their id). Each event stands alone.
 * https://developers.line.biz/en/reference/messaging-api/#webhooks
 */
export function webhookRoutes(deps: WebhookDeps): Hono {
  const routes = new Hono();
  routes.post('/', async (c) => {
    const receivedAt = deps.now();
    if (Number(c.req.header('content-length') ?? 0) > MOST_BYTES) return c.text('too large', 413);
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (body.byteLength > MOST_BYTES) return c.text('too large', 413);
    if (!isSignedByLine({ body, headers: c.req.raw.headers }, deps.channelSecret))
      return c.text('bad signature', 401);
    const parsed = parseWebhook(parseJson(body), receivedAt);
    if (!parsed) return c.text('not a webhook body', 400);
    const applied = await Promise.all(parsed.map((one) => apply(deps, one)));
    return applied.every(Boolean) ? c.text('ok') : c.text('try again', 503);
  });
  return routes;
}

/** Whether the event is safe: applied, known already, or none of ours. */
async function apply(deps: WebhookDeps, parsed: Parsed): Promise<boolean> {
  if ('ignore' in parsed) {
    deps.log({ event: 'ignored', reason: parsed.ignore });
    return true;
  }
  if ('leave' in parsed) {
    deps.log({ event: 'left', kind: parsed.leave.kind });
    void deps.leave(parsed.leave);
    return true;
  }
  const { kind } = parsed.event;
  try {
    const handled = await deps.handle(parsed.conversation, parsed.event);
    deps.log({ event: 'resident', kind, result: word(handled) });
    return handled.ok || handled.why !== 'unavailable';
  } catch (error) {
    // A bug before the fallback could help. LINE brings the event again; its words stay out of the log.
    deps.log({
      event: 'resident',
      kind,
      result: 'failed',
      error: error instanceof Error ? error.name : 'unknown',
    });
    return false;
  }
}

const word = (handled: Handled): string =>
  handled.ok ? (handled.repeated ? 'repeated' : 'applied') : handled.why;

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
