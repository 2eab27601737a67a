import type { Hono } from 'hono';
import { notFound } from './menu.ts';
import { menuRoutes } from './menu-routes.ts';
import type { Platform } from './platform.ts';
import { type Arrived, createRoutes, type Known, type On, ok, withBody } from './route.ts';
import { month, push, type Reply, refuse, refusedMessages, reply } from './send.ts';
import type { Webhooks } from './webhook.ts';

export type Api = {
  app: Hono;
  /** Answers a reply or a push that did not come as a `Request`; undefined for any other path. */
  take: (arrived: Arrived) => Promise<Reply> | undefined;
};

/** LINE's Messaging API and its data host, as far as an account for consultations uses them, with LINE's refusals. */
export function createApi(platform: Platform, webhooks: Webhooks): Api {
  const { app, on, serve } = createRoutes(platform);
  const sending = sendingOf(platform);
  for (const [path, send] of sending) on('POST', path, send);
  messageRoutes(on, platform);
  channelRoutes(on, platform, webhooks);
  chatRoutes(on, platform);
  menuRoutes(on, platform);
  on('GET', '/v2/*', () => notFound);
  on('POST', '/v2/*', () => notFound);
  return {
    app,
    take: (arrived) => {
      const send = arrived.method === 'POST' ? sending.get(arrived.path) : undefined;
      return send && serve(arrived.path, arrived, send);
    },
  };
}

function sendingOf(platform: Platform): Map<string, (known: Known) => Reply> {
  return new Map([
    [
      '/v2/bot/message/reply',
      ({ call }) => {
        if (call.headers['x-line-retry-key'] !== undefined)
          return refuse(400, 'X-Line-Retry-Key is not available for this endpoint');
        return withBody(call, (body) => reply(platform, body, call.size));
      },
    ],
    [
      '/v2/bot/message/push',
      ({ call, requestId }) =>
        withBody(call, (body) =>
          push(platform, body, call.size, call.headers['x-line-retry-key'], requestId),
        ),
    ],
  ]);
}

function messageRoutes(on: On, platform: Platform): void {
  on('POST', '/v2/bot/message/validate/:kind', ({ call }) =>
    withBody(call, (body) => refusedMessages(body.messages, call.size) ?? ok),
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
}

function channelRoutes(on: On, platform: Platform, webhooks: Webhooks): void {
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
    const { endpoint } = (call.body ?? {}) as { endpoint?: unknown };
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
}

function chatRoutes(on: On, platform: Platform): void {
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
}
