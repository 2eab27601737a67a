import { entryWrite } from '../audit/entry.ts';
import { everyone } from '../store/queries/staff.ts';
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

/**
 * Changes roles, topics or whether somebody may work here, and ends their sessions. The last active administrator
 * cannot be taken away.
 */
export async function changeStaff(
  { store, sessions, now }: Omit<StaffDeps, 'random'>,
  id: string,
  change: { roles?: readonly Role[]; topics?: readonly string[]; active?: boolean },
  by: string,
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
  const detail = {
    person: id,
    ...(change.roles ? { roles: change.roles.join(' ') } : {}),
    ...(change.topics ? { topics: change.topics.join(' ') } : {}),
    ...(change.active === undefined ? {} : { active: change.active ? 1 : 0 }),
  };
  await store.commit([set, entryWrite(store.sql, { at: now(), what: 'person-changed', staff: by, detail })]);
  await sessions.endAll(id);
  return 'ok';
}

/**
 * Takes a person's second factor away, app and passkeys alike, and ends their sessions: whoever lost it comes in with the
 * password and sets up another. Answers whether there is such a person.
 */
export async function resetSecondFactor(
  { store, sessions, now }: Omit<StaffDeps, 'random'>,
  email: string,
): Promise<boolean> {
  const found = await (await sessions.auth.$context).internalAdapter.findUserByEmail(
    email.trim().toLowerCase(),
  );
  if (!found) return false;
  await forgetSecondFactor(sessions, found.user.id);
  const detail = { person: found.user.id };
  await store.commit([entryWrite(store.sql, { at: now(), what: 'second-factor-reset', detail })]);
  return true;
}

/** Removes app, spare codes and passkeys of an account, and ends its sessions. */
export async function forgetSecondFactor(sessions: Sessions, id: string): Promise<void> {
  const { internalAdapter, adapter } = await sessions.auth.$context;
  const own = [{ field: 'userId', value: id }];
  await internalAdapter.updateUser(id, { twoFactorEnabled: false });
  await adapter.deleteMany({ model: 'twoFactor', where: own });
  await adapter.deleteMany({ model: 'passkey', where: own });
  await sessions.endAll(id);
}
