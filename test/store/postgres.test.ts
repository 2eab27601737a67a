import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/store/postgres.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { storeContract } from '../contract/store.ts';
import { readMigrations } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

storeContract('PostgreSQL', {
  open: async () => openPostgres({ url: await server.createDatabase('contract') }),
  migrations: readMigrations(),
});

test('processes that start together migrate once', async () => {
  const url = await server.createDatabase('together');
  const stores = Array.from({ length: 3 }, () => openPostgres({ url, connections: 2 }));
  const applied = await Promise.all(stores.map((store) => store.migrate(readMigrations())));
  expect(applied.flat()).toEqual(readMigrations().map((migration) => migration.name));
  await Promise.all(stores.map((store) => store.close()));
});

test('a server that is not there is StoreUnavailable; a refused query carries no values', async () => {
  const gone = openPostgres({ url: 'postgres://nobody@127.0.0.1:9/none' });
  await expect(gone.read(gone.sql.selectFrom('timer').selectAll().compile())).rejects.toThrow(
    StoreUnavailable,
  );
  await gone.close();

  const store = openPostgres({ url: await server.createDatabase('refused') });
  await store.migrate(readMigrations());
  const insert = {
    query: store.sql.insertInto('setting').values({ name: 'secret-name', value: 'secret-value' }).compile(),
  };
  expect(await store.commit([insert])).toEqual({ ok: true });
  const fault = await store.commit([insert]).catch((caught: unknown) => caught);
  expect(fault).toBeInstanceOf(Error);
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('secret-name');
  await store.close();
});
