import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';

export type Served = { emulator: Emulator; url: string; clock: { now: number }; stop: () => Promise<void> };

export const secret = 'a channel secret of thirty-two b';
export const token = 'a channel access token';

/** An emulator on a loopback port, with a clock of its own and chances that repeat. */
export async function serveEmulator(options: Partial<EmulatorOptions> = {}): Promise<Served> {
  const clock = { now: Date.UTC(2026, 10, 20, 1) };
  const emulator = createEmulator({
    channelSecret: secret,
    channelAccessToken: token,
    webhookUrl: 'http://bot.invalid/line/webhook',
    now: () => clock.now,
    random: seeded(1),
    deliver: async () => new Response('', { status: 200 }),
    ...options,
  });
  const server = createServer(getRequestListener(emulator.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { emulator, clock, url: `http://127.0.0.1:${port}`, stop: () => stop(server, emulator) };
}

async function stop(server: Server, emulator: Emulator): Promise<void> {
  emulator.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** mulberry32: small, even, and the same on every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
