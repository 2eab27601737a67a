import { createSecretKey, type KeyObject } from 'node:crypto';
import { derive, type KeyRing } from './ring.ts';
import { openWith, type Random, sealWith, Unsealable } from './seal.ts';

/** Everything the vault works with. */
export type Keys = {
  ring: KeyRing;
  /** Of their own, not of the ring: pseudonyms and message keys must stay the same when the ring changes. */
  pseudonym: KeyObject;
  message: KeyObject;
  /** Seals the log. */
  audit: KeyObject;
  /** For signing sessions and sealing TOTP secrets (better-auth). */
  sessionSecret: string;
};

/** What `loadKeys` needs of table `setting`: see `store/queries/setting.ts`. */
export type KeyStore = {
  get(name: string): Promise<string | undefined>;
  /** Stores a value unless the name has one already. */
  add(name: string, value: string): Promise<void>;
};

/** The settings that hold keys wrapped by the ring. */
export const wrappedSettings = ['key.pseudonym', 'key.session', 'key.audit'] as const;

/**
 * Loads the lasting keys out of the settings, making them at the first start (two processes that start together end up
 * with the same ones). Throws `Unsealable` with a sentence for the operator when the ring cannot open them: the server
 * must not start then, for every resident would look like a new one.
 */
export async function loadKeys(settings: KeyStore, ring: KeyRing, random: Random): Promise<Keys> {
  const lasting = async (name: (typeof wrappedSettings)[number]) => {
    const stored = (await settings.get(name)) ?? (await makeKey(settings, ring, random, name));
    return openSetting(ring, name, stored);
  };
  const pseudonym = await lasting('key.pseudonym');
  const session = await lasting('key.session');
  const audit = await lasting('key.audit');
  return {
    ring,
    pseudonym: createSecretKey(derive(pseudonym, 'pseudonym')),
    message: createSecretKey(derive(pseudonym, 'message')),
    audit: createSecretKey(derive(audit, 'audit')),
    sessionSecret: derive(session, 'session').toString('base64url'),
  };
}

async function makeKey(settings: KeyStore, ring: KeyRing, random: Random, name: string): Promise<string> {
  await settings.add(name, sealSetting(ring, random, name, random(32)));
  const stored = await settings.get(name);
  if (stored === undefined) throw new Error(`setting ${name} was stored and is not there`);
  return stored;
}

/** A key in table `setting`, wrapped by the current key of the ring. */
export function sealSetting(ring: KeyRing, random: Random, name: string, key: Uint8Array): string {
  return `${ring.current.id}.${sealWith(ring.current.wrap, random(12), `setting:${name}`, key)}`;
}

export function openSetting(ring: KeyRing, name: string, sealed: string): Buffer {
  const dot = sealed.indexOf('.');
  const id = sealed.slice(0, dot);
  const key = ring.byId.get(id);
  if (!key)
    throw new Unsealable(
      `MADOGUCHI_KEY is not the key of this database (it wants the key with fingerprint ${id}).\n` +
        `MADOGUCHI_KEY がこのデータベースの鍵と違います（指紋 ${id} の鍵が要ります）。控えておいた鍵を設定してください。`,
    );
  return openWith(key.wrap, `setting:${name}`, sealed.slice(dot + 1));
}
