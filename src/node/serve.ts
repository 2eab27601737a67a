import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { ReceiveWebhook } from '../line/webhook.ts';
import { clientAddress, type Network } from '../network.ts';
import { webhookDoor } from './webhook-door.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

export type Listening = {
  port: number;
  /** Running requests may end; after `graceMs` what still runs is cut off. */
  close(graceMs?: number): Promise<void>;
};

/** The network address each request came from, as the door saw it. */
export type Addresses = { of(request: Request): string; note(request: Request, address: string): void };

/** Behind proxies of ours, the address is the one they saw. */
export function createAddresses(proxies: readonly Network[]): Addresses {
  const known = new WeakMap<Request, string>();
  return {
    of: (request) =>
      clientAddress(known.get(request) ?? 'unknown', request.headers.get('x-forwarded-for'), proxies),
    note: (request, address) => void known.set(request, address),
  };
}

export type ListenOptions = {
  /** 0: any free one. */
  port: number;
  /** Left open by default, for a proxy in front. */
  host?: string;
  addresses?: Addresses;
  /** Takes what LINE sends past `fetch`, which must have it too. */
  webhook?: ReceiveWebhook;
};

/** Answers over HTTP until closed: what is LINE's webhook by itself, all else with `fetch`. Rejects where the port is taken. */
export function listen(fetch: Fetch, { port, host, addresses, webhook }: ListenOptions): Promise<Listening> {
  const all = getRequestListener(
    (request, { incoming }) => {
      addresses?.note(request, incoming.socket.remoteAddress ?? 'unknown');
      return fetch(request);
    },
    host ? { hostname: host } : {},
  );
  const isTaken = webhook ? webhookDoor(webhook) : () => false;
  const server = createServer((incoming, outgoing) => {
    if (!isTaken(incoming, outgoing)) void all(incoming, outgoing);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: (graceMs) => closeServer(server, graceMs),
      }),
    );
  });
}

/**
 * Stops taking connections, lets running requests end, and drops idle ones. A console's held request is cut off, or its
 * connection would go on asking a server that has no database any more.
 */
function closeServer(server: Server, graceMs?: number): Promise<void> {
  return new Promise((resolve) => {
    const cut =
      graceMs === undefined ? undefined : setTimeout(() => server.closeAllConnections(), graceMs).unref();
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
