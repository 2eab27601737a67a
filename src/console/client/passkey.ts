import type { Assertion } from '../session.ts';
import { auth } from './api.ts';

/** Whether this browser can keep and use passkeys here: https (or localhost) and a recent browser. */
export function passkeysWork(): boolean {
  return (
    isSecureContext &&
    typeof PublicKeyCredential !== 'undefined' &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential
  );
}

/** Makes a passkey on this device or on a security key, for the person signed in. */
export async function addPasskey(name: string): Promise<void> {
  const options = await auth<PublicKeyCredentialCreationOptionsJSON>('passkey/generate-register-options');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  await auth('passkey/verify-registration', { response: made.toJSON(), name });
}

/** A passkey that the person chooses in the browser's own dialog, shown anew. */
export async function showPasskey(): Promise<Assertion> {
  const options = await auth<PublicKeyCredentialRequestOptionsJSON>('passkey/generate-authenticate-options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  return shown.toJSON() as Assertion;
}

export async function signInWithPasskey(): Promise<void> {
  await auth('passkey/verify-authentication', { response: await showPasskey() });
}

export type Passkey = { id: string; name: string | null; createdAt: string | null };

export const listPasskeys = () => auth<Passkey[]>('passkey/list-user-passkeys');
export const removePasskey = (id: string) => auth('passkey/delete-passkey', { id });
