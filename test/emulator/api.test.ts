import { HTTPFetchError, messagingApi } from '@line/bot-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { announce } from '../support/announce.ts';
import { type Served, serveEmulator, token } from './serve.ts';

let served: Served;
let api: messagingApi.MessagingApiClient;
let blob: messagingApi.MessagingApiBlobClient;

beforeEach(async () => {
  served = await serveEmulator();
  api = new messagingApi.MessagingApiClient({ channelAccessToken: token, baseURL: served.url });
  blob = new messagingApi.MessagingApiBlobClient({ channelAccessToken: token, baseURL: served.url });
});
afterEach(() => served.stop());

/** Status and message of what LINE refused. */
async function refusal(call: Promise<unknown>): Promise<[number, string]> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HTTPFetchError)) throw new Error('it was not refused', { cause: error });
  return [error.status, (JSON.parse(error.body) as { message: string }).message];
}

const text = (value: string): messagingApi.Message => ({ type: 'text', text: value });

test('bot, quota, webhook endpoint and its test parse into the SDK models', async () => {
  expect(await api.getBotInfo()).toMatchObject({
    basicId: '@000madog',
    chatMode: 'bot',
    markAsReadMode: 'auto',
  });
  expect(await api.getMessageQuota()).toEqual({ type: 'limited', value: 200 });
  expect(await api.getMessageQuotaConsumption()).toEqual({ totalUsage: 0 });
  await api.setWebhookEndpoint({ endpoint: 'https://bot.example/line/webhook' });
  expect(await api.getWebhookEndpoint()).toEqual({
    endpoint: 'https://bot.example/line/webhook',
    active: true,
  });
  expect(await api.testWebhookEndpoint({})).toMatchObject({ success: true, statusCode: 200, reason: 'OK' });
});

test('sent messages come back with ids, counted once a push', async () => {
  const a = served.emulator.resident('A');
  const sent = await api.pushMessage({ to: a.userId, messages: [text('一'), text('二')] });
  expect(sent.sentMessages).toHaveLength(2);
  expect(await api.getMessageQuotaConsumption()).toEqual({ totalUsage: 1 });
  expect(a.heard()).toEqual(['一', '二']);
});

test('retry keys: 409 for a day with the first request id, 400 when malformed or on reply', async () => {
  const { userId } = served.emulator.resident('A');
  const key = '123e4567-e89b-12d3-a456-426614174000';
  const request = { to: userId, messages: [text('一')] };
  const first = await api.pushMessageWithHttpInfo(request, key);
  const again = await api.pushMessage(request, key).catch((error: HTTPFetchError) => error);
  if (!(again instanceof HTTPFetchError)) throw new Error('it was taken twice');
  expect(again.status).toBe(409);
  expect(again.headers.get('x-line-accepted-request-id')).toBe(
    first.httpResponse.headers.get('x-line-request-id'),
  );
  expect(JSON.parse(again.body)).toMatchObject({ sentMessages: [{ id: first.body.sentMessages[0]?.id }] });
  served.clock.now += 24 * 60 * 60_000 + 1;
  await api.pushMessage(request, key);
  expect(await refusal(api.pushMessage(request, 'not-a-uuid'))).toEqual([400, 'Invalid retry key']);

  const onReply = await fetch(`${served.url}/v2/bot/message/reply`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-line-retry-key': key,
    },
    body: JSON.stringify({ replyToken: 'x', messages: [text('一')] }),
  });
  expect(onReply.status).toBe(400);
});

test('a wrong token, a wrong body, an unknown person and an unknown path are refused', async () => {
  const stranger = new messagingApi.MessagingApiClient({ channelAccessToken: 'x', baseURL: served.url });
  expect((await refusal(stranger.getBotInfo()))[0]).toBe(401);
  const push = `${served.url}/v2/bot/message/push`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await fetch(push, { method: 'POST', headers, body: '{' })).status).toBe(400);
  expect((await refusal(api.pushMessage({ to: 'me', messages: [text('一')] })))[0]).toBe(400);
  expect(await refusal(api.pushMessage({ to: `U${'0'.repeat(32)}`, messages: [text('一')] }))).toEqual([
    400,
    'Failed to send messages',
  ]);
  expect((await refusal(api.getProfile(`U${'0'.repeat(32)}`)))[0]).toBe(404);
  expect(await announce(push, headers, 2 * 1024 * 1024 + 1)).toBe(413);
});

test('who never added the account hears answers, not pushes', async () => {
  const a = served.emulator.resident('A', 'stranger');
  await a.say('あの');
  const [replyToken] = served.emulator.platform.tokens.keys();
  await api.pushMessage({ to: a.userId, messages: [text('届かない')] });
  await api.replyMessage({ replyToken: replyToken ?? '', messages: [text('届く')] });
  expect(a.heard()).toEqual(['届く']);
  expect(await api.getMessageQuotaConsumption()).toEqual({ totalUsage: 0 });
});

test('the quota begins anew with the month in Japan', async () => {
  served.emulator.platform.quota = 1;
  const request = { to: served.emulator.resident('A').userId, messages: [text('一')] };
  served.clock.now = Date.UTC(2026, 10, 30, 14, 59);
  await api.pushMessage(request);
  expect(await refusal(api.pushMessage(request))).toEqual([429, 'You have reached your monthly limit.']);
  served.clock.now = Date.UTC(2026, 10, 30, 15, 0);
  await api.pushMessage(request);
});

test('loading takes 5 to 60 s in steps of 5', async () => {
  const { userId } = served.emulator.resident('A');
  const [info] = [await api.showLoadingAnimationWithHttpInfo({ chatId: userId, loadingSeconds: 5 })];
  expect(info.httpResponse.status).toBe(202);
  for (const loadingSeconds of [0, 4, 7, 65])
    expect((await refusal(api.showLoadingAnimation({ chatId: userId, loadingSeconds })))[0]).toBe(400);
});

const long = (length: number) => 'あ'.repeat(length);
const action = (label: string): messagingApi.Action => ({ type: 'message', label, text: 'x' });
const button = (label: string): messagingApi.FlexComponent => ({ type: 'button', action: action(label) });
const bubble = (contents: messagingApi.FlexComponent[]): messagingApi.FlexBubble => ({
  type: 'bubble',
  body: { type: 'box', layout: 'vertical', contents },
});
const flex = (contents: messagingApi.FlexContainer, altText = 'x'): messagingApi.Message => ({
  type: 'flex',
  altText,
  contents,
});
const template = (inner: object, altText = 'x') =>
  ({ type: 'template', altText, template: inner }) as messagingApi.Message;
const buttons = (text: string, count: number, more = {}) =>
  template({ type: 'buttons', text, actions: Array(count).fill(action('x')), ...more });
const quick = (count: number, label = 'x'): messagingApi.Message => ({
  type: 'text',
  text: 'x',
  quickReply: { items: Array(count).fill({ type: 'action', action: action(label) }) },
});
const family = '👨‍👩‍👧';

describe('limits', () => {
  const { userId } = { userId: () => served.emulator.resident('A').userId };
  const push = (...messages: messagingApi.Message[]) => api.pushMessage({ to: userId(), messages });

  test.each<[string, messagingApi.Message[], messagingApi.Message[]]>([
    ['5 messages', Array(5).fill(text('x')), Array(6).fill(text('x'))],
    ['at least one message', [text('x')], []],
    ['5,000 UTF-16 units', [text(family.repeat(625))], [text(`${family.repeat(625)}x`)]],
    ['text is not empty', [text(' ')], [text('')]],
    ['13 quick replies', [quick(13)], [quick(14)]],
    ['label of 20 graphemes', [quick(1, family.repeat(20))], [quick(1, long(21))]],
    [
      'sender name of 20',
      [{ ...text('x'), sender: { name: long(20) } }],
      [{ ...text('x'), sender: { name: long(21) } }],
    ],
    [
      'postback data of 300',
      [
        template({
          type: 'buttons',
          text: 'x',
          actions: [{ type: 'postback', label: 'x', data: 'x'.repeat(300) }],
        }),
      ],
      [
        template({
          type: 'buttons',
          text: 'x',
          actions: [{ type: 'postback', label: 'x', data: 'x'.repeat(301) }],
        }),
      ],
    ],
    [
      'message-action text of 300',
      [
        template({
          type: 'buttons',
          text: 'x',
          actions: [{ type: 'message', label: 'x', text: 'x'.repeat(300) }],
        }),
      ],
      [
        template({
          type: 'buttons',
          text: 'x',
          actions: [{ type: 'message', label: 'x', text: 'x'.repeat(301) }],
        }),
      ],
    ],
    ['buttons text of 160', [buttons(long(160), 1)], [buttons(long(161), 1)]],
    [
      'buttons text of 60 under a title',
      [buttons(long(60), 1, { title: 'x' })],
      [buttons(long(61), 1, { title: 'x' })],
    ],
    ['title of 40', [buttons('x', 1, { title: long(40) })], [buttons('x', 1, { title: long(41) })]],
    ['4 buttons', [buttons('x', 4)], [buttons('x', 5)]],
    [
      'confirm text of 240',
      [template({ type: 'confirm', text: long(240), actions: [action('x'), action('y')] })],
      [template({ type: 'confirm', text: long(241), actions: [action('x'), action('y')] })],
    ],
    [
      'confirm has exactly 2',
      [template({ type: 'confirm', text: 'x', actions: [action('x'), action('y')] })],
      [template({ type: 'confirm', text: 'x', actions: [action('x')] })],
    ],
    ...(
      [
        ['10 columns', 10, 1, 1, {}, 11, 1, 1, {}],
        ['3 actions a column', 1, 3, 1, {}, 1, 4, 1, {}],
        ['column text of 120', 1, 1, 120, {}, 1, 1, 121, {}],
        ['column text of 60 under a title', 1, 1, 60, { title: 'x' }, 1, 1, 61, { title: 'x' }],
      ] as const
    ).map(
      ([name, columns, actions, length, more, columns2, actions2, length2, more2]): [
        string,
        messagingApi.Message[],
        messagingApi.Message[],
      ] => {
        const carousel = (count: number, each: number, size: number, extra: object) =>
          template({
            type: 'carousel',
            columns: Array(count).fill({
              text: long(size),
              actions: Array(each).fill(action('x')),
              ...extra,
            }),
          });
        return [
          name,
          [carousel(columns, actions, length, more)],
          [carousel(columns2, actions2, length2, more2)],
        ];
      },
    ),
    [
      'image carousel label of 12',
      [template({ type: 'image_carousel', columns: [{ imageUrl: 'https://x', action: action(long(12)) }] })],
      [template({ type: 'image_carousel', columns: [{ imageUrl: 'https://x', action: action(long(13)) }] })],
    ],
    ['Flex label of 40', [flex(bubble([button(long(40))]))], [flex(bubble([button(long(41))]))]],
    [
      'altText of 1,500',
      [flex(bubble([button('x')]), long(1500))],
      [flex(bubble([button('x')]), long(1501))],
    ],
    [
      '12 bubbles',
      [flex({ type: 'carousel', contents: Array(12).fill(bubble([button('x')])) })],
      [flex({ type: 'carousel', contents: Array(13).fill(bubble([button('x')])) })],
    ],
    [
      'bubble of 30 KB',
      [flex(bubble([{ type: 'text', text: 'x'.repeat(30_500) }]))],
      [flex(bubble([{ type: 'text', text: 'x'.repeat(30_720) }]))],
    ],
    [
      'carousel of 50 KB',
      [
        flex({
          type: 'carousel',
          contents: Array(2).fill(bubble([{ type: 'text', text: 'x'.repeat(25_000) }])),
        }),
      ],
      [
        flex({
          type: 'carousel',
          contents: Array(2).fill(bubble([{ type: 'text', text: 'x'.repeat(25_700) }])),
        }),
      ],
    ],
  ])('%s', async (_, within, beyond) => {
    expect((await push(...within)).sentMessages).toHaveLength(within.length);
    const [status, message] = await refusal(push(...beyond));
    expect([status, message]).toEqual([400, expect.stringMatching(/^The request body has \d+ error\(s\)$/)]);
    expect(served.emulator.resident('A').heard()).toHaveLength(within.length);
  });

  test('details name the place as LINE does', async () => {
    const error = await push(text('')).catch((thrown: HTTPFetchError) => thrown);
    expect(JSON.parse((error as HTTPFetchError).body)).toEqual({
      message: 'The request body has 1 error(s)',
      details: [{ message: 'May not be empty', property: 'messages[0].text' }],
    });
  });
});

describe('rich menus', () => {
  const menu: messagingApi.RichMenuRequest = {
    size: { width: 2500, height: 843 },
    selected: true,
    name: '日常',
    chatBarText: 'メニュー',
    areas: [
      {
        bounds: { x: 0, y: 0, width: 1250, height: 843 },
        action: { type: 'postback', label: 'はじめから', data: 'restart' },
      },
    ],
  };

  test('create, picture, default, own, list, delete', async () => {
    await api.validateRichMenuObject(menu);
    const { richMenuId } = await api.createRichMenu(menu);
    expect((await refusal(api.setDefaultRichMenu(richMenuId)))[0]).toBe(400);
    await blob.setRichMenuImage(richMenuId, new Blob([png(2500, 843)], { type: 'image/png' }));
    await api.setDefaultRichMenu(richMenuId);
    expect(await api.getDefaultRichMenuId()).toEqual({ richMenuId });

    const a = served.emulator.resident('A');
    expect(a.buttons()).toEqual(['はじめから']);
    await api.linkRichMenuIdToUser(a.userId, richMenuId);
    expect(await api.getRichMenuIdOfUser(a.userId)).toEqual({ richMenuId });
    await api.unlinkRichMenuIdFromUser(a.userId);
    expect((await refusal(api.getRichMenuIdOfUser(a.userId)))[0]).toBe(404);
    expect((await api.getRichMenuList()).richmenus).toEqual([{ richMenuId, ...menu }]);
    expect(await api.getRichMenu(richMenuId)).toEqual({ richMenuId, ...menu });
    await api.deleteRichMenu(richMenuId);
    expect((await refusal(api.getDefaultRichMenuId()))[0]).toBe(404);
    expect((await refusal(api.deleteRichMenu(richMenuId)))[0]).toBe(404);
  });

  test('what LINE refuses', async () => {
    for (const wrong of [
      { ...menu, size: { width: 700, height: 400 } },
      { ...menu, size: { width: 1200, height: 1200 } },
      { ...menu, chatBarText: long(15) },
      { ...menu, areas: Array(21).fill(menu.areas?.[0]) },
      { ...menu, areas: [{ bounds: { x: 2000, y: 0, width: 600, height: 10 }, action: action('x') }] },
    ])
      expect((await refusal(api.createRichMenu(wrong)))[0]).toBe(400);
    const { richMenuId } = await api.createRichMenu(menu);
    const upload = (bytes: Uint8Array<ArrayBuffer>, type = 'image/png') =>
      blob.setRichMenuImage(richMenuId, new Blob([bytes], { type }));
    expect((await refusal(upload(png(800, 300))))[0]).toBe(400);
    expect((await refusal(upload(png(2500, 843), 'image/gif')))[0]).toBe(415);
    expect((await refusal(upload(new Uint8Array(1024 * 1024 + 1))))[0]).toBe(413);
    await upload(png(2500, 843));
    expect((await refusal(upload(png(2500, 843))))[0]).toBe(400);
  });
});

/** As much of a PNG as tells its size. */
function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}
