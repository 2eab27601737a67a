import { validateSignature } from '@line/bot-sdk';

/**
 * The bytes as they came in, never a re-serialised copy: LINE signs what it sent. `signature` is the header
 * `x-line-signature`, null where there is none.
 */
export type SignedBody = { body: Uint8Array; signature: string | null };

/**
 * True when the signature is base64(HMAC-SHA256(channel secret, raw body)).
 * Missing, malformed and wrong signatures are all simply false; the caller answers 401.
 * https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
 */
export function isSignedByLine({ body, signature }: SignedBody, channelSecret: string): boolean {
  // The SDK decodes leniently, so only the one canonical spelling of 32 bytes is let through.
  if (!signature || !/^[A-Za-z0-9+/]{43}=$/.test(signature)) return false;
  // The SDK's type asks for a Buffer, its code only for what createHmac takes.
  return validateSignature(body as Parameters<typeof validateSignature>[0], channelSecret, signature);
}
