import { everyone, openInvite, takeInvite } from '../store/queries/staff.ts';
import type { Store, Write } from '../store/store.ts';
import type { Role } from './access.ts';
import type { Sessions } from './session.ts';

/** Topics are category ids of the flow, or `*` for all. */
export type NewStaff = {
  name: string;
  email: string;
  password: string;
  roles: readonly Role[];
  topics: readonly string[];
};

export type StaffDeps = {
  store: Store;
  sessions: Sessions;
  now: () => number;
  /** n random bytes. */
  random: (bytes: number) => Uint8Array;
};

/**
 * Makes an account that can sign in at once. For the command line, the demo and `join`; no route makes one without an
 * invitation. Answers the id, or that the address is taken.
 */
export async function createStaff(
  { sessions }: Pick<StaffDeps, 'sessions'>,
  who: NewStaff,
): Promise<{ ok: true; id: string } | { ok: false; why: 'email-taken' | 'weak-password' }> {
  const context = await sessions.auth.$context;
  const email = who.email.trim().toLowerCase();
  if (who.password.length < 12) return { ok: false, why: 'weak-password' };
  if (await context.internalAdapter.findUserByEmail(email)) return { ok: false, why: 'email-taken' };
  const password = await context.password.hash(who.password);
  const user = await context.internalAdapter.createUser({
    name: who.name,
    email,
    emailVerified: true,
    roles: who.roles.join(' '),
    topics: who.topics.join(' '),
    active: 1,
  });
  await context.internalAdapter.linkAccount({
    userId: user.id,
    accountId: user.id,
    providerId: 'credential',
    password,
  });
  return { ok: true, id: user.id };
}

/** How long an invitation can be used. */
const inviteMs = 7 * 24 * 3600_000;

/** Makes a one-time code for an account to come. The code is shown once and stored only as a hash. */
export async function invite(
  { store, now, random }: Omit<StaffDeps, 'sessions'>,
  who: { name: string | null; email: string | null; roles: readonly Role[]; topics: readonly string[] },
  by: string | null,
): Promise<{ code: string; id: string }> {
  const code = readableCode(random(12));
  const id = crypto.randomUUID();
  const at = now();
  const row = {
    id,
    code_hash: await hashOf(code),
    email: who.email?.trim().toLowerCase() ?? null,
    name: who.name,
    roles: who.roles.join(' '),
    topics: who.topics.join(' '),
    invited_by: by,
    created_at: at,
    expires_at: at + inviteMs,
    used_at: null,
  };
  await store.commit([{ query: store.sql.insertInto('staff_invite').values(row).compile() }]);
  return { code, id };
}

/**
 * The code that makes the first administrator, who is supervisor and counselor too until others are invited.
 * Undefined once anybody has an account. Print it to the operator's terminal; every start makes a new one.
 */
export async function firstCode(deps: Omit<StaffDeps, 'sessions'>): Promise<string | undefined> {
  if ((await deps.store.read(everyone(deps.store.sql))).length > 0) return undefined;
  const roles: Role[] = ['admin', 'supervisor', 'counselor'];
  return (await invite(deps, { name: null, email: null, roles, topics: ['*'] }, null)).code;
}

/** Turns a code into an account. Name and address are asked for only where the invitation leaves them open. */
export async function join(
  deps: StaffDeps,
  input: { code: string; name: string; email: string; password: string },
): Promise<{ ok: true; email: string } | { ok: false; why: 'bad-code' | 'email-taken' | 'weak-password' }> {
  const { store } = deps;
  const at = deps.now();
  const [found] = await store.read(openInvite(store.sql, await hashOf(input.code), at));
  if (!found) return { ok: false, why: 'bad-code' };
  const first = found.email === null;
  if (first && (await store.read(everyone(store.sql))).length > 0) return { ok: false, why: 'bad-code' };
  if (input.password.length < 12) return { ok: false, why: 'weak-password' };
  const taken = await store.commit([{ query: takeInvite(store.sql, found.id, at), expect: 1 }]);
  if (!taken.ok) return { ok: false, why: 'bad-code' };
  const email = found.email ?? input.email;
  const made = await createStaff(deps, {
    name: found.name ?? input.name,
    email,
    password: input.password,
    roles: found.roles.split(' ').filter(Boolean) as Role[],
    topics: found.topics.split(' ').filter(Boolean),
  });
  return made.ok ? { ok: true, email } : made;
}

/**
 * Changes roles, topics or whether somebody may work here, and ends their sessions. The last active administrator
 * cannot be taken away.
 */
export async function changeStaff(
  { store, sessions }: Pick<StaffDeps, 'store' | 'sessions'>,
  id: string,
  change: { roles?: readonly Role[]; topics?: readonly string[]; active?: boolean },
): Promise<'ok' | 'absent' | 'last-admin'> {
  const all = await store.read(everyone(store.sql));
  const person = all.find((row) => row.id === id);
  if (!person) return 'absent';
  const isAdmin = (roles: readonly string[], active: boolean) => active && roles.includes('admin');
  const before = isAdmin(person.roles.split(' '), person.active === 1);
  const after = isAdmin(change.roles ?? person.roles.split(' '), change.active ?? person.active === 1);
  const others = all.some((row) => row.id !== id && isAdmin(row.roles.split(' '), row.active === 1));
  if (before && !after && !others) return 'last-admin';
  const set: Write = {
    query: store.sql
      .updateTable('staff')
      .set({
        roles: change.roles?.join(' ') ?? person.roles,
        topics: change.topics?.join(' ') ?? person.topics,
        active: (change.active ?? person.active === 1) ? 1 : 0,
      })
      .where('id', '=', id)
      .compile(),
  };
  await store.commit([set]);
  await sessions.endAll(id);
  return 'ok';
}

/** 20 letters and digits without look-alikes, in groups of 5: about 96 bits from 12 bytes. */
function readableCode(bytes: Uint8Array): string {
  const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'; // no 0 O 1 I L U
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let code = '';
  for (let i = 0; i < 20; i++) {
    code += letters[Number(value % BigInt(letters.length))];
    value /= BigInt(letters.length);
  }
  return code.replace(/(.{5})(?=.)/g, '$1-');
}

async function hashOf(code: string): Promise<string> {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, '');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(plain));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
