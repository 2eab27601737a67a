import { type Context, Hono } from 'hono';
import { limits } from '../message/limits.ts';
import { bodyOfAtMost } from '../web.ts';
import { uuid } from './ids.ts';
import type { Call, Platform } from './platform.ts';
import { type Reply, refuse, tooMany } from './send.ts';

/** A call as it arrives, whatever brought it. `body`: `undefined` when it was not JSON. */
export type Arrived = Pick<Call, 'method' | 'path' | 'headers' | 'body' | 'size'>;

/** A call past the token and the faults. */
export type Known = { requestId: string; call: Call };

/** The same as a route sees it. */
export type Request = Known & { param: (name: string) => string; raw: globalThis.Request };

type Handling = Reply | Response;

/** Adds a route to LINE's API. */
export type On = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  handle: (request: Request) => Handling | Promise<Handling>,
) => void;

/** Answers a call to a path: `handle` sees those that get through. */
export type Serve = <Handled extends Handling>(
  path: string,
  arrived: Arrived,
  handle: (known: Known) => Handled | Promise<Handled>,
) => Promise<Handled | Reply>;

/** The routes, and what all calls to LINE share. */
export function createRoutes(platform: Platform): { app: Hono; on: On; serve: Serve } {
  const app = new Hono();
  const sized = bodyOfAtMost(limits.bodyBytes, () => responseOf(refuse(413, 'Payload Too Large')));
  const serve = createServe(platform);
  const on: On = (method, path, handle) => {
    app.on(method, path, sized, async (c) => {
      const param = (name: string) => c.req.param(name) ?? '';
      const handled = await serve(path, await arrivedIn(c), (known) =>
        handle({ ...known, param, raw: c.req.raw }),
      );
      return handled instanceof Response ? handled : responseOf(handled);
    });
  };
  return { app, on, serve };
}

/** The record, the request id, the token, and what can go wrong. */
function createServe(platform: Platform): Serve {
  return async (path, arrived, handle) => {
    const requestId = uuid(platform.random);
    const call: Call = { at: platform.now(), ...arrived, status: null };
    platform.calls.push(call);
    const finish = <Handled extends Handling>(handled: Handled): Handled => {
      call.status = handled.status;
      platform.changed();
      return identified(handled, requestId);
    };
    /** No answer, for as long as the emulator lives. */
    const silence = async () => {
      platform.changed();
      await platform.closed;
      return finish(refuse(503, 'Service Unavailable'));
    };

    if (arrived.headers.authorization !== `Bearer ${platform.accessToken}`) return finish(unauthorized);
    const fault = platform.faults.onCall(kindOf(path));
    switch (fault) {
      case 'error-before':
        return finish(refuse(500, 'Internal Server Error'));
      case 'rate':
      case 'user-rate':
      case 'quota':
        return finish(tooMany[fault]);
      case 'preparing':
        return finish<Reply>({ status: 202 });
      case 'silence-before':
        return silence();
      default:
    }
    const handled = await handle({ requestId, call });
    if (fault === 'error-after') return finish(refuse(500, 'Internal Server Error'));
    return fault === 'silence-after' ? silence() : finish(handled);
  };
}

export const ok: Reply = { status: 200, body: {} };

const unauthorized = refuse(
  401,
  'Authentication failed. Confirm that the access token in the authorization header is valid.',
);

/** Hands the JSON object of a call's body on, or refuses as LINE does what is none. */
export function withBody(call: Call, handle: (body: Record<string, unknown>) => Reply): Reply {
  if (typeof call.body !== 'object' || call.body === null)
    return refuse(400, 'The request body could not be parsed as JSON (line: 1, column: 1)');
  return handle(call.body as Record<string, unknown>);
}

/** Which faults a path can meet beside those for any. */
function kindOf(path: string): 'reply' | 'push' | 'content' | 'any' {
  if (path.endsWith('/message/reply')) return 'reply';
  if (path.endsWith('/message/push')) return 'push';
  return path.endsWith('/message/:id/content') ? 'content' : 'any';
}

function identified<Handled extends Handling>(handled: Handled, requestId: string): Handled {
  if (!(handled instanceof Response))
    return { ...handled, headers: { 'x-line-request-id': requestId, ...handled.headers } };
  handled.headers.set('x-line-request-id', requestId);
  return handled;
}

function responseOf({ status, body, headers = {} }: Reply): Response {
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** Pictures are not kept in the record. */
async function arrivedIn({ req }: Context): Promise<Arrived> {
  const isJson = req.header('content-type')?.startsWith('application/json');
  const json = isJson ? await req.text() : '';
  return { method: req.method, path: req.path, headers: req.header(), body: parsed(json), size: json.length };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
