import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { limits } from '../message/limits.ts';
import { uuid } from './ids.ts';
import {
  createMenu,
  deleteMenu,
  hideMenu,
  listMenu,
  notFound,
  refusedMenu,
  setMenuImage,
  showMenu,
} from './menu.ts';
import type { Call, Platform } from './platform.ts';
import { month, push, type Reply, refuse, refusedMessages, reply, tooMany } from './send.ts';
import type { Webhooks } from './webhook.ts';

type Handling = Reply | Response;
type Request = { requestId: string; call: Call; param: (name: string) => string; raw: globalThis.Request };

/**
 * LINE's Messaging API and its data host, as far as an account for consultations uses them, with LINE's refusals.
 * Every call is recorded and may meet a fault.
 */
export function createApi(platform: Platform, webhooks: Webhooks): Hono {
  const app = new Hono();

  /** A route with what all of LINE's have: the token, the request id, the record, the faults. */
  function on(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    handle: (request: Request) => Handling | Promise<Handling>,
  ) {
    const kind = /\/(reply|push|content)$/u.exec(path)?.[1] as 'reply' | 'push' | 'content' | undefined;
    app.on(
      method,
      path,
      bodyLimit({ maxSize: limits.bodyBytes, onError: () => answer(refuse(413, 'Payload Too Large')) }),
      async (c) => {
        const requestId = uuid(platform.random);
        const call = await recordOf(c.req.raw, platform.now());
        platform.calls.push(call);
        const finish = (handled: Handling) => {
          const response = handled instanceof Response ? handled : answer(handled);
          response.headers.set('x-line-request-id', requestId);
          call.status = response.status;
          platform.changed();
          return response;
        };
        if (c.req.header('authorization') !== `Bearer ${platform.accessToken}`)
          return finish(
            refuse(
              401,
              'Authentication failed. Confirm that the access token in the authorization header is valid.',
            ),
          );
        const request = { requestId, call, param: (name: string) => c.req.param(name) ?? '', raw: c.req.raw };
        const fault = platform.faults.onCall(kind ?? 'any');
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
            platform.changed();
            await platform.closed;
            return finish(refuse(503, 'Service Unavailable'));
          default: {
            const handled = await handle(request);
            if (fault === 'error-after') return finish(refuse(500, 'Internal Server Error'));
            if (fault === 'silence-after') {
              platform.changed();
              await platform.closed;
              return finish(refuse(503, 'Service Unavailable'));
            }
            return finish(handled);
          }
        }
      },
    );
  }

  on('POST', '/v2/bot/message/reply', ({ call }) => {
    if (call.headers['x-line-retry-key'] !== undefined)
      return refuse(400, 'X-Line-Retry-Key is not available for this endpoint');
    return withBody(call, (body) => reply(platform, body));
  });
  on('POST', '/v2/bot/message/push', ({ call, requestId }) =>
    withBody(call, (body) => push(platform, body, call.headers['x-line-retry-key'], requestId)),
  );
  on('POST', '/v2/bot/message/validate/:kind', ({ call }) =>
    withBody(call, (body) => refusedMessages(body.messages) ?? ok),
  );
  on('GET', '/v2/bot/message/quota', () => ({
    status: 200,
    body: platform.quota === null ? { type: 'none' } : { type: 'limited', value: platform.quota },
  }));
  on('GET', '/v2/bot/message/quota/consumption', () => ({
    status: 200,
    body: { totalUsage: platform.used.get(month(platform.now())) ?? 0 },
  }));
  on('GET', '/v2/bot/message/:id/content', ({ param }) => {
    const content = platform.contents.get(param('id'));
    if (content) return new Response(content.bytes, { headers: { 'content-type': content.type } });
    const unsent = [...platform.people.values()].some((person) =>
      person.shown.some((shown) => shown.id === param('id') && shown.unsent),
    );
    return unsent ? refuse(410, 'Gone') : notFound;
  });

  on('GET', '/v2/bot/info', () => {
    const { userId, basicId, name, chatMode } = platform.account;
    const markAsReadMode = chatMode === 'chat' ? 'manual' : 'auto';
    return { status: 200, body: { userId, basicId, displayName: name, chatMode, markAsReadMode } };
  });
  on('GET', '/v2/bot/channel/webhook/endpoint', () =>
    platform.webhook.url
      ? { status: 200, body: { endpoint: platform.webhook.url, active: platform.webhook.active } }
      : notFound,
  );
  on('PUT', '/v2/bot/channel/webhook/endpoint', ({ call }) =>
    withBody(call, ({ endpoint }) => {
      if (typeof endpoint !== 'string' || endpoint.length > 500 || !URL.canParse(endpoint))
        return refuse(400, 'Invalid webhook endpoint URL');
      platform.webhook.url = endpoint;
      return ok;
    }),
  );
  on('POST', '/v2/bot/channel/webhook/test', async ({ call }) => {
    const { endpoint } = record(call.body);
    const status = await webhooks.post({ events: [] }, typeof endpoint === 'string' ? { url: endpoint } : {});
    const success = status !== null && status >= 200 && status < 300;
    return {
      status: 200,
      body: {
        success,
        timestamp: new Date(platform.now()).toISOString(),
        statusCode: status ?? 0,
        reason: success ? 'OK' : status === null ? 'COULD_NOT_CONNECT' : 'ERROR_STATUS_CODE',
        detail: status === null ? 'Could not connect' : String(status),
      },
    };
  });

  on('POST', '/v2/bot/chat/loading/start', ({ call }) =>
    withBody(call, ({ chatId, loadingSeconds = 20 }) => {
      const person = platform.people.get(String(chatId));
      const seconds = Number(loadingSeconds);
      if (!person) return refuse(400, 'The chatId is invalid');
      if (!Number.isInteger(seconds) || seconds < 5 || seconds > 60 || seconds % 5 !== 0)
        return refuse(400, 'The loadingSeconds is invalid');
      if (person.relation === 'friend') person.loadingUntil = platform.now() + seconds * 1000;
      return { status: 202, body: {} };
    }),
  );
  on('POST', '/v2/bot/chat/markAsRead', ({ call }) =>
    withBody(call, ({ markAsReadToken }) => {
      const userId = platform.readTokens.get(String(markAsReadToken));
      const person = userId === undefined ? undefined : platform.people.get(userId);
      if (!person) return refuse(400, 'Invalid markAsReadToken');
      for (const shown of person.shown) if (shown.from === 'resident') shown.read = true;
      return ok;
    }),
  );
  for (const kind of ['group', 'room'])
    on('POST', `/v2/bot/${kind}/:id/leave`, ({ param }) => {
      if (platform.left.includes(param('id'))) return notFound;
      platform.left.push(param('id'));
      return ok;
    });

  on('POST', '/v2/bot/richmenu', ({ call }) => withBody(call, (body) => createMenu(platform, body)));
  on('POST', '/v2/bot/richmenu/validate', ({ call }) => withBody(call, (body) => refusedMenu(body) ?? ok));
  on('GET', '/v2/bot/richmenu/list', () => ({
    status: 200,
    body: { richmenus: [...platform.menus.values()].map(listMenu) },
  }));
  on('GET', '/v2/bot/richmenu/:id', ({ param }) => {
    const menu = platform.menus.get(param('id'));
    return menu ? { status: 200, body: listMenu(menu) } : notFound;
  });
  on('DELETE', '/v2/bot/richmenu/:id', ({ param }) => deleteMenu(platform, param('id')));
  on('POST', '/v2/bot/richmenu/:id/content', async ({ param, raw }) =>
    setMenuImage(platform, param('id'), {
      type: raw.headers.get('content-type') ?? '',
      bytes: new Uint8Array(await raw.arrayBuffer()),
    }),
  );
  on('GET', '/v2/bot/richmenu/:id/content', ({ param }) => {
    const image = platform.menus.get(param('id'))?.image;
    return image ? new Response(image.bytes, { headers: { 'content-type': image.type } }) : notFound;
  });
  on('GET', '/v2/bot/user/all/richmenu', () =>
    platform.defaultMenu ? { status: 200, body: { richMenuId: platform.defaultMenu } } : notFound,
  );
  on('POST', '/v2/bot/user/all/richmenu/:id', ({ param }) => showMenu(platform, param('id')));
  on('DELETE', '/v2/bot/user/all/richmenu', () => hideMenu(platform));
  on('GET', '/v2/bot/user/:userId/richmenu', ({ param }) => {
    const menuId = platform.people.get(param('userId'))?.menuId;
    return menuId ? { status: 200, body: { richMenuId: menuId } } : notFound;
  });
  on('POST', '/v2/bot/user/:userId/richmenu/:id', ({ param }) =>
    showMenu(platform, param('id'), param('userId')),
  );
  on('DELETE', '/v2/bot/user/:userId/richmenu', ({ param }) => hideMenu(platform, param('userId')));

  on('GET', '/v2/*', () => notFound);
  on('POST', '/v2/*', () => notFound);
  return app;
}

const ok: Reply = { status: 200, body: {} };

function answer({ status, body, headers }: Reply): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** `undefined` as body: it was not JSON. Pictures are not kept in the record. */
async function recordOf(request: globalThis.Request, at: number): Promise<Call> {
  const isJson = request.headers.get('content-type')?.startsWith('application/json');
  let body: unknown;
  try {
    body = isJson ? await request.clone().json() : undefined;
  } catch {
    body = undefined;
  }
  const headers = Object.fromEntries(request.headers);
  return { at, method: request.method, path: new URL(request.url).pathname, headers, body, status: null };
}

function withBody(call: Call, handle: (body: Record<string, unknown>) => Reply): Reply {
  if (typeof call.body !== 'object' || call.body === null)
    return refuse(400, 'The request body could not be parsed as JSON (line: 1, column: 1)');
  return handle(record(call.body));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
