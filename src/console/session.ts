import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins';
import { entryWrite } from '../audit/entry.ts';
import { isWithinLimit } from '../store/limit.ts';
import type { Store } from '../store/store.ts';
import { type Role, roles, strongRoles, type Viewer } from './access.ts';
import { storeDialect } from './dialect.ts';

/** Somebody signed in. `needsSecondFactor`: must set one up before anything else is open to them. */
export type Staff = Viewer & {
  name: string;
  email: string;
  /** Has an authenticator app, or signed in with a passkey, which asks for a finger, a face or a PIN. */
  secondFactor: boolean;
  /** Has an authenticator app. */
  totp: boolean;
  needsSecondFactor: boolean;
};

export type SessionSettings = {
  /** Where the console is reached, e.g. `https://madoguchi.example.jp`; decides the cookies and the passkeys. */
  publicUrl: string;
  /** At least 32 characters, derived from MADOGUCHI_KEY. */
  secret: string;
  /** The demo's accounts work without a second factor. */
  demo: boolean;
  /** Minutes without a person's doing after which a session ends. */
  idleMinutes?: number;
  /** How passwords are kept: better-auth's scrypt, but for tests, where making many accounts would take most of the time. */
  passwords?: Passwords;
};

export type Passwords = {
  hash(password: string): Promise<string>;
  verify(kept: { hash: string; password: string }): Promise<boolean>;
};

/** Marks, within the program, a passkey that is shown to prove oneself anew and not to sign in. */
const proofHeader = 'x-madoguchi-proof';

/** A session ends after a long shift, whatever happens. */
const shiftSeconds = 12 * 3600;
/** `usedAt` is written at most once a minute. */
const noticeMs = 60_000;

/**
 * The requests of better-auth that the console uses. Everything else it could do (sign-up above all) has no route.
 */
const openPaths = [
  '/sign-in/email',
  '/sign-out',
  '/two-factor/enable',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/passkey/generate-register-options',
  '/passkey/verify-registration',
  '/passkey/generate-authenticate-options',
  '/passkey/verify-authentication',
  '/passkey/list-user-passkeys',
  '/passkey/delete-passkey',
  '/change-password',
];

const passkeyPath = '/passkey/verify-authentication';
const passkeyChanges = ['/passkey/verify-registration', '/passkey/delete-passkey'];
const factorChanges = [...passkeyChanges, '/passkey/generate-register-options', '/two-factor/enable'];

/** A second factor shown anew: a number of the authenticator app, or a passkey's answer (WebAuthn, as JSON). */
export type Proof = { code: string } | { passkey: Assertion };
export type Assertion = {
  id: string;
  rawId: string;
  type: 'public-key';
  response: { clientDataJSON: string; authenticatorData: string; signature: string };
};

export type Sessions = ReturnType<typeof createSessions>;

/**
 * Accounts and sessions by better-auth on our store. Times of sessions are real time, also where the demo's clock is
 * set: better-auth reads the system's clock.
 */
export function createSessions(store: Store, settings: SessionSettings) {
  const auth = configure(store, settings);
  const idleMs = (settings.idleMinutes ?? 30) * 60_000;

  async function end(token: string): Promise<void> {
    await (await auth.$context).internalAdapter.deleteSession(token);
  }

  return {
    auth,

    /** Answers a request below `/api/auth`. `address` is the client's, for the rate limit. */
    async handle(request: Request, address: string): Promise<Response> {
      const path = new URL(request.url).pathname.replace(/^\/api\/auth/, '');
      if (!openPaths.includes(path)) return new Response(null, { status: 404 });
      if (path === '/sign-in/email' && !(await mayTry(store, request)))
        return Response.json({ error: 'too-many' }, { status: 429 });
      if (factorChanges.includes(path) && (await this.isHalfSignedIn(request.headers)))
        return Response.json({ error: 'second-factor-needed' }, { status: 403 });
      const copy = new Request(request);
      copy.headers.set('x-madoguchi-address', address);
      copy.headers.delete(proofHeader);
      const answer = await auth.handler(copy);
      if (answer.ok && passkeyChanges.includes(path)) {
        const staff = await this.whoIs(request.headers, { byHand: true });
        if (staff) await logged(store, 'account-changed', staff.id);
      }
      return withoutToken(answer);
    },

    /**
     * Who sends these headers, or undefined. `byHand`: a person caused the request; others (polls of an open page) do
     * not keep a session alive, unless the person is on duty (`keep`).
     */
    async whoIs(headers: Headers, options: { byHand: boolean }): Promise<Staff | undefined> {
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      if (!found) return undefined;
      const now = Date.now();
      const { session, user } = found;
      if (user.active !== 1 || now - session.usedAt > idleMs) {
        await end(session.token);
        return undefined;
      }
      if (options.byHand && now - session.usedAt > noticeMs) await this.keep(session.token);
      return toStaff(user, session.via === passkeyPath, settings.demo);
    },

    /**
     * Whether somebody who needs a second factor has a passkey and came in with the password alone. better-auth lets them in;
     * could they make another factor, the password would be enough.
     */
    async isHalfSignedIn(headers: Headers): Promise<boolean> {
      const staff = await this.whoIs(headers, { byHand: true });
      if (!staff?.needsSecondFactor) return false;
      const { sql } = store;
      const own = sql.selectFrom('staff_passkey').select('id').where('userId', '=', staff.id).limit(1);
      return (await store.read(own.compile())).length > 0;
    },

    /** Whether this is the second factor of the person signed in by these headers, shown at this moment. */
    async proves(headers: Headers, staff: string, proof: Proof): Promise<boolean> {
      try {
        if ('code' in proof) {
          await auth.api.verifyTOTP({ headers, body: { code: proof.code } });
          return true;
        }
        const marked = new Headers(headers);
        marked.set(proofHeader, '1');
        const shown = await auth.api.verifyPasskeyAuthentication({
          headers: marked,
          body: { response: { ...proof.passkey, clientExtensionResults: {} } },
        });
        // better-auth knows passkeys for signing in only: the session that it made is not wanted.
        await end(shown.session.token);
        return shown.session.userId === staff;
      } catch (error) {
        if (error instanceof APIError) return false;
        throw error;
      }
    },

    /** Counts as use of the session now. */
    async keep(token: string): Promise<void> {
      await store.commit([
        {
          query: store.sql
            .updateTable('staff_session')
            .set({ usedAt: Date.now() })
            .where('token', '=', token)
            .compile(),
        },
      ]);
    },

    /** Counts as use of all sessions of a person on duty: waiting for residents is work. */
    async keepAll(staff: string): Promise<void> {
      const now = Date.now();
      await store.commit([
        {
          query: store.sql
            .updateTable('staff_session')
            .set({ usedAt: now })
            .where('userId', '=', staff)
            .where('usedAt', '<', now - noticeMs)
            .where('usedAt', '>=', now - idleMs)
            .compile(),
        },
      ]);
    },

    /** Ends every session of a person: their role, topics or password changed, or they left. */
    async endAll(staff: string): Promise<void> {
      await (await auth.$context).internalAdapter.deleteUserSessions(staff);
    },
  };
}

/** Tries of one account, wherever they come from: better-auth counts by address only. */
const accountLimit = { max: 100, windowMs: 3_600_000 };

async function mayTry(store: Store, request: Request): Promise<boolean> {
  const told: unknown = await request
    .clone()
    .json()
    .catch(() => null);
  const email = told !== null && typeof told === 'object' && 'email' in told ? String(told.email) : '';
  return isWithinLimit(store, `account ${email.trim().toLowerCase()}`, accountLimit, Date.now());
}

/** The session's token belongs into the HttpOnly cookie alone; better-auth also answers it in the body. */
async function withoutToken(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.includes('json')) return response;
  const told: unknown = await response.json();
  const signedIn = told !== null && typeof told === 'object' && ('token' in told || 'session' in told);
  const shown = signedIn ? { ok: true } : told;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(JSON.stringify(shown), { status: response.status, headers });
}

async function logged(store: Store, what: 'signed-in' | 'account-changed', staff: string): Promise<void> {
  await store.commit([entryWrite(store.sql, { at: Date.now(), what, staff })]);
}

function configure(store: Store, settings: SessionSettings) {
  const https = settings.publicUrl.startsWith('https://');
  const text = { type: 'string', input: false, required: true } as const;
  return betterAuth({
    appName: '窓口',
    baseURL: settings.publicUrl,
    basePath: '/api/auth',
    secret: settings.secret,
    database: { dialect: storeDialect(store), type: 'sqlite' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      ...(settings.passwords && { password: settings.passwords }),
    },
    user: {
      modelName: 'staff',
      additionalFields: {
        roles: text,
        topics: text,
        active: { type: 'number', input: false, required: true },
      },
    },
    session: {
      modelName: 'staff_session',
      expiresIn: shiftSeconds,
      disableSessionRefresh: true,
      additionalFields: {
        usedAt: { type: 'number', input: false, required: true, defaultValue: () => Date.now() },
        via: { type: 'string', input: false, required: false },
      },
    },
    account: { modelName: 'staff_account' },
    verification: { modelName: 'staff_check' },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'staff_rate',
      window: 60,
      max: 60,
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/two-factor/verify-totp': { window: 60, max: 10 },
        '/two-factor/verify-backup-code': { window: 60, max: 5 },
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => ({ data: { ...session, via: context?.path ?? null } }),
          after: async ({ userId }, context) => {
            if (!context?.headers?.has(proofHeader)) await logged(store, 'signed-in', userId);
          },
        },
      },
      user: { update: { after: async ({ id }) => logged(store, 'account-changed', id) } },
      account: { update: { after: async ({ userId }) => logged(store, 'account-changed', userId) } },
    },
    plugins: [
      twoFactor({ issuer: '窓口', twoFactorTable: 'staff_totp' }),
      passkey({
        rpName: '窓口',
        schema: { passkey: { modelName: 'staff_passkey' } },
        // A finger, a face or a PIN beside the device: that makes it two factors.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        authentication: {
          afterVerification: async ({ verification }) => {
            if (!verification.authenticationInfo?.userVerified) throw new APIError('UNAUTHORIZED');
          },
        },
      }),
    ],
    advanced: {
      cookiePrefix: https ? '__Host-madoguchi' : 'madoguchi',
      useSecureCookies: false, // would add __Secure- before our __Host-
      defaultCookieAttributes: { secure: https, sameSite: 'strict', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: ['x-madoguchi-address'] },
    },
  });
}

type User = {
  id: string;
  name: string;
  email: string;
  roles: string;
  topics: string;
  twoFactorEnabled?: boolean | null;
};

function toStaff(user: User, byPasskey: boolean, demo: boolean): Staff {
  const held = user.roles.split(' ').filter((role): role is Role => roles.includes(role as Role));
  const totp = user.twoFactorEnabled === true;
  const secondFactor = totp || byPasskey;
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    roles: held,
    topics: user.topics.split(' ').filter(Boolean),
    secondFactor,
    totp,
    needsSecondFactor: !demo && !secondFactor && held.some((role) => strongRoles.includes(role)),
  };
}
