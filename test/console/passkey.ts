import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Assertion } from '../../src/console/session.ts';
import type { Office } from './office.ts';
import { origin } from './office.ts';

export type Passkey = { id: string; privateKey: KeyObject };

/** A device's passkey (ES256), known to the console as this person's. */
export async function givePasskey({ store }: Office, userId: string): Promise<Passkey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
  const id = randomBytes(16).toString('base64url');
  const key = { id, userId, publicKey: cose.toString('base64'), credentialID: id, counter: 0 };
  const row = { ...key, deviceType: 'singleDevice', backedUp: 0 };
  await store.commit([{ query: store.sql.insertInto('staff_passkey').values(row).compile() }]);
  return { id, privateKey };
}

/** The device's answer to a challenge. `verified`: a finger, face or PIN was shown; without it the device was only touched. */
export function assert(
  { id, privateKey }: Passkey,
  challenge: string,
  { verified = true, from = origin } = {},
): Assertion {
  const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest();
  const client = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin: from }));
  const flags = Buffer.from([verified ? 0x05 : 0x01]);
  const device = Buffer.concat([sha256(new URL(origin).hostname), flags, Buffer.from([0, 0, 0, 0])]);
  const signature = sign('sha256', Buffer.concat([device, sha256(client)]), privateKey);
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: device.toString('base64url'),
      signature: signature.toString('base64url'),
    },
  };
}
