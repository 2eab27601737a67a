import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { openRevisions } from '../../src/revisions.ts';
import { openServing } from '../../src/serving.ts';
import { openTown, type Town, until } from '../support/town.ts';

/** The attempts written down in docs/BREAK-IN.md, against the whole service. */
let town: Town;
let cookie: string;
beforeAll(async () => {
  town = await openTown('2026-11-24T10:00', { staffed: true });
  const answer = await fetch(`${town.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: town.url },
    body: JSON.stringify({ email: 'counselor@example.jp', password: 'madoguchi-demo-1' }),
  });
  cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
});
afterAll(() => town?.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(town.url + path, { headers, redirect: 'manual' });

describe('forged sessions', () => {
  test('a changed, cut, unsigned, foreign or old cookie opens nothing', async () => {
    expect((await get('/api/queue', { cookie })).status).toBe(200);
    const [name = '', value = ''] = cookie.split(/=(.*)/su);
    const [token = '', signature = ''] = decodeURIComponent(value).split('.');
    const forged = createHmac('sha256', 'guess').update(token).digest('base64');
    const flipped = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;
    for (const tried of [
      token,
      `${token}.`,
      `${token}.${forged}`,
      `${flipped}.${signature}`,
      `.${signature}`,
      "' or 1=1 --",
      'null',
      '../../etc/passwd',
    ])
      expect([
        tried,
        (await get('/api/queue', { cookie: `${name}=${encodeURIComponent(tried)}` })).status,
      ]).toEqual([tried, 401]);
    const header = await get('/api/queue', { authorization: `Bearer ${token}` });
    expect(header.status).toBe(401);
  });

  test('a session that was signed out is over, wherever its cookie was copied to', async () => {
    const answer = await fetch(`${town.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: town.url },
      body: JSON.stringify({ email: 'counselor2@example.jp', password: 'madoguchi-demo-2' }),
    });
    const copied = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    await fetch(`${town.url}/api/auth/sign-out`, {
      method: 'POST',
      headers: { cookie: copied, origin: town.url, 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await get('/api/queue', { cookie: copied })).status).toBe(401);
  });
});

describe('what is not theirs', () => {
  test('ids that are not there and ids that are not theirs look the same', async () => {
    const strange = [randomUUID(), 'x', '%00', "1' or '1'='1", '..%2f..%2fapi%2fqueue', 'a'.repeat(5_000)];
    const answers = await Promise.all(
      strange.map(async (id) => {
        const answer = await get(`/api/consultations/${encodeURIComponent(id)}`, { cookie });
        return [answer.status, await answer.text()];
      }),
    );
    for (const answer of answers) expect(answer).toEqual([404, '{"error":"absent"}']);
  });

  test('no request changes what a person may do', async () => {
    const desk = await town.signIn();
    for (const body of [
      { roles: ['admin'] },
      { roles: ['admin'], name: 'x', email: 'x@example.jp', topics: ['*'] },
    ]) {
      expect((await desk.post('/api/people/invites', body)).status).toBe(403);
      expect((await desk.post(`/api/people/${randomUUID()}`, body)).status).toBe(403);
    }
    for (const path of ['update-user', 'sign-up/email', 'change-email', 'delete-user', 'admin/set-role'])
      expect((await desk.post(`/api/auth/${path}`, { roles: 'admin' })).status).toBe(404);
    expect((await get('/api/log', { cookie })).status).toBe(403);
  });
});

describe('stored markup', () => {
  test('comes back as text, in JSON that no browser takes for a page', async () => {
    const markup = '<script>alert(1)</script><img src=x onerror=alert(2)>「"\'`${7*7}{{7*7}}';
    const resident = town.emulator.resident('<b>name</b>');
    await resident.say(`${markup} 死にたい`);
    const desk = await town.signIn();
    const entry = await until(async () => {
      const { entries } = await desk.get('/api/queue');
      return entries[0];
    });
    const answer = await get(`/api/consultations/${entry.id}`, { cookie });
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const text = await answer.text();
    expect(
      JSON.parse(text).lines.some((line: { body?: { text?: string } }) => line.body?.text?.includes(markup)),
    ).toBe(true);
    expect(JSON.stringify(resident.heard())).not.toContain('<script>');
  });
});

describe('paths', () => {
  test.each([
    '/console/../../package.json',
    '/console/..%2f..%2fpackage.json',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/....//....//etc/passwd',
    '/console/assets/%00.js',
    '/console//etc/passwd',
    '/talk/..%2f..%2f.env',
    '/console/assets/..\\..\\..\\package.json',
  ])('%s leads nowhere', async (path) => {
    const { request } = await import('node:http');
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      // fetch would tidy the path up before it is sent.
      const sent = request(new URL(town.url), { path, method: 'GET' }, (answer) => {
        let text = '';
        answer.on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(body).not.toMatch(/"dependencies"|root:|MADOGUCHI_KEY/u);
    // The client's own page stands at paths without a file; nothing else answers 200.
    if (status === 200) expect(body).toContain('<div id="root">');
  });
});

describe('headers and timing', () => {
  test('what a sender puts into headers and paths comes back in none', async () => {
    const answer = await get('/console/%0d%0aset-cookie:%20a=b', {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'javascript',
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const redirect = await get('/', { 'x-forwarded-host': 'evil.example' });
    expect(redirect.headers.get('location')).toBe('/console/');
  });

  test('an address that has no account takes as long as a wrong password', async () => {
    // The service runs in this process: its processor's time, threads and all, is nobody else's.
    const took = async (email: string) => {
      const before = process.cpuUsage();
      const answer = await fetch(`${town.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: town.url },
        body: JSON.stringify({ email, password: 'not the password at all' }),
      });
      expect(await answer.text()).not.toMatch(/not found|exist/iu);
      return process.cpuUsage(before).user;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 4; i++) {
      known.push(await took('supervisor@example.jp'));
      unknown.push(await took('nobody@example.jp'));
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
  });
});

describe('a webhook that is not LINE’s', () => {
  test('is refused whatever is wrong with its signature, and leaves nothing behind', async () => {
    const body = JSON.stringify({
      destination: 'U0',
      events: [
        {
          type: 'message',
          webhookEventId: 'forged',
          timestamp: 1,
          source: { type: 'user', userId: `U${'0'.repeat(32)}` },
          message: { type: 'text', id: '1', text: 'x' },
        },
      ],
    });
    const good = createHmac('sha256', demoSecrets.channelSecret).update(body).digest('base64');
    for (const signature of [
      '',
      'x',
      good.slice(0, -2),
      good.toLowerCase(),
      `${good} `.repeat(2),
      createHmac('sha256', 'guess').update(body).digest('base64'),
      createHmac('sha256', demoSecrets.channelSecret).update(`${body} `).digest('base64'),
    ]) {
      const answer = await fetch(`${town.url}/line/webhook`, {
        method: 'POST',
        headers: { 'x-line-signature': signature },
        body,
      });
      expect([signature, answer.status]).toEqual([signature, 401]);
    }
    const { store } = town.running;
    const kept = await store.read(
      store.sql.selectFrom('event').select('id').where('id', '=', 'forged').compile(),
    );
    expect(kept).toEqual([]);
  });
});

describe('publishing', () => {
  test('is for the machine’s own command line: no request publishes or rolls back, whoever sends it', async () => {
    const { store } = town.running;
    const revisions = () => store.read(store.sql.selectFrom('revision').selectAll().compile());
    const before = await revisions();
    const admin = await town.signIn(2);
    const counselor = await town.signIn();
    const body = {
      folder: 'ise',
      number: 1,
      rollback: 1,
      files: { 'ise/flow.yaml': 'name: x' },
      who: 'x',
      why: 'x',
    };
    for (const path of [
      'publish',
      'rollback',
      'revisions',
      'revisions/1',
      'flow',
      'flows/ise',
      'flows/ise/publish',
    ])
      for (const desk of [admin, counselor])
        expect([path, (await desk.post(`/api/${path}`, body)).status]).toEqual([path, 404]);
    expect(await revisions()).toEqual(before);
  });

  test('a revision slipped into the database with paths and markup writes no file, and what it breaks is not served', async () => {
    const { store } = town.running;
    const log: string[] = [];
    const read = () => readFlowFiles(rootFolder);
    const opened = await openServing(
      { store, log: (entry) => log.push(entry.event), read },
      { flow: 'flows/ise', now: town.clock.now, examples: true, publicUrl: '' },
    );
    if (!opened.ok) throw new Error(opened.message);
    const { content, look } = opened.serving;
    const files = new Map(read());
    files.set('ise/flow.yaml', 'name: <script>alert(1)</script>');
    files.set('ise/../../../evil.txt', '<script>');
    files.set('/tmp/evil-of-the-break-in-test', '<script>');
    const number = await openRevisions(store, 'ise').publish(files, {
      who: '<img src=x onerror=alert(1)>',
      why: '=HYPERLINK("https://evil.example")',
      at: town.clock.now(),
    });
    await look();
    expect([number, log]).toEqual([1, ['revision-refused']]);
    // What was in force stays, and nothing was written beside the database.
    expect(content.flows.flow().name).not.toContain('script');
    expect(existsSync('/tmp/evil-of-the-break-in-test')).toBe(false);
    expect(existsSync(join(rootFolder, '..', 'evil.txt'))).toBe(false);
    expect(readFileSync(join(rootFolder, 'flows', 'ise', 'flow.yaml'), 'utf8')).not.toContain('<script>');
    await store.commit([{ query: store.sql.deleteFrom('revision').compile() }]);
  });
});

describe('taps that nobody was offered', () => {
  test('lead no further than a step of the flow, delete nothing, and are never repeated', async () => {
    const resident = town.emulator.resident('にせのタップ');
    await resident.follow();
    await resident.say('家賃のことで困っています');
    await resident.waitFor((heard) => heard.length > 1);
    const { store } = town.running;
    const kept = async () =>
      (await store.read(store.sql.selectFrom('consultation').select(['sealed_key']).compile())).filter(
        ({ sealed_key }) => sealed_key !== null,
      ).length;
    const before = await kept();
    const marker = 'にせもの<script>';
    for (const data of [
      `step|${marker}`,
      `step|__proto__`,
      `word|${marker}`,
      'word|__proto__',
      'word|constructor',
      `choice|${marker}|0`,
      'choice|__proto__|toString',
      `language|${marker}`,
      'language|../../etc/passwd',
      `category|${marker}`,
      'category|__proto__',
      'more|__proto__|1e99',
      `more|${marker}|-1`,
      'delete|yes',
      'delete|no',
      `accept|${marker}`,
      'close|solved',
      'reply|x',
      '',
      '|||||',
      '{"kind":"accept","staff":"s"}',
      `${marker}${'x'.repeat(290)}`,
    ]) {
      const said = resident.heard().length;
      await resident.press({ label: marker, action: { type: 'postback', label: marker, data } } as never);
      await until(() => resident.heard().length > said);
    }
    expect(resident.heard().join('\n')).not.toContain('script');
    expect(await kept()).toBe(before);
    const rows = await store.read(
      store.sql.selectFrom('conversation').select(['owner', 'language']).compile(),
    );
    for (const row of rows) expect(row).toEqual({ owner: null, language: 'ja' });
    expect(town.log.join('\n')).not.toMatch(/unexpected|にせもの/u);
  });
});

describe('pages of the desk', () => {
  const routes = [
    ['GET', 'emergency'],
    ['GET', 'setup'],
    ['POST', 'setup/line'],
    ['POST', 'search'],
    ['GET', 'windows'],
    ['GET', 'log'],
    ['GET', 'log/export'],
    ['GET', 'retention'],
  ] as const;
  test.each(routes)(
    '%s /api/%s tells nothing without a session, nor to a page of another site',
    async (method, path) => {
      const ask = (headers: Record<string, string>) =>
        fetch(`${town.url}/api/${path}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
      const out = await ask({ origin: town.url });
      expect([out.status, await out.text()]).toEqual([401, '{"error":"signed-out"}']);
      if (method === 'POST') expect((await ask({ cookie, origin: 'https://evil.example' })).status).toBe(403);
    },
  );

  test('first steps, log, retention and search are not for a counselor', async () => {
    for (const [method, path] of routes.filter(([, path]) => !['emergency', 'windows'].includes(path))) {
      const answer = await fetch(`${town.url}/api/${path}`, {
        method,
        headers: { 'content-type': 'application/json', origin: town.url, cookie },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      expect([path, answer.status, await answer.text()]).toEqual([path, 403, '{"error":"forbidden"}']);
    }
  });
});
