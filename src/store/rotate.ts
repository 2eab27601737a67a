import { openSetting, sealSetting, wrappedSettings } from '../vault/keys.ts';
import type { KeyRing } from '../vault/ring.ts';
import { type Random, Unsealable } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';
import type { Store, Write } from './store.ts';

/** Values sealed anew so far. `broken` ones do not open, with any key of the ring; they are left as they are. */
export type Rotated = { settings: number; dataKeys: number; users: number; broken: number };

/** So many rows a commit: the service goes on beside it. */
const batch = 40;

/**
 * Seals with the newest key of the ring whatever an older one has sealed: lasting keys, data keys, user ids. Content is
 * not touched, for it lies under the data keys. Runs while the service runs (its ring must have both keys already), may be
 * stopped and begun again, and leaves alone what changes under its hands. When it is through, the old key can go.
 */
export async function rotateKeys(
  { store, vault, ring, random }: { store: Store; vault: Vault; ring: KeyRing; random: Random },
  progress: (so: Rotated) => void = () => undefined,
): Promise<Rotated> {
  const { sql } = store;
  const done: Rotated = { settings: 0, dataKeys: 0, users: 0, broken: 0 };

  for (const name of wrappedSettings) {
    const [row] = await store.read(
      sql.selectFrom('setting').select('value').where('name', '=', name).compile(),
    );
    if (!row || !vault.isOld(row.value)) continue;
    const value = sealSetting(ring, random, name, openSetting(ring, name, row.value));
    const update = sql
      .updateTable('setting')
      .set({ value })
      .where('name', '=', name)
      .where('value', '=', row.value);
    await store.commit([{ query: update.compile() }]);
    done.settings++;
  }

  const walk = async (
    page: (after: string) => Promise<{ id: string; sealed: string | null }[]>,
    renew: (id: string, sealed: string) => Write,
    count: 'dataKeys' | 'users',
  ) => {
    for (let after = ''; ; ) {
      const rows = await page(after);
      const last = rows.at(-1);
      if (!last) return;
      const old: Write[] = [];
      for (const { id, sealed } of rows) {
        if (!sealed || !vault.isOld(sealed)) continue;
        try {
          old.push(renew(id, sealed));
        } catch (error) {
          if (!(error instanceof Unsealable)) throw error;
          done.broken++;
        }
      }
      if (old.length > 0) await store.commit(old);
      done[count] += old.length;
      progress({ ...done });
      after = last.id;
    }
  };

  for (const column of ['sealed_key', 'notes_key'] as const)
    await walk(
      (after) =>
        store.read(
          sql
            .selectFrom('consultation')
            .select((eb) => ['id', eb.ref(column).as('sealed')])
            .where('id', '>', after)
            .where(column, 'is not', null)
            .orderBy('id')
            .limit(batch)
            .compile(),
        ),
      (id, sealed) => ({
        // Where the key was destroyed meanwhile, it stays destroyed.
        query: sql
          .updateTable('consultation')
          .set(column, vault.wrap(vault.unwrap(sealed, id), id))
          .where('id', '=', id)
          .where(column, '=', sealed)
          .compile(),
      }),
      'dataKeys',
    );
  await walk(
    (after) =>
      store.read(
        sql
          .selectFrom('conversation')
          .select(['id', 'sealed_user as sealed'])
          .where('id', '>', after)
          .orderBy('id')
          .limit(batch)
          .compile(),
      ),
    (id, sealed) => ({
      query: sql
        .updateTable('conversation')
        .set({ sealed_user: vault.sealUser(id, vault.openUser(id, sealed)) })
        .where('id', '=', id)
        .where('sealed_user', '=', sealed)
        .compile(),
    }),
    'users',
  );
  return done;
}
