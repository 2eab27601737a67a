import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Office, openOffice, password } from './office.ts';
import { oneTimeCode } from './totp.ts';

let office: Office;

beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.store.close());

describe('signing in', () => {
  test('opens the console with a cookie that scripts cannot read', async () => {
    await office.staff('sato', ['counselor']);
    const browser = office.browser();
    expect((await browser.get('/api/session')).status).toBe(401);
    const response = await browser.signIn('sato');
    const cookie = response.headers.getSetCookie().find((one) => one.startsWith('madoguchi.session_token='));
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const token = decodeURIComponent(cookie ?? '').split(/[=.]/)[2];
    expect(token).toMatch(/^\w{20,}$/);
    expect(await response.text()).not.toContain(token);
    const session = await (await browser.get('/api/session')).json();
    expect(session).toMatchObject({
      name: 'sato',
      roles: ['counselor'],
      office: ['queue', 'duty', 'directory'],
    });
  });

  test('over https the cookie is bound to the host', async () => {
    await office.store.close();
    office = await openOffice({ publicUrl: 'https://madoguchi.example.jp' });
    await office.staff('sato', ['counselor']);
    const response = await office.app.request('https://madoguchi.example.jp/api/auth/sign-in/email', {
      method: 'POST',
      headers: { origin: 'https://madoguchi.example.jp', 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'sato@example.jp', password: 'correct horse battery' }),
    });
    expect(response.headers.getSetCookie().join()).toMatch(
      /^__Host-madoguchi\.session_token=[^;]+;.*Path=\/;.*Secure/,
    );
    expect(response.headers.get('strict-transport-security')).toBeTruthy();
  });

  test('says the same of a wrong password and an unknown address', async () => {
    await office.staff('sato', ['counselor']);
    const browser = office.browser();
    const [wrong, unknown] = [
      await browser.signIn('sato', 'wrong password!'),
      await browser.signIn('nobody'),
    ];
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await wrong.text()).toBe(await unknown.text());
  });

  test('is slowed down after twenty tries a minute, in the database', async () => {
    await office.staff('sato', ['counselor']);
    const browser = office.browser();
    for (let i = 0; i < 20; i++) expect((await browser.signIn('sato', 'wrong password!')).status).toBe(401);
    expect((await browser.signIn('sato')).status).toBe(429);
  });

  test('has no sign-up, whatever the path', async () => {
    const browser = office.browser();
    for (const path of [
      'sign-up/email',
      'update-user',
      'delete-user',
      'list-sessions',
      '../auth/sign-up/email',
    ])
      expect(
        (await browser.post(`/api/auth/${path}`, { email: 'a@b.jp', password: 'x'.repeat(12), name: 'x' }))
          .status,
      ).toBe(404);
  });

  test('ends when idle, when deactivated and when roles change', async () => {
    await office.store.close();
    office = await openOffice({}, 0);
    const idle = await office.signedIn('sato', ['counselor']);
    await expect.poll(async () => (await idle.get('/api/session')).status).toBe(401);
  });

  test('a foreign page cannot act', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const body = JSON.stringify({ on: true, capacity: 2 });
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: '' }])
      expect((await sato.request('/api/presence', { method: 'POST', headers, body })).status).toBe(403);
    expect((await sato.post('/api/presence', { on: true, capacity: 2 })).status).toBe(200);
  });

  test('a supervisor sets up a second factor before anything else', async () => {
    const mori = await office.signedIn('mori', ['supervisor']);
    expect(await (await mori.get('/api/session')).json()).toMatchObject({ needsSecondFactor: true });
    expect((await mori.get('/api/queue')).status).toBe(403);
    const enabled = await mori.post('/api/auth/two-factor/enable', { password: 'correct horse battery' });
    const { totpURI } = (await enabled.json()) as { totpURI: string };
    const code = await oneTimeCode(new URL(totpURI).searchParams.get('secret') ?? '');
    expect((await mori.post('/api/auth/two-factor/verify-totp', { code })).status).toBe(200);
    expect((await mori.get('/api/queue')).status).toBe(200);

    const again = office.browser();
    expect(await (await again.signIn('mori')).json()).toMatchObject({ twoFactorRedirect: true });
    expect((await again.get('/api/session')).status).toBe(401);
    expect((await again.post('/api/auth/two-factor/verify-totp', { code: '000000' })).status).toBe(401);
    expect(
      (
        await again.post('/api/auth/two-factor/verify-totp', {
          code: await oneTimeCode(new URL(totpURI).searchParams.get('secret') ?? ''),
        })
      ).status,
    ).toBe(200);
    expect((await again.get('/api/queue')).status).toBe(200);
  });

  test('a password alone makes no other second factor where there is a passkey', async () => {
    const mori = await office.signedIn('mori', ['supervisor']);
    const makeOne = async () => [
      (await mori.get('/api/auth/passkey/generate-register-options')).status,
      (await mori.post('/api/auth/two-factor/enable', { password })).status,
      (await mori.post('/api/auth/passkey/delete-passkey', { id: 'key' })).status,
    ];
    const { sql } = office.store;
    const key = { id: 'key', userId: mori.id, publicKey: '', credentialID: 'c', counter: 0 };
    const row = { ...key, deviceType: 'singleDevice', backedUp: 0 };
    await office.store.commit([{ query: sql.insertInto('staff_passkey').values(row).compile() }]);
    expect(await makeOne()).toEqual([403, 403, 403]);
    expect((await mori.get('/api/queue')).status).toBe(403);
    await office.store.commit([{ query: sql.deleteFrom('staff_passkey').compile() }]);
    expect((await makeOne()).slice(0, 2)).toEqual([200, 200]);
  });

  test('every answer carries the security headers', async () => {
    const response = await office.browser().get('/api/queue');
    expect(response.status).toBe(401);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });
});
