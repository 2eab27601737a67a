import { Response } from 'miniflare';
import { createEmulator } from '../../../src/emulator/emulator.ts';
import { channel } from './channel.ts';

/**
 * All the network that workerd sees in the tests: LINE's emulator at `line.test`, and at `phone.test` a resident's phone,
 * which answers the webhook that LINE would send and what the phone shows; `/tell/…` there notes who was told. Everything
 * else is not there.
 */
export function createNetwork(): (request: Request) => Promise<Response> {
  let webhook: { headers: HeadersInit; body: string } | undefined;
  const emulator = createEmulator({
    channelSecret: channel.LINE_CHANNEL_SECRET,
    channelAccessToken: channel.LINE_CHANNEL_ACCESS_TOKEN,
    webhookUrl: 'https://soudan.test/line/webhook',
    now: Date.now,
    random: Math.random,
    deliver: async (_, { headers, body }) => {
      webhook = { headers: headers ?? {}, body: new TextDecoder().decode(body as Uint8Array) };
      return new globalThis.Response('kept for the test');
    },
    quota: null,
  });
  const phone = async (url: URL) => {
    const resident = emulator.resident(url.searchParams.get('name') ?? '');
    const text = url.searchParams.get('say');
    if (text !== null) await resident.say(text);
    const menu = [...emulator.platform.people.values()].find(({ name }) => name === resident.name)?.menuId;
    return new Response(JSON.stringify(text === null ? { heard: resident.heard(), menu } : webhook));
  };
  const told: string[] = [];
  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/tell/')) return new Response(String(told.push(url.pathname)));
    if (url.pathname === '/told') return new Response(JSON.stringify(told));
    if (url.hostname === 'phone.test') return phone(url);
    if (url.hostname !== 'line.test') return new Response('no such host', { status: 502 });
    const body = request.body ? await request.arrayBuffer() : null;
    const answer = await emulator.app.request(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body,
    });
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
    });
  };
}
