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

/** What LINE is told, as plain text. */
export type WebhookAnswer = { status: 200 | 400 | 401 | 503; text: string };

/** Takes a body of at most `MOST_BYTES`, as the bytes that came, with its `x-line-signature`. */
export type ReceiveWebhook = (body: Uint8Array, signature: string | null) => Promise<WebhookAnswer>;

/** LINE's own limit for what it sends; anything larger is not LINE. */
export const MOST_BYTES = 2 * 1024 * 1024;

/**
 * The intake, whatever door a webhook comes through. 200 only after every event of the body is durable; 503 when one is not, so
 * that LINE brings the body again (those already applied are recognised by their id). Each event stands alone.
 * https://developers.line.biz/en/reference/messaging-api/#webhooks
 */
export function receiveWebhook(deps: WebhookDeps): ReceiveWebhook {
  const leave = leaveOnce(deps);
  const decoder = new TextDecoder();
  return async (body, signature) => {
    if (!isSignedByLine({ body, signature }, deps.channelSecret))
      return { status: 401, text: 'bad signature' };
    const parsed = parseWebhook(parseJson(decoder.decode(body)), deps.now());
    if (!parsed) return { status: 400, text: 'not a webhook body' };
    const applied = await Promise.all(parsed.map((one) => apply(deps, leave, one)));
    return applied.every(Boolean) ? { status: 200, text: 'ok' } : { status: 503, text: 'try again' };
  };
}

/** `POST /line/webhook` of the app. On Node, most of what LINE sends is answered before it (see `node/webhook-door.ts`). */
export function webhookRoutes(receive: ReceiveWebhook): Hono {
  return new Hono().post(
    '/',
    bodyOfAtMost(MOST_BYTES, (c) => c.text('too large', 413)),
    async (c) => {
      const body = new Uint8Array(await c.req.arrayBuffer());
      const { status, text } = await receive(body, c.req.header('x-line-signature') ?? null);
      return c.text(text, status);
    },
  );
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
