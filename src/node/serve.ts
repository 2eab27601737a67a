import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { clientAddress, type Network } from '../network.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

export type Listening = { port: number; close(): Promise<void> };

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
      (info) => resolve({ port: info.port, close: () => closeServer(server as Server) }),
    );
    server.once('error', reject);
  });
}

/** Stops taking connections, lets running requests end, and drops idle ones. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
