import { Hono } from 'hono';
import { allowed } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { loadTalk } from './load.ts';
import { logDoing } from './reading.ts';

/** What a browser may show in the page; anything else is handed over as a download. */
const shown = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'video/mp4',
];

/**
 * `GET /consultations/:id/pictures/:version`: what a media event brought, fetched from LINE at this moment and stored
 * nowhere. 404: not theirs to see, taken back, or past LINE's time; 503: LINE still prepares it.
 */
export function pictureApi(deps: ConsoleDeps) {
  return new Hono<Signed>().get('/consultations/:id/pictures/:version', async (c) => {
    const version = Number(c.req.param('version'));
    const loaded = await loadTalk(deps, c.var.staff, c.req.param('id'));
    const mayRead = loaded && allowed(c.var.staff, loaded.standing).includes('read');
    if (!mayRead || !Number.isSafeInteger(version)) return c.json({ error: 'absent' as const }, 404);
    await logDoing(deps, c.var.staff.id, 'picture-opened', {}, loaded.row.id);
    const picture = await deps.company.picture(loaded.row.id, version);
    if (!picture.ok)
      return picture.why === 'wait'
        ? c.json({ error: 'wait' as const }, 503)
        : c.json({ error: 'absent' as const }, 404);
    const type = shown.includes(picture.type) ? picture.type : 'application/octet-stream';
    return new Response(new Uint8Array(picture.bytes), {
      headers: {
        'Content-Type': type,
        'Content-Disposition': type === 'application/octet-stream' ? 'attachment' : 'inline',
        'Cache-Control': 'no-store',
      },
    });
  });
}
