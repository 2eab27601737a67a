import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditWord } from '../../src/audit/entry.ts';
import { parseNetworks } from '../../src/network.ts';
import { demoAccounts } from '../../src/node/demo-accounts.ts';
import { openReceiver } from '../alert/receivers.ts';
import { oneTimeCode } from '../console/totp.ts';
import { openTown, type Town, until } from '../support/town.ts';

/**
 * Every route of staff, taken from the running program's own table: what shows content or changes something leaves a row in the
 * log that names who did it. A route that stands there and not here fails; so does one here that is gone.
 */
const SECRET = '家賃が三か月はらえていません';

type Person = {
  call(method: string, path: string, body?: object): Promise<Response>;
  code(): Promise<string>;
};
type Scene = {
  who: Record<'counselor' | 'other' | 'supervisor' | 'admin', Person>;
  /** A new consultation: waiting, or accepted by the counselor. */
  talk(state: 'waiting' | 'mine', words?: string): Promise<string>;
};
type Call = [who: keyof Scene['who'], path: string, body?: object];
/** How the route is used, and the row that it leaves; or why it leaves none. */
type Rule =
  | { row: AuditWord; call(scene: Scene): Promise<Call> }
  | { none: 'no content, no change'; as?: keyof Scene['who'] };

const none = (as?: keyof Scene['who']): Rule => ({ none: 'no content, no change', ...(as ? { as } : {}) });
const id = () => randomUUID();

/** An action of the counselor in a talk of theirs (or in one that waits). */
const acting = (
  row: AuditWord,
  action: string,
  body: object = {},
  state: 'waiting' | 'mine' = 'mine',
): Rule => ({
  row,
  call: async ({ talk }) => [
    'counselor',
    `consultations/${await talk(state)}/${action}`,
    { id: id(), ...body },
  ],
});

async function asked({ who, talk }: Scene, kind: 'identity' | 'disclosure' = 'identity'): Promise<string> {
  const approval = id();
  const body = { id: approval, ground: kind === 'identity' ? 'suicide' : 'request', reason: '理由' };
  const asker = kind === 'identity' ? who.counselor : who.supervisor;
  const path = `consultations/${await talk('mine')}/${kind}`;
  const answer = await asker.call('POST', path, { ...body, proof: { code: await asker.code() } });
  expect(answer.status).toBe(200);
  return approval;
}
const approved = async (scene: Scene): Promise<string> => {
  const approval = await asked(scene);
  const { admin } = scene.who;
  await admin.call('POST', `approvals/${approval}/approve`, { proof: { code: await admin.code() } });
  return approval;
};

const rules: Record<string, Rule> = {
  'GET /welcome': none(),
  'POST /join': {
    row: 'person-joined',
    call: async ({ who }) => {
      const person = { name: '新人', email: `${id()}@example.jp`, roles: ['counselor'], topics: ['*'] };
      const { code } = await (await who.admin.call('POST', 'people/invites', person)).json();
      return ['admin', 'join', { code, name: '新人', email: person.email, password: 'long enough word' }];
    },
  },
  'GET /session': none(),
  'GET /queue': none(),
  'GET /changes': none(),
  'GET /windows': none(),
  'GET /emergency': none(),
  'GET /canned': none(),
  'GET /alerts': none(),
  'GET /approvals/standing': none('supervisor'),
  // Which talk and what kind, as the log has them; the words of the report lie in the talk.
  'GET /flags': none('supervisor'),
  // About staff, and about the log itself.
  'GET /people': none('admin'),
  'GET /log': none('admin'),
  'GET /setup': none('admin'),
  // Looks at LINE's settings; changes nothing there or here.
  'POST /setup/line': none('admin'),
  'GET /consultations/:id': {
    row: 'talk-read',
    call: async ({ talk }) => ['counselor', `consultations/${await talk('waiting')}`],
  },
  'POST /search': {
    row: 'searched',
    call: async ({ talk }) => {
      await talk('mine');
      return ['supervisor', 'search', { words: '家賃' }];
    },
  },
  'GET /consultations/:id/pictures/:version': {
    row: 'picture-opened',
    call: async ({ talk }) => ['counselor', `consultations/${await talk('waiting')}/pictures/1`],
  },
  'POST /consultations/:id/accept': acting('accept', 'accept', {}, 'waiting'),
  'POST /consultations/:id/take-over': {
    row: 'take-over',
    call: async ({ talk }) => ['supervisor', `consultations/${await talk('mine')}/take-over`, { id: id() }],
  },
  'POST /consultations/:id/reply': acting('reply', 'reply', { text: 'はい', seen: 0, anyway: true }),
  'POST /consultations/:id/give-back': acting('give-back', 'give-back'),
  'POST /consultations/:id/close': acting('close', 'close', { outcome: 'OUTCOME' }),
  'POST /consultations/:id/level': acting('set-level', 'level', { level: 'watch', reason: '様子' }),
  'POST /consultations/:id/mute': acting('mute', 'mute', { minutes: 10, reason: '連投' }),
  'POST /consultations/:id/flag': acting('flag', 'flag', { what: 'threat', note: '' }),
  'POST /consultations/:id/categories': acting('set-categories', 'categories', { categories: [] }),
  'POST /consultations/:id/referrals': acting('referral', 'referrals', { window: 'WINDOW', consent: true }),
  'POST /consultations/:id/transfer': acting('transfer', 'transfer', { to: null, note: '引き継ぎ' }),
  'POST /consultations/:id/notes': acting('note', 'notes', { text: 'メモ' }),
  'POST /consultations/:id/assessment': acting('assessment', 'assessment', { answers: 'ASSESSMENT' }),
  'POST /consultations/:id/referrals/:referral/outcome': {
    row: 'referral-outcome',
    call: async ({ talk }) => [
      'counselor',
      `consultations/${await talk('mine')}/referrals/${id()}/outcome`,
      { outcome: 'connected' },
    ],
  },
  'POST /presence': { row: 'duty-changed', call: async () => ['counselor', 'presence', { on: true }] },
  'POST /canned/:id': {
    row: 'canned-changed',
    call: async () => ['admin', `canned/${id()}`, { title: '題', body: '文' }],
  },
  'POST /canned/:id/delete': {
    row: 'canned-deleted',
    call: async () => ['admin', `canned/${id()}/delete`, {}],
  },
  'POST /people/invites': {
    row: 'person-invited',
    call: async () => [
      'admin',
      'people/invites',
      { name: '人', email: `${id()}@example.jp`, roles: ['counselor'], topics: ['*'] },
    ],
  },
  'POST /people/:id/reset': {
    row: 'person-invited',
    call: async ({ who }) => ['admin', `people/${await other(who)}/reset`, {}],
  },
  'POST /people/:id': {
    row: 'person-changed',
    call: async ({ who }) => ['admin', `people/${await other(who)}`, { topics: ['*'] }],
  },
  'POST /log/verify': { row: 'log-verified', call: async () => ['admin', 'log/verify', {}] },
  'GET /log/export': { row: 'log-exported', call: async () => ['admin', 'log/export'] },
  'POST /alerts/:id/acknowledge': {
    row: 'alert-acknowledged',
    call: async ({ who, talk }) => {
      await talk('waiting', '死にたい');
      const alert = await until(async () => {
        const { alerts } = await (await who.counselor.call('GET', 'alerts')).json();
        return alerts.find(({ state }: { state: string }) => state === 'open');
      });
      return ['counselor', `alerts/${alert.id}/acknowledge`, {}];
    },
  },
  'POST /consultations/:id/identity': {
    row: 'identity-asked',
    call: async ({ who, talk }) => [
      'counselor',
      `consultations/${await talk('mine')}/identity`,
      { id: id(), ground: 'suicide', reason: '理由', proof: { code: await who.counselor.code() } },
    ],
  },
  'POST /consultations/:id/disclosure': {
    row: 'disclosure-asked',
    call: async ({ who, talk }) => [
      'supervisor',
      `consultations/${await talk('mine')}/disclosure`,
      { id: id(), ground: 'request', reason: '理由', proof: { code: await who.supervisor.code() } },
    ],
  },
  'GET /approvals': {
    row: 'reason-read',
    call: async (scene) => {
      await asked(scene);
      return ['supervisor', 'approvals'];
    },
  },
  'POST /approvals/:id/approve': {
    row: 'identity-approved',
    call: async (scene) => {
      const { supervisor } = scene.who;
      const body = { proof: { code: await supervisor.code() } };
      return ['supervisor', `approvals/${await asked(scene)}/approve`, body];
    },
  },
  'POST /approvals/:id/decline': {
    row: 'identity-declined',
    call: async (scene) => ['supervisor', `approvals/${await asked(scene)}/decline`, {}],
  },
  'POST /approvals/:id/use': {
    row: 'identity-shown',
    call: async (scene) => ['counselor', `approvals/${await approved(scene)}/use`, {}],
  },
  'GET /retention': {
    row: 'reason-read',
    call: async ({ who, talk }) => {
      const held = await talk('mine');
      await who.supervisor.call('POST', `consultations/${held}/hold`, { reason: '裁判', days: 30 });
      return ['admin', 'retention'];
    },
  },
  'POST /consultations/:id/hold': {
    row: 'held',
    call: async ({ talk }) => [
      'supervisor',
      `consultations/${await talk('mine')}/hold`,
      { reason: '裁判', days: 30 },
    ],
  },
  'POST /consultations/:id/release': {
    row: 'released',
    call: async ({ who, talk }) => {
      const held = await talk('mine');
      await who.supervisor.call('POST', `consultations/${held}/hold`, { reason: '裁判', days: 30 });
      return ['supervisor', `consultations/${held}/release`, {}];
    },
  },
};

let town: Town;
let scene: Scene;
let folder: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-rows-'));
  receiver = await openReceiver();
  const alertsFile = join(folder, 'alerts.yaml');
  writeFileSync(
    alertsFile,
    'people:\n  a: { name: 甲, webhook_env: A }\nsteps:\n  - to: [a]\nlimits: { high: 0m }\n',
  );
  town = await openTown('2026-11-24T10:00', {
    staffed: true,
    config: { alertsFile, trustedProxies: parseNetworks('127.0.0.0/8') ?? [] },
    environment: { A: receiver.url('/a') },
  });
  const [counselor, otherOne, supervisor, admin] = await Promise.all(demoAccounts.map(signIn));
  if (!counselor || !otherOne || !supervisor || !admin) throw new Error('accounts');
  let residents = 0;
  scene = {
    who: { counselor, other: otherOne, supervisor, admin },
    async talk(state, words = SECRET) {
      const before = new Set((await queue()).map((entry) => entry.id));
      const resident = town.emulator.resident(`相談者${++residents}`);
      await resident.say(words);
      await resident.say('人と話したい');
      const entry = await until(async () =>
        (await queue()).find((one) => !before.has(one.id) && one.state === 'waiting'),
      );
      if (state === 'mine') {
        await counselor.call('POST', `consultations/${entry.id}/accept`, { id: id() });
        await until(async () => (await queue()).some((one) => one.id === entry.id && one.state === 'human'));
      }
      return entry.id;
    },
  };
});
afterAll(async () => {
  await town?.stop();
  await receiver?.close();
  rmSync(folder, { recursive: true, force: true });
});

const queue = async (): Promise<{ id: string; state: string }[]> =>
  (await (await scene.who.counselor.call('GET', 'queue')).json()).entries;

const other = async (who: Scene['who']): Promise<string> => {
  const { people } = await (await who.admin.call('GET', 'people')).json();
  return people.find(({ email }: { email: string }) => email === demoAccounts[1]?.email).id;
};

/** Signs in, with an authenticator. */
async function signIn({ email, password }: { email: string; password: string }): Promise<Person> {
  const jar = new Map<string, string>();
  const seat = `192.0.2.${demoAccounts.findIndex((account) => account.email === email) + 1}`;
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${town.url}/api/${path}`, {
      method,
      headers: {
        origin: town.url,
        'content-type': 'application/json',
        'x-forwarded-for': seat,
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  await call('POST', 'auth/sign-in/email', { email, password });
  const { totpURI } = await (await call('POST', 'auth/two-factor/enable', { password })).json();
  const code = () => oneTimeCode(new URL(totpURI).searchParams.get('secret') ?? '');
  await call('POST', 'auth/two-factor/verify-totp', { code: await code() });
  return { call, code };
}

const routes = () =>
  [
    ...new Set(
      town.running.service.app.routes
        .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/') && path !== '/api/auth/*')
        .map(({ method, path }) => `${method} ${path.slice('/api'.length)}`),
    ),
  ].sort();

test('every route of staff has its rule', () => {
  expect(routes()).toEqual(Object.keys(rules).sort());
});

const rows = async (word: string) =>
  (
    await town.running.store.read(
      town.running.store.sql
        .selectFrom('audit')
        .select('seq')
        .where('what', '=', word as never)
        .compile(),
    )
  ).length;

/** Values that only the running service knows. */
async function filled(body: object | undefined, { who }: Scene): Promise<object | undefined> {
  if (!body) return undefined;
  const session = await (await who.counselor.call('GET', 'session')).json();
  const { windows } = await (await who.counselor.call('GET', 'windows')).json();
  const text = JSON.stringify(body)
    .replace('OUTCOME', session.service.outcomes[0].id)
    .replace('WINDOW', windows[0].id)
    .replace('"ASSESSMENT"', JSON.stringify(answers));
  return JSON.parse(text) as object;
}
const answers = {
  ...Object.fromEntries(
    ['thoughts', 'plan', 'means', 'time', 'attempts', 'alone', 'safe'].map((one) => [one, 'unknown']),
  ),
  memo: '',
};

describe('what a route leaves behind', () => {
  for (const [route, rule] of Object.entries(rules)) {
    const [method = '', path = ''] = route.split(' ');
    if ('none' in rule)
      test(`${route}: nothing, and nobody's words`, async () => {
        await scene.talk('mine');
        const answer = await scene.who[rule.as ?? 'counselor'].call(method, `${path.slice(1)}?wait=0`);
        expect(answer.status).toBe(200);
        expect(await answer.text()).not.toContain(SECRET.slice(0, 5));
      });
    else
      test(`${route}: ${rule.row}`, async () => {
        const [who, to, body] = await rule.call(scene);
        const before = await rows(rule.row);
        const answer = await scene.who[who].call(method, to, await filled(body, scene));
        // 404: a picture that is none, or a referral that is not there; looking for it is written down all the same.
        expect([200, 404]).toContain(answer.status);
        expect(await rows(rule.row)).toBeGreaterThan(before);
      });
  }
});

test('the link of an alert leaves a row, too', async () => {
  const before = await rows('alert-acknowledged');
  await scene.talk('waiting', '死にたい');
  const pressed = await until(async () => {
    for (const { body } of receiver.got) {
      if (body.acknowledge_url === null) continue;
      const url = String(body.acknowledge_url).replace(/^https?:\/\/[^/]+/u, town.url);
      const answer = await fetch(url, { method: 'POST', headers: { origin: town.url } });
      if ((await answer.text()).includes('確認しました')) return true;
    }
    return false;
  });
  expect(pressed).toBe(true);
  expect(await rows('alert-acknowledged')).toBe(before + 1);
});
