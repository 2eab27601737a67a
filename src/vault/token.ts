import { createHash } from 'node:crypto';
import type { Random } from './seal.ts';

/** A secret for a link or a cookie: 256 random bits as base64url, so that nobody finds one by trying. */
export const newToken = (random: Random): string => Buffer.from(random(32)).toString('base64url');

/** What is stored of a token. With 256 random bits in it a plain hash tells nothing, and finding it needs no secret. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url');
