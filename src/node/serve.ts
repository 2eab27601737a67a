import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { clientAddress, type Network } from '../network.ts';

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

/** Listens on a port (0: any free one). `host` is left open by default, for a proxy in front. */
export function listen(
  fetch: Fetch,
  { port, host, addresses }: { port: number; host?: string; addresses?: Addresses },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        port,
        ...(host ? { hostname: host } : {}),
        fetch: (request: Request, env: { incoming?: { socket?: { remoteAddress?: string } } }) => {
          addresses?.note(request, env.incoming?.socket?.remoteAddress ?? 'unknown');
          return fetch(request);
        },
      },
      (info) => resolve({ port: info.port, close: (graceMs) => closeServer(server as Server, graceMs) }),
    );
    server.once('error', reject);
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
