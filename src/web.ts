import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';

/** A file of a built client. `immutable`: its name changes with its content. */
export type Asset = { body: Uint8Array<ArrayBuffer>; type: string; immutable: boolean };

/** Nothing from elsewhere, nothing inline, in nobody's frame. React sets styles through the CSSOM, which CSP allows. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Refuses a body of more bytes. One that says how long it is, as nearly all do, is held to that by HTTP; counting one while it is
 * read costs more than all the rest of a small request.
 */
export function bodyOfAtMost(bytes: number, refuse: (c: Context) => Response): MiddlewareHandler {
  const counted = bodyLimit({ maxSize: bytes, onError: refuse });
  return async (c, next) => {
    const said = c.req.header('content-length');
    if (said === undefined || c.req.header('transfer-encoding') !== undefined) return counted(c, next);
    if (Number(said) > bytes) return refuse(c);
    await next();
  };
}

/** Security headers on every answer of the console and of the resident's page. `secure`: it is reached by https. */
export function securityHeaders(secure: boolean) {
  return createMiddleware(async (c, next) => {
    await next();
    const { headers } = c.res;
    // A page without scripts of its own has a stricter one.
    if (!headers.has('Content-Security-Policy'))
      headers.set('Content-Security-Policy', contentSecurityPolicy);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('X-Frame-Options', 'DENY');
    // Not no-referrer: with that, browsers send `Origin: null` from our own pages too.
    if (!headers.has('Referrer-Policy')) headers.set('Referrer-Policy', 'same-origin');
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    if (!headers.has('Cross-Origin-Resource-Policy'))
      headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    headers.set('X-Robots-Tag', 'noindex, nofollow');
    if (secure) headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  });
}

/**
 * Refuses (403) a changing request that another site's page caused. Browsers say where a request comes from in
 * `Origin`; a request without one changes nothing.
 */
export function sameOrigin(publicUrl: string) {
  const own = new URL(publicUrl).origin;
  return createMiddleware(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const origin = c.req.header('origin');
    if (origin === own || origin === new URL(c.req.url).origin) return next();
    return c.json({ error: 'foreign-origin' as const }, 403);
  });
}

/** A file of the client. Names with a hash in them never change; the page itself is asked for each time. */
export function assetResponse(asset: Asset): Response {
  return new Response(new Uint8Array(asset.body), {
    headers: {
      'Content-Type': asset.type,
      'Cache-Control': asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
}
