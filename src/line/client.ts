import { messagingApi } from '@line/bot-sdk';
import type { Send, SendRequest, SendResult } from '../outbox/send.ts';
import { type Failure, failureOf, Refused, TimedOut, TooLarge } from './failure.ts';
import { type Answered, fetchPost, type Post } from './post.ts';

export type LineClientOptions = {
  /** Channel access token. */
  token: string;
  /** `https://api.line.me`, or the emulator's address. */
  baseUrl?: string;
  /** Host of pictures and voices; left out, LINE's own for LINE, and `baseUrl` for the emulator, which does not keep them apart. */
  dataUrl?: string;
  /** The SDK waits for ever; we give up after this many ms. */
  timeoutMs: number;
  /** How messages travel; `fetch` where nothing cheaper is given. */
  post?: Post;
};

/** An answer of LINE, or why there is none. */
export type Answer<T> = { ok: true; value: T } | ({ ok: false } & Failure);

export type LineClient = ReturnType<typeof createLineClient>;

/**
 * What Madoguchi asks of LINE, over the official SDK but for the messages themselves (see `Post`). Nothing throws: failures come back as fixed words without ids, texts or
 * tokens. The profile API is left out on purpose: residents stay anonymous.
 */
export function createLineClient(options: LineClientOptions) {
  const { token: channelAccessToken, baseUrl, timeoutMs } = options;
  const api = new messagingApi.MessagingApiClient({ channelAccessToken, baseURL: baseUrl });
  const blob = new messagingApi.MessagingApiBlobClient({
    channelAccessToken,
    baseURL: options.dataUrl ?? dataHostOf(baseUrl),
  });

  async function ask<T>(call: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await within(timeoutMs, call) };
    } catch (error) {
      return { ok: false, ...failureOf(error) };
    }
  }

  const deliver = deliverer(options);
  const send: Send = async (request) => {
    const answer = await ask(() => deliver(request));
    if (answer.ok) return { ok: true, ...requestId(answer.value.header('x-line-request-id')) };
    return resultOf(request, answer);
  };

  return {
    send,
    /** The dots of somebody writing, for 5 to 60 s (rounded up to 5), in a one-to-one chat. */
    showLoading: (userId: string, seconds: number) =>
      ask(() =>
        api.showLoadingAnimation({
          chatId: userId,
          loadingSeconds: Math.min(60, Math.max(5, Math.ceil(seconds / 5) * 5)),
        }),
      ),
    /** Sets 既読; the token comes with the webhook's message, only while the account's chat is on. */
    markAsRead: (readToken: string) =>
      ask(() => api.markMessagesAsReadByToken({ markAsReadToken: readToken })),
    leave: (place: { kind: 'group' | 'room'; id: string }) =>
      ask<unknown>(() => (place.kind === 'group' ? api.leaveGroup(place.id) : api.leaveRoom(place.id))),
    /** This month's pushes: allowed (`null` = no limit) and used. */
    quota: () =>
      ask(async () => {
        const [allowed, used] = await Promise.all([api.getMessageQuota(), api.getMessageQuotaConsumption()]);
        return { limit: allowed.type === 'limited' ? (allowed.value ?? 0) : null, used: used.totalUsage };
      }),
    botInfo: () => ask(() => api.getBotInfo()),
    webhook: () => ask(() => api.getWebhookEndpoint()),
    setWebhook: (endpoint: string) => ask(() => api.setWebhookEndpoint({ endpoint })),
    /** LINE calls the webhook itself and tells what it got. */
    testWebhook: () => ask(() => api.testWebhookEndpoint({})),
    /**
     * Picture, voice, video or file a resident sent, up to `most` bytes. `bytes` is missing while LINE still prepares it (202);
     * after unsend the reason is `http-410`.
     */
    content: (messageId: string, most: number) =>
      ask(async () => {
        const { httpResponse, body } = await blob.getMessageContentWithHttpInfo(messageId);
        const type = httpResponse.headers.get('content-type') ?? 'application/octet-stream';
        if (httpResponse.status === 202) return { type };
        return { type, bytes: await collect(body, most) };
      }),
    menu: {
      validate: (menu: messagingApi.RichMenuRequest) => ask(() => api.validateRichMenuObject(menu)),
      create: (menu: messagingApi.RichMenuRequest) => ask(() => api.createRichMenu(menu)),
      setImage: (id: string, image: Blob) => ask(() => blob.setRichMenuImage(id, image)),
      /** Size of the picture in bytes; 404 while there is none. */
      imageSize: (id: string) =>
        ask(async () => (await collect(await blob.getRichMenuImage(id), MOST_IMAGE)).length),
      setDefault: (id: string) => ask(() => api.setDefaultRichMenu(id)),
      link: (userId: string, id: string) => ask(() => api.linkRichMenuIdToUser(userId, id)),
      unlink: (userId: string) => ask(() => api.unlinkRichMenuIdFromUser(userId)),
      list: () => ask(() => api.getRichMenuList()),
      remove: (id: string) => ask(() => api.deleteRichMenu(id)),
    },
  };
}

/** https://developers.line.biz/en/reference/messaging-api/#domain-name */
const dataHostOf = (baseUrl: string | undefined): string | undefined =>
  baseUrl === 'https://api.line.me' ? 'https://api-data.line.me' : baseUrl;

/** LINE takes pictures of up to 1 MB. */
const MOST_IMAGE = 1024 * 1024;

/** Sends one delivery; throws what `failureOf` reads. */
function deliverer({ token, baseUrl = 'https://api.line.me', post = fetchPost }: LineClientOptions) {
  // It may have a path of its own, where a proxy stands between.
  const base = baseUrl.replace(/\/+$/u, '');
  const urls = {
    reply: new URL(`${base}/v2/bot/message/reply`),
    push: new URL(`${base}/v2/bot/message/push`),
  };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return async (request: SendRequest): Promise<Answered> => {
    // A retry key on reply would be refused with 400.
    const keyed = request.via === 'push' ? { ...headers, 'x-line-retry-key': request.retryKey } : headers;
    const answered = await post(urls[request.via], keyed, bodyOf(request));
    if (answered.status < 200 || answered.status >= 300) throw new Refused(answered);
    // What is no JSON comes from a proxy in LINE's place.
    JSON.parse(answered.body || 'null');
    return answered;
  };
}

/** JSON of a `ReplyMessageRequest` or `PushMessageRequest`. */
function bodyOf(request: SendRequest): string {
  const address =
    request.via === 'reply'
      ? `"replyToken":${JSON.stringify(request.token)}`
      : `"to":${JSON.stringify(request.to)}`;
  return `{${address},"messages":[${request.messages.join(',')}]}`;
}

/**
 * What a failure means for the delivery. A push may always be repeated, under its retry key. A reply has no such key: once LINE
 * may have taken it, repeating it could say everything twice, so it is not sent again.
 */
function resultOf(request: SendRequest, failure: Failure): SendResult {
  const { reason, certain, after } = failure;
  // Only a retry key can have been accepted before; on a reply, 409 is nobody's answer that we know.
  if (failure.status === 409 && request.via === 'push')
    return { ok: true, duplicate: true, ...requestId(failure.acceptedRequestId) };
  if (request.via === 'reply') {
    if (reason === 'invalid-token') return { ok: false, reason, certain, retry: 'push' };
    if (!certain) return { ok: false, reason, certain, retry: 'no' };
  }
  return { ok: false, reason, certain, retry: failure.again ? 'later' : 'no', ...(after && { after }) };
}

function requestId(id: string | null | undefined): { requestId?: string } {
  return id ? { requestId: id } : {};
}

async function within<T>(ms: number, call: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut()), ms);
  });
  try {
    return await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunks) {
    size += part.length;
    if (size > most) throw new TooLarge();
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
