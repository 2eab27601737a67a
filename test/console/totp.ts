import { createOTP } from '@better-auth/utils/otp';

/** What an authenticator app shows now for a set-up key. */
export function oneTimeCode(key: string): Promise<string> {
  return createOTP(new TextDecoder().decode(base32(key))).totp();
}

/** RFC 4648, without padding. */
function base32(text: string): Uint8Array {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.replace(/=+$/, '')) {
    value = (value << 5) | letters.indexOf(letter);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
    }
  }
  return Uint8Array.from(bytes);
}
