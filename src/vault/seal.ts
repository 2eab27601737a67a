import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

/** Cryptographically strong random bytes. */
export type Random = (size: number) => Uint8Array;

/** A value does not open: another key, another row, or changed bytes. Says nothing of the content. */
export class Unsealable extends Error {
  override name = 'Unsealable';
}

/** Bytes of a GCM IV. */
export const ivSize = 12;
const tagSize = 16;

/** IV, ciphertext and tag in one base64url string. */
export function sealWith(
  key: KeyObject,
  iv: Uint8Array,
  context: string,
  plain: Uint8Array | string,
): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(context));
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  return Buffer.concat([iv, body, cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** The bytes `sealWith` sealed with the same key and context; else throws `Unsealable`. */
export function openWith(key: KeyObject, context: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < ivSize + tagSize) throw new Unsealable('too short to be a sealed value');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivSize), {
      authTagLength: tagSize,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-tagSize));
    return Buffer.concat([decipher.update(bytes.subarray(ivSize, -tagSize)), decipher.final()]);
  } catch {
    throw new Unsealable('the value does not belong to this key and row, or was changed');
  }
}
