/** The link of an alert, by which one person acknowledges it without signing in. */
export type Links = {
  urlOf(alert: string, person: string): Promise<string>;
  isGenuine(alert: string, person: string, signature: string): Promise<boolean>;
};

/** Signed by HMAC-SHA-256. `secret`: the server's own; the purpose is signed with it, so nothing else passes for a link. */
export function createLinks(secret: string, publicUrl: string): Links {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const key = () =>
    crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ]);
  const signed = (alert: string, person: string) => bytes(`madoguchi alert link v1\n${alert}\n${person}`);
  return {
    async urlOf(alert, person) {
      const signature = await crypto.subtle.sign('HMAC', await key(), signed(alert, person));
      return `${publicUrl}/alert/${alert}/${person}/${toBase64Url(new Uint8Array(signature))}`;
    },
    async isGenuine(alert, person, signature) {
      const given = fromBase64Url(signature);
      return given !== null && crypto.subtle.verify('HMAC', await key(), given, signed(alert, person));
    },
  };
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]{43}$/u.test(text)) return null;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}
