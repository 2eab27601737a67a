import type { Store } from '../store.ts';

/** Small lasting values, as `loadKeys` and the first start want them. */
export function settings({ sql, read, commit }: Store) {
  return {
    async get(name: string): Promise<string | undefined> {
      const [row] = await read(sql.selectFrom('setting').select('value').where('name', '=', name).compile());
      return row?.value;
    },
    /** Stores a value unless the name has one already. */
    async add(name: string, value: string): Promise<void> {
      const insert = sql.insertInto('setting').values({ name, value });
      await commit([{ query: insert.onConflict((conflict) => conflict.doNothing()).compile() }]);
    },
    async set(name: string, value: string): Promise<void> {
      const insert = sql.insertInto('setting').values({ name, value });
      await commit([
        { query: insert.onConflict((conflict) => conflict.column('name').doUpdateSet({ value })).compile() },
      ]);
    },
  };
}
