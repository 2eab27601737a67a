import { Hono } from 'hono';
import type { Log } from '../diagnostic/log.ts';
import type { Handle, Handled } from '../handle/handle.ts';
import { bodyOfAtMost } from '../web.ts';
import { type Parsed, parseWebhook } from './parse.ts';
import { isSignedByLine } from './verify.ts';

export type WebhookDeps = {
  channelSecret: string;
  handle: Handle;
  now(): number;
  /** One polite leave from a group or room. Its failure changes nothing for us. */
  leave(place: Place): Promise<unknown>;
  log: Log;
};

type Place = { kind: 'group' | 'room'; id: string };

/** LINE's own limit for what it sends; anything larger is not LINE. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * `POST /line/webhook`. 200 only after every event of the body is durable; 503 when one is not, so that LINE brings the
 * body again (those already applied are recognised by their id). Each event stands alone.
 * https://developers.line.biz/en/reference/messaging-api/#webhooks
 */
export function webhookRoutes(deps: WebhookDeps): Hono {
  const routes = new Hono();
  const leave = leaveOnce(deps);
  const decoder = new TextDecoder();
  routes.post(
    '/',
    bodyOfAtMost(MOST_BYTES, (c) => c.text('too large', 413)),
    async (c) => {
      const receivedAt = deps.now();
      const body = new Uint8Array(await c.req.arrayBuffer());
      if (!isSignedByLine({ body, headers: c.req.raw.headers }, deps.channelSecret))
        return c.text('bad signature', 401);
      const parsed = parseWebhook(parseJson(decoder.decode(body)), receivedAt);
      if (!parsed) return c.text('not a webhook body', 400);
      const applied = await Promise.all(parsed.map((one) => apply(deps, leave, one)));
      return applied.every(Boolean) ? c.text('ok') : c.text('try again', 503);
    },
  );
  return routes;
}

/** Whether the event is safe: applied, known already, or none of ours. */
async function apply(deps: WebhookDeps, leave: Leave, parsed: Parsed): Promise<boolean> {
  if ('ignore' in parsed) {
    deps.log({ event: 'ignored', reason: parsed.ignore });
    return true;
  }
  if ('leave' in parsed) {
    leave(parsed.leave);
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

type Leave = (place: Place) => void;

/** What a group goes on saying while we leave it asks for no second leave; who invites us again later is left again. */
const LEAVING_MS = 60_000;

function leaveOnce({ leave, now, log }: WebhookDeps): Leave {
  const leaving = new Map<string, number>();
  return (place) => {
    const at = now();
    for (const [id, since] of leaving) if (Math.abs(at - since) > LEAVING_MS) leaving.delete(id);
    if (leaving.has(place.id)) return;
    leaving.set(place.id, at);
    log({ event: 'left', kind: place.kind });
    void leave(place);
  };
}

const word = (handled: Handled): string =>
  handled.ok ? (handled.repeated ? 'repeated' : 'applied') : handled.why;

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
