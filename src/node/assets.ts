import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Asset } from '../web.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.mp3': 'audio/mpeg',
};

/** Serves the files of one built client; a path that leads out of its folder finds nothing. */
export function assetsIn(folder: string): (path: string) => Promise<Asset | undefined> {
  return async (path) => {
    const name = normalize(path || 'index.html');
    const type = types[extname(name)];
    if (!type || name.startsWith('..') || name.startsWith(sep)) return undefined;
    try {
      return {
        body: new Uint8Array(await readFile(join(folder, name))),
        type,
        immutable: name.startsWith(`assets${sep}`),
      };
    } catch {
      return undefined;
    }
  };
}
