import { type Context, Hono } from 'hono';
import { limits } from '../message/limits.ts';
import { bodyOfAtMost } from '../web.ts';
import { uuid } from './ids.ts';
import type { Call, Platform } from './platform.ts';
import { type Reply, refuse, tooMany } from './send.ts';

/** A call as a route sees it, past the token and the faults. */
export type Request = {
  requestId: string;
  call: Call;
  param: (name: string) => string;
  raw: globalThis.Request;
};

type Handling = Reply | Response;

/** Adds a route to LINE's API. */
export type On = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  handle: (request: Request) => Handling | Promise<Handling>,
) => void;

/** What all calls to LINE share: the record, the request id, the token, the limit of size, and what can go wrong. */
export function createRoutes(platform: Platform): { app: Hono; on: On } {
  const app = new Hono();
  const sized = bodyOfAtMost(limits.bodyBytes, () => answer(refuse(413, 'Payload Too Large')));

  const on: On = (method, path, handle) => {
    app.on(method, path, sized, async (c) => {
      const requestId = uuid(platform.random);
      const call = await recordOf(c, platform.now());
      platform.calls.push(call);
      const finish = (handled: Handling) => {
        const response = handled instanceof Response ? handled : answer(handled, requestId);
        if (response === handled) response.headers.set('x-line-request-id', requestId);
        call.status = response.status;
        platform.changed();
        return response;
      };
      /** No answer, for as long as the emulator lives. */
      const silence = async () => {
        platform.changed();
        await platform.closed;
        return finish(refuse(503, 'Service Unavailable'));
      };

      if (c.req.header('authorization') !== `Bearer ${platform.accessToken}`) return finish(unauthorized);
      const fault = platform.faults.onCall(kindOf(path));
      switch (fault) {
        case 'error-before':
          return finish(refuse(500, 'Internal Server Error'));
        case 'rate':
        case 'user-rate':
        case 'quota':
          return finish(tooMany[fault]);
        case 'preparing':
          return finish(new Response(null, { status: 202 }));
        case 'silence-before':
          return silence();
        default:
      }
      const param = (name: string) => c.req.param(name) ?? '';
      const handled = await handle({ requestId, call, param, raw: c.req.raw });
      if (fault === 'error-after') return finish(refuse(500, 'Internal Server Error'));
      return fault === 'silence-after' ? silence() : finish(handled);
    });
  };
  return { app, on };
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

function answer({ status, body, headers }: Reply, requestId?: string): Response {
  const id: Record<string, string> = requestId === undefined ? {} : { 'x-line-request-id': requestId };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...id, ...headers },
  });
}

/** `undefined` as body: it was not JSON. Pictures are not kept in the record. */
async function recordOf({ req }: Context, at: number): Promise<Call> {
  const isJson = req.header('content-type')?.startsWith('application/json');
  const json = isJson ? await req.text() : '';
  const { method, path } = req;
  return { at, method, path, headers: req.header(), body: parsed(json), size: json.length, status: null };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
