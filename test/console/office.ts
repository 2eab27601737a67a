import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import type { Hono } from 'hono';
import type { Role } from '../../src/console/access.ts';
import { createBell } from '../../src/console/bell.ts';
import type { ConsoleDeps } from '../../src/console/deps.ts';
import { consoleRoutes } from '../../src/console/routes.ts';
import { createSessions, type Passwords } from '../../src/console/session.ts';
import { createStaff } from '../../src/console/staff.ts';
import { disclosureDocument } from '../../src/privacy/disclosure.ts';
import { policeSheet } from '../../src/privacy/sheet.ts';
import type { Finding } from '../../src/risk/finding.ts';
import { settings } from '../../src/store/queries/setting.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { TalkState } from '../../src/store/tables.ts';
import { loadKeys } from '../../src/vault/keys.ts';
import { parseKeyRing } from '../../src/vault/ring.ts';
import { createVault } from '../../src/vault/vault.ts';
import { readMigrations } from '../support/migrations.ts';

export const origin = 'http://localhost:3000';
export const password = 'correct horse battery';

/** A resident's talk as rows of the store. */
export type Talk = { id: string; conversation: string };

export type Office = Awaited<ReturnType<typeof openOffice>>;

/** Scrypt at a thousandth of what it costs those who guess: these tests make and ask hundreds of passwords. */
const cheapPasswords: Passwords = {
  async hash(word) {
    const salt = randomBytes(16).toString('hex');
    return `${salt}:${derived(word, salt)}`;
  },
  async verify({ hash, password: word }) {
    const [salt = '', key] = hash.split(':');
    return derived(word, salt) === key;
  },
};
const derived = (word: string, salt: string) => scryptSync(word, salt, 32, { N: 16 }).toString('hex');

/** A console on a real database (SQLite in memory unless given another), with a clock that stands until moved. */
export async function openOffice(change: Partial<ConsoleDeps> = {}, idleMinutes = 30) {
  const store = change.store ?? openSqlite({ file: ':memory:' });
  await store.migrate(readMigrations());
  const ring = parseKeyRing(`test:${randomBytes(32).toString('base64')}`);
  if (!ring.ok) throw new Error(ring.message);
  const keys = await loadKeys(settings(store), ring.ring, randomBytes);
  const vault = createVault(keys, randomBytes);
  const clock = { now: Date.parse('2026-11-24T20:00:00+09:00') };
  const bell = createBell();
  const sessions = createSessions(store, {
    publicUrl: change.publicUrl ?? origin,
    secret: keys.sessionSecret,
    demo: change.demo != null,
    idleMinutes,
    passwords: cheapPasswords,
  });
  const deps: ConsoleDeps = {
    store,
    sessions,
    act: async () => ({ ok: true }),
    opener: (consultation, sealedKey) => {
      const key = vault.unwrap(sealedKey, consultation);
      return (context, sealed) => vault.open(key, context, sealed);
    },
    sealer: (consultation, sealedKey) => {
      const key = vault.unwrap(sealedKey, consultation);
      return (context, plain) => vault.seal(key, context, plain);
    },
    opening: {
      sheet: (consultation) =>
        policeSheet(
          { store, vault, channel: async () => ({ id: 'Ubot', name: '試験の窓口', basicId: '@test' }) },
          consultation,
        ),
      disclosure: (consultation) => disclosureDocument({ store, vault, now: () => clock.now }, consultation),
    },
    retention: () => ({
      contentMs: 90 * 86_400_000,
      notesMs: 90 * 86_400_000,
      logMs: 1_095 * 86_400_000,
      remindMs: 7 * 86_400_000,
    }),
    auditHash: vault.auditHash,
    bell,
    company: { sits: async () => {}, picture: async () => ({ ok: false, why: 'gone' }) },
    now: () => clock.now,
    random: (bytes) => randomBytes(bytes),
    publicUrl: origin,
    demo: null,
    service: {
      name: '試験の窓口',
      categories: [
        { id: 'money', label: 'お金・住まい' },
        { id: 'child', label: '子ども・子育て' },
      ],
      outcomes: [{ id: 'solved', label: '解決' }],
    },
    windows: () => [],
    emergency: () => null,
    deskSource: () => ({ rule: 'Mo-Su 17:00-22:00', file: 'flows/rei/flow.yaml', line: 12, example: true }),
    checkLine: async () => [{ state: 'ok', text: 'LINEにつながりました。' }],
    answerWords: () => ({ district: { label: '地区', values: {} } }),
    desk: () => ({ open: true, hours: '17:00-22:00', nextOpen: '', capacity: 2, sessionMinutes: 50 }),
    pushes: () => undefined,
    asset: async () => undefined,
    address: () => '192.0.2.1',
    mayReach: () => true,
    ...change,
  };
  const app = consoleRoutes(deps);

  async function staff(name: string, roles: Role[], topics: string[] = ['*']): Promise<string> {
    const made = await createStaff(
      { sessions },
      { name, email: `${name}@example.jp`, password, roles, topics },
    );
    if (!made.ok) throw new Error(made.why);
    return made.id;
  }

  /** A resident's talk: an event a message, each sealed as `handle` seals it. */
  async function talk(row: {
    state: TalkState;
    level?: number;
    owner?: string;
    topic?: string | null;
    waitingSince?: number;
    /** What the resident wrote; `said`: what a counselor did. */
    texts?: { text: string; risk?: Finding; said?: string }[];
    openedAt?: number;
    categories?: string;
    outcome?: string;
    resident?: string;
  }): Promise<Talk> {
    const conversation = vault.pseudonym('line', row.resident ?? randomUUID());
    const id = randomUUID();
    const key = vault.newDataKey();
    const { now } = clock;
    const texts = row.texts ?? [{ text: 'はじめまして' }];
    const { sql } = store;
    const events = texts.map(({ text, risk, said }, index) => ({
      query: sql
        .insertInto('event')
        .values({
          conversation_id: conversation,
          version: index + 1,
          id: randomUUID(),
          consultation_id: id,
          kind: 'text',
          at: now,
          applied_at: now,
          staff_id: null,
          message_key: null,
          level: 0,
          sealed: vault.seal(
            key,
            `event:${conversation}:${index + 1}`,
            JSON.stringify({ in: { kind: 'text', text }, risk, said: said ? [counselorSays(said)] : [] }),
          ),
        })
        .compile(),
    }));
    await store.commit([
      ...events,
      {
        query: sql
          .insertInto('conversation')
          .values({
            id: conversation,
            version: texts.length,
            state: row.state,
            level: row.level ?? 0,
            owner: row.owner ?? null,
            consultation_id: id,
            language: 'ja',
            topic: row.topic === undefined ? 'money' : row.topic,
            unreachable: 0,
            sealed_user: vault.sealUser(conversation, row.resident ?? 'U-nobody'),
            sealed_snapshot: vault.seal(
              key,
              `snapshot:${conversation}:${texts.length}`,
              JSON.stringify({ place: { answers: { district: '宮川' } }, token: { token: 't', at: now } }),
            ),
            waiting_since: row.waitingSince ?? now,
            resident_at: now,
            counselor_at: null,
            created_at: now,
            updated_at: now,
          })
          .compile(),
      },
      {
        query: sql
          .insertInto('consultation')
          .values({
            id,
            conversation_id: conversation,
            sealed_key: vault.wrap(key, id),
            opened_at: row.openedAt ?? now,
            closed_at: row.state === 'closed' ? now : null,
            in_hours: 1,
            returning: 0,
            level: row.level ?? 0,
            categories: row.categories ?? 'money',
            handed_off_at: now,
            accepted_at: null,
            first_response_at: null,
            messages_in: texts.length,
            messages_bot: 0,
            messages_counselor: 0,
            outcome: row.outcome ?? null,
          })
          .compile(),
      },
    ]);
    return { id, conversation };
  }

  /** A person who is signed in, in a browser of their own. */
  async function signedIn(...who: Parameters<typeof staff>) {
    const id = await staff(...who);
    const own = browser(app as unknown as Hono);
    const { status } = await own.signIn(who[0]);
    if (status !== 200) throw new Error(`signing in answered ${status}`);
    return { id, ...own };
  }

  return {
    app: app as unknown as Hono,
    deps,
    store,
    sessions,
    vault,
    bell,
    clock,
    staff,
    signedIn,
    talk,
    browser: () => browser(app as unknown as Hono),
  };
}

const counselorSays = (text: string) => ({
  speaker: 'counselor',
  messages: [{ kind: 'text', text }],
  choices: [],
});

/** A browser as far as the API is concerned: cookies, an origin, JSON. */
function browser(app: Hono) {
  const jar = new Map<string, string>();
  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    if (!headers.has('origin') && init.method === 'POST') headers.set('origin', origin);
    if (init.body) headers.set('content-type', 'application/json');
    const response = await app.request(`${origin}${path}`, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const cut = pair.indexOf('=');
      if (/max-age=0/i.test(cookie)) jar.delete(pair.slice(0, cut));
      else jar.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    return response;
  }
  const post = (path: string, body: object) => request(path, { method: 'POST', body: JSON.stringify(body) });
  return {
    jar,
    get: (path: string) => request(path),
    request,
    post,
    signIn: (name: string, word = password) =>
      post('/api/auth/sign-in/email', { email: `${name}@example.jp`, password: word }),
    /** An action on a talk, with an id of its own. */
    act: (talk: Talk, action: string, body: object = {}) =>
      post(`/api/consultations/${talk.id}/${action}`, { id: randomUUID(), ...body }),
  };
}
