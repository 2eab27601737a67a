import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { createDoor } from './door.ts';
import type { Webhook } from './traffic.ts';

/** LINE, in the bench's own process, which is not the service's. */
export type Line = {
  emulator: Emulator;
  url: string;
  /** Resolves when the answers to all of these have arrived; rejects with how many have not after 10 s. */
  answered(webhooks: readonly Webhook[]): Promise<void>;
  /** Resolves when the answer that uses this token has arrived; undefined when it has. Rejects after 10 s. */
  reply(token: string): Promise<void> | undefined;
  /** Drops what LINE remembers of these. */
  forget(webhooks: readonly Webhook[]): void;
  /** The next call that arrives, as `performance.now()`. */
  nextArrival(): Promise<number>;
  close(): Promise<void>;
};

export async function openLine(): Promise<Line> {
  const emulator = createEmulator({
    channelSecret: demoSecrets.channelSecret,
    channelAccessToken: demoSecrets.accessToken,
    webhookUrl: '',
    now: Date.now,
    random: Math.random,
    deliver: fetch,
    quota: null,
  });
  let arrival = Promise.withResolvers<number>();
  const arrived = () => {
    arrival.resolve(performance.now());
    arrival = Promise.withResolvers();
    // The record of calls is for tests: here it would keep all that was ever said.
    emulator.platform.calls.length = 0;
  };
  const server = createServer(
    getRequestListener((request) => {
      arrived();
      return emulator.app.fetch(request);
    }),
  );
  const door = createDoor((call) => {
    const taken = emulator.take(call);
    if (taken) arrived();
    return taken;
  }, server);
  const sockets = new Set<Socket>();
  door.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  const { platform } = emulator;
  const forget = (webhooks: readonly Webhook[]) => {
    for (const { token } of webhooks) platform.tokens.delete(token);
  };
  const isUsed = (token: string) => platform.tokens.get(token)?.used === true;
  const used = async (tokens: readonly string[]) => {
    const giveUp = Date.now() + 10_000;
    for (let missing = tokens; ; ) {
      const next = platform.nextChange();
      missing = missing.filter((token) => !isUsed(token));
      if (missing.length === 0) return;
      if (Date.now() > giveUp)
        throw new Error(`${missing.length} of ${tokens.length} answers did not arrive`);
      await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
  };
  return {
    emulator,
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    nextArrival: () => arrival.promise,
    reply: (token) => (isUsed(token) ? undefined : used([token])),
    async answered(webhooks) {
      await used(webhooks.map(({ token }) => token));
      forget(webhooks);
    },
    forget,
    async close() {
      emulator.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}
