import { entryWrite } from '../audit/entry.ts';
import { everyone, openInvite, takeInvite } from '../store/queries/staff.ts';
import type { Role } from './access.ts';
import { createStaff, forgetSecondFactor, type StaffDeps } from './staff.ts';

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
  await store.commit([
    { query: store.sql.insertInto('staff_invite').values(row).compile() },
    entryWrite(store.sql, { at, what: 'person-invited', staff: by, detail: { roles: row.roles } }),
  ]);
  return { code, id };
}

/**
 * The code that makes the first administrator, who is supervisor and counselor too until others are invited.
 * Undefined once anybody has an account. Print it to the operator's terminal; every start makes a new one, and the
 * earlier ones end.
 */
export async function firstCode(deps: Omit<StaffDeps, 'sessions'>): Promise<string | undefined> {
  if ((await deps.store.read(everyone(deps.store.sql))).length > 0) return undefined;
  const { sql, commit } = deps.store;
  // One that stands in the log of an earlier start must not make another administrator later.
  const earlier = sql.deleteFrom('staff_invite').where('invited_by', 'is', null).where('used_at', 'is', null);
  await commit([{ query: earlier.compile() }]);
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
  if (found.roles === '') return setAnew(deps, found, input.password, at);
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
  if (!made.ok) return made;
  const entry = { at, what: 'person-joined', staff: made.id, detail: { roles: found.roles } } as const;
  await store.commit([entryWrite(store.sql, entry)]);
  return { ok: true, email };
}

/**
 * A one-time code with which somebody sets a new password, and their second factor anew: for a forgotten password or a
 * lost telephone. Undefined when there is no such active person.
 */
export async function resetCode(deps: StaffDeps, id: string, by: string): Promise<string | undefined> {
  const person = (await deps.store.read(everyone(deps.store.sql))).find((row) => row.id === id);
  if (person?.active !== 1) return undefined;
  const who = { name: person.name, email: person.email, roles: [], topics: [] };
  return (await invite(deps, who, by)).code;
}

/** Uses up a reset code: the old password, second factor and sessions are gone. */
async function setAnew(
  { store, sessions }: StaffDeps,
  found: { id: string; email: string | null },
  password: string,
  at: number,
): Promise<{ ok: true; email: string } | { ok: false; why: 'bad-code' | 'weak-password' }> {
  if (password.length < 12) return { ok: false, why: 'weak-password' };
  const taken = await store.commit([{ query: takeInvite(store.sql, found.id, at), expect: 1 }]);
  const context = await sessions.auth.$context;
  const email = found.email ?? '';
  const account = await context.internalAdapter.findUserByEmail(email);
  if (!taken.ok || !account) return { ok: false, why: 'bad-code' };
  const { id } = account.user;
  await context.internalAdapter.updatePassword(id, await context.password.hash(password));
  await forgetSecondFactor(sessions, id);
  await store.commit([entryWrite(store.sql, { at, what: 'account-reset', staff: id })]);
  return { ok: true, email };
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
