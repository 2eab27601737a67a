import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNetworks } from '../../src/network.ts';
import { openTown, type Town } from '../support/town.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown('2026-11-24T10:00', {
    config: { publicUrl: 'https://madoguchi.example.jp' },
    staffed: true,
  });
});
afterAll(() => town?.stop());

/** Every way in, and every way to be turned away. */
const requests: [string, string, RequestInit?][] = [
  ['the page', '/console/'],
  ['a page of the client', '/console/talk/x'],
  ['a missing file', '/console/assets/none.js'],
  ['the redirect', '/'],
  ['health', '/healthz'],
  ['readiness', '/readyz'],
  ['metrics without a token', '/metrics'],
  ['no such path', '/wp-login.php'],
  ['the API signed out', '/api/queue'],
  ['the welcome', '/api/welcome'],
  ['a foreign origin', '/api/join', { method: 'POST', headers: { origin: 'https://evil.example' } }],
  [
    'no such request of accounts',
    '/api/auth/sign-up/email',
    { method: 'POST', headers: { origin: 'https://madoguchi.example.jp' } },
  ],
  ['a webhook that is not LINE’s', '/line/webhook', { method: 'POST', body: '{}' }],
  ['the talk page without a link', '/talk/'],
  ['a forged link of an alert', '/alert/a/b/c'],
  [
    'broken JSON',
    '/api/join',
    {
      method: 'POST',
      headers: { origin: 'https://madoguchi.example.jp', 'content-type': 'application/json' },
      body: '{',
    },
  ],
];

describe('every answer', () => {
  test.each(requests)('%s carries the security headers', async (_, path, init = {}) => {
    const answer = await fetch(town.url + path, { redirect: 'manual', ...init });
    const { headers } = answer;
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/u);
    expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toMatch(/^(?:same-origin|no-referrer)$/u);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    if (!path.startsWith('/console/')) expect(headers.get('cache-control')).toBe('no-store');
  });

  test('pages load nothing from elsewhere and hold no script of their own', async () => {
    const page = await (await fetch(`${town.url}/console/`)).text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc="\/)/u);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//u);
  });
});

describe('the session cookie', () => {
  test('is __Host-, Secure, HttpOnly and SameSite=Strict', async () => {
    const answer = await fetch(`${town.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://madoguchi.example.jp' },
      body: JSON.stringify({ email: 'counselor@example.jp', password: 'madoguchi-demo-1' }),
    });
    const cookies = answer.headers.getSetCookie().filter((cookie) => /^[^=]+=[^;]/u.test(cookie));
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-madoguchi/u);
      for (const word of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(word);
      expect(cookie).not.toMatch(/domain=/iu);
    }
    expect(await answer.text()).not.toContain('token');
  });
});

describe('sizes', () => {
  test('a body in pieces that never says how long it is, is cut off', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 64 * 1024;
        if (sent > 64 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const answer = await fetch(`${town.url}/line/webhook`, {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit)
      .then(({ status }) => status)
      .catch(() => 'cut');
    expect([413, 'cut']).toContain(answer);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  test('what the API takes is small', async () => {
    const answer = await fetch(`${town.url}/api/join`, {
      method: 'POST',
      headers: { origin: 'https://madoguchi.example.jp', 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'x'.repeat(70_000) }),
    });
    expect(answer.status).toBe(413);
  });
});

describe('limits', () => {
  test('whoever tries codes is slowed down', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++)
      statuses.push(
        (
          await fetch(`${town.url}/api/join`, {
            method: 'POST',
            headers: { origin: 'https://madoguchi.example.jp', 'content-type': 'application/json' },
            body: JSON.stringify({
              code: `AAAAA-${i}`,
              name: 'a',
              email: 'a@example.jp',
              password: 'x'.repeat(12),
            }),
          })
        ).status,
      );
    expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(20);
    expect(statuses.at(-1)).toBe(429);
  });

  test('whoever tries passwords is slowed down', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 24; i++)
      statuses.push(
        (
          await fetch(`${town.url}/api/auth/sign-in/email`, {
            method: 'POST',
            headers: { origin: 'https://madoguchi.example.jp', 'content-type': 'application/json' },
            body: JSON.stringify({ email: 'supervisor@example.jp', password: `wrong password ${i}` }),
          })
        ).status,
      );
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('CONSOLE_ALLOW', () => {
  test('keeps strangers from the console, and nobody from LINE’s webhook and the residents’ page', async () => {
    const closed = await openTown('2026-11-24T10:00', {
      config: {
        consoleAllow: parseNetworks('198.51.100.0/24') ?? [],
        trustedProxies: parseNetworks('127.0.0.1') ?? [],
      },
    });
    try {
      const at = (path: string, forwarded: string) =>
        fetch(closed.url + path, { headers: { 'x-forwarded-for': forwarded } }).then(({ status }) => status);
      expect(await at('/console/', '203.0.113.1')).toBe(403);
      expect(await at('/api/welcome', '203.0.113.1')).toBe(403);
      expect(await at('/api/welcome', '198.51.100.9, 203.0.113.1')).toBe(403);
      expect(await at('/api/welcome', '203.0.113.1, 198.51.100.9')).toBe(200);
      expect(await at('/healthz', '203.0.113.1')).toBe(200);
      const resident = closed.emulator.resident('a');
      expect(await resident.say('こんにちは')).toBe(200);
    } finally {
      await closed.stop();
    }
  });
});
