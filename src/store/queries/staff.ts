import type { CompiledQuery, QueryCreator } from 'kysely';
import type { Tables } from '../tables.ts';

type Sql = QueryCreator<Tables>;

export type StaffRow = {
  id: string;
  name: string;
  email: string;
  roles: string;
  topics: string;
  active: number;
  twoFactorEnabled: number | null;
};

/** Everybody with an account, by name; the deactivated too. */
export function everyone(sql: Sql): CompiledQuery<StaffRow> {
  return sql
    .selectFrom('staff')
    .select(['id', 'name', 'email', 'roles', 'topics', 'active', 'twoFactorEnabled'])
    .orderBy('name')
    .compile();
}

/** Who has a passkey. */
export function passkeyHolders(sql: Sql): CompiledQuery<{ userId: string }> {
  return sql.selectFrom('staff_passkey').select('userId').distinct().compile();
}

/** The invitation with this hash, unused and not expired. */
export function openInvite(sql: Sql, codeHash: string, now: number) {
  return sql
    .selectFrom('staff_invite')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .compile();
}

export function openInvites(sql: Sql, now: number) {
  return sql
    .selectFrom('staff_invite')
    .select(['id', 'name', 'email', 'roles', 'topics', 'created_at', 'expires_at'])
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .compile();
}

/** Uses up an invitation; commit it with `expect: 1`. */
export function takeInvite(sql: Sql, id: string, now: number) {
  return sql
    .updateTable('staff_invite')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .compile();
}
