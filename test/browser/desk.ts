import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Office, openOffice } from '../console/office.ts';

const types: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};
const built = new URL('../../dist/console/', import.meta.url);

/** The console behind a real HTTP server, with the built client (`vite build`) and a clock that stands. */
export async function openDesk(
  change: Parameters<typeof openOffice>[0] = {},
): Promise<Office & { url: string; stop(): Promise<void> }> {
  const office = await openOffice({
    asset: async (path) => {
      const name = path || 'index.html';
      const body = await readFile(new URL(name, built)).catch(() => undefined);
      const type = types[name.split('.').at(-1) ?? ''];
      return body && type
        ? { body, type: `${type}; charset=utf-8`, immutable: name.startsWith('assets/') }
        : undefined;
    },
    ...change,
  });
  const server = serve({ fetch: office.app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...office,
    url: `http://127.0.0.1:${port}/console/`,
    async stop() {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await office.store.close();
    },
  };
}
