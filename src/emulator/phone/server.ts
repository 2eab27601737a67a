import type { PhoneView } from '../phone-routes.ts';

export type { PhoneView };

/** Something a resident does; see `act` in phone-routes. */
export type Act =
  | { do: 'say'; text: string }
  | { do: 'press'; action: object }
  | { do: 'sticker' | 'location' | 'follow' | 'block' }
  | { do: 'image' | 'audio'; type: string; data: string }
  | { do: 'unsend'; id: string };

const root = '/emulator/api';

export async function fetchState(person: string | undefined): Promise<PhoneView> {
  return ask(`/state${person === undefined ? '' : `?person=${encodeURIComponent(person)}`}`);
}

/** Resolves when something has changed since `after`, or after a while without. */
export async function nextVersion(after: number): Promise<number> {
  return (await ask<{ version: number }>(`/changes?after=${after}`)).version;
}

/** The status of the webhook this caused, `null` when nobody answered or none was due. */
export async function act(person: string, what: Act): Promise<number | null> {
  return (await ask<{ webhook: number | null }>('/act', { person, ...what })).webhook;
}

export async function addPerson(name: string): Promise<void> {
  await ask('/people', { name });
}

export async function setClock(at: number | null): Promise<void> {
  await ask('/clock', { at });
}

export const contentUrl = (id: string): string => `${root}/content/${encodeURIComponent(id)}`;
export const menuUrl = (id: string): string => `${root}/menu/${encodeURIComponent(id)}`;

async function ask<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(
    root + path,
    body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}
