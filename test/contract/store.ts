import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../src/store/queries/setting.ts';
import type { Committed, Migration, Store, Write } from '../../src/store/store.ts';

/** What a test needs of an engine: a new, empty database, and the migrations as the door would read them. */
export type Engine = {
  open(): Promise<Store>;
  migrations: readonly Migration[];
  /** How many write to one conversation at the same time. */
  writers?: number;
};

/** What every database behind `Store` must do; run by one test file an engine. */
export function storeContract(name: string, engine: Engine): void {
  describe(`the store on ${name}`, () => {
    let store: Store;
    let applied: string[];

    beforeAll(async () => {
      store = await engine.open();
      applied = await store.migrate(engine.migrations);
    });
    afterAll(() => store.close());

    const eventRow = (conversation: string, version: number, id: string, text = ''): Write => ({
      query: store.sql
        .insertInto('event')
        .values({
          conversation_id: conversation,
          version,
          id,
          consultation_id: `consultation of ${conversation}`,
          kind: 'text',
          at: 1_795_000_000_000,
          applied_at: 1_795_000_000_001,
          staff_id: null,
          message_key: null,
          level: 0,
          sealed: text,
        })
        .compile(),
    });
    const timerRow = (conversation: string, timer: string, due = 1_795_000_060_000): Write => ({
      query: store.sql
        .insertInto('timer')
        .values({ conversation_id: conversation, name: timer, due_at: due })
        .compile(),
    });
    const changeRow = (what: string): Write => ({
      query: store.sql.insertInto('change').values({ at: 1, consultation_id: null, what }).compile(),
    });
    const events = (conversation: string) =>
      store.read(
        store.sql
          .selectFrom('event')
          .selectAll()
          .where('conversation_id', '=', conversation)
          .orderBy('version')
          .compile(),
      );
    const timers = (conversation: string) =>
      store.read(
        store.sql.selectFrom('timer').selectAll().where('conversation_id', '=', conversation).compile(),
      );

    test('makes its tables from nothing, once', async () => {
      expect(applied).toEqual(engine.migrations.map((migration) => migration.name).sort());
      expect(await store.migrate(engine.migrations)).toEqual([]);
    });

    test('refuses to run on a database newer than the program', async () => {
      await expect(store.migrate(engine.migrations.slice(1))).rejects.toThrow(/newer program/u);
    });

    test('keeps a commit whole, numbers as numbers and text as text', async () => {
      const late = 9_007_199_254_740_991;
      const long = '死にたいくらい😢\n'.repeat(20_000);
      expect(await store.commit([eventRow('a', 1, 'a1', long), timerRow('a', 'idle', late)])).toEqual({
        ok: true,
      });
      const [event] = await events('a');
      expect(event).toMatchObject({ version: 1, at: 1_795_000_000_000, staff_id: null, sealed: long });
      expect(await timers('a')).toEqual([{ conversation_id: 'a', name: 'idle', due_at: late }]);
    });

    test('counts as numbers', async () => {
      const query = store.sql.selectFrom('event').select((build) => build.fn.countAll<number>().as('n'));
      expect(await store.read(query.where('conversation_id', '=', 'nobody').compile())).toEqual([{ n: 0 }]);
    });

    test('answers stale when the version is taken, repeated when the event is known', async () => {
      expect(await store.commit([eventRow('b', 1, 'b1')])).toEqual({ ok: true });
      expect(await store.commit([eventRow('b', 1, 'b2')])).toEqual({ ok: false, why: 'stale' });
      expect(await store.commit([eventRow('b', 2, 'b1')])).toEqual({ ok: false, why: 'repeated' });
      expect(await store.commit([eventRow('c', 1, 'b1')])).toEqual({ ok: false, why: 'repeated' });
      expect(await events('b')).toHaveLength(1);
    });

    test('answers repeated when it would be stale as well', async () => {
      expect(await store.commit([eventRow('d', 1, 'd1')])).toEqual({ ok: true });
      expect(await store.commit([eventRow('d', 1, 'd1')])).toEqual({ ok: false, why: 'repeated' });
    });

    test('keeps nothing of a commit that fails, wherever it fails', async () => {
      expect(await store.commit([eventRow('e', 1, 'e1'), timerRow('e', 'one')])).toEqual({ ok: true });
      const stale = [timerRow('e', 'two'), eventRow('e', 1, 'e2'), timerRow('e', 'three')];
      expect(await store.commit(stale)).toEqual({ ok: false, why: 'stale' });
      await expect(store.commit([timerRow('e', 'four'), timerRow('e', 'one')])).rejects.toThrow();
      expect((await timers('e')).map((timer) => timer.name)).toEqual(['one']);
      expect(await events('e')).toHaveLength(1);
    });

    test('refuses a commit whose expectation does not hold', async () => {
      const rename = (from: string, to: string, rows: number): Write => ({
        query: store.sql.updateTable('timer').set({ name: to }).where('name', '=', from).compile(),
        expect: rows,
      });
      expect(await store.commit([timerRow('f', 'f-free')])).toEqual({ ok: true });
      expect(await store.commit([rename('f-free', 'f-taken', 1), changeRow('taken')])).toEqual({ ok: true });
      expect(await store.commit([rename('f-free', 'f-mine', 1), changeRow('twice')])).toEqual({
        ok: false,
        why: 'refused',
      });
      const later = [changeRow('early'), rename('f-taken', 'f-lost', 1), rename('f-gone', 'f-x', 1)];
      expect(await store.commit(later)).toEqual({ ok: false, why: 'refused' });
      const tooMany = [rename('f-taken', 'f-lost', 0)];
      expect(await store.commit(tooMany)).toEqual({ ok: false, why: 'refused' });
      expect((await timers('f')).map((timer) => timer.name)).toEqual(['f-taken']);
      const changes = await store.read(store.sql.selectFrom('change').select('what').compile());
      expect(changes.map((change) => change.what)).not.toContain('early');
      expect(await store.commit([rename('f-nobody', 'f-x', 0), timerRow('f', 'last')])).toEqual({ ok: true });
    });

    test('lets exactly one of many win each version of a conversation', async () => {
      const writers = engine.writers ?? 50;
      const settled = await Promise.all(
        Array.from({ length: writers }, (_, writer) => climb(`writer ${writer}`, 1)),
      );
      expect(settled).toEqual(Array.from({ length: writers }, () => ({ ok: true })));
      const rows = await events('g');
      expect(rows.map((row) => row.version)).toEqual(Array.from({ length: writers }, (_, i) => i + 1));
      expect(new Set(rows.map((row) => row.id)).size).toBe(writers);

      /** Takes the next free version, as `handle` would after reading again. */
      async function climb(id: string, version: number): Promise<Committed> {
        const committed = await store.commit([eventRow('g', version, id), timerRow('g', id)]);
        if (committed.ok || committed.why !== 'stale') return committed;
        const [row] = await store.read(
          store.sql
            .selectFrom('event')
            .select((build) => build.fn.max('version').as('version'))
            .where('conversation_id', '=', 'g')
            .compile(),
        );
        return climb(id, Number(row?.version) + 1);
      }
    });

    test('answers each of many concurrent commits for itself', async () => {
      const outcomes = await Promise.all([
        store.commit([eventRow('h', 1, 'h1'), changeRow('h1')]),
        store.commit([eventRow('h', 1, 'h1'), changeRow('h1 again')]),
        store.commit([eventRow('h', 1, 'h2'), changeRow('h2')]),
        store.commit([changeRow('before'), eventRow('h', 1, 'h3')]),
        store.commit([eventRow('h', 2, 'h4'), timerRow('h', 't'), timerRow('h', 't')]).catch(() => 'thrown'),
        store.commit([eventRow('i', 1, 'i1'), changeRow('i1')]),
      ]);
      // Which of the concurrent ones comes first is free, except that one writer gets each version.
      expect(outcomes[5]).toEqual({ ok: true });
      expect(outcomes[4]).toBe('thrown');
      const won = await events('h');
      expect(won).toHaveLength(1);
      expect(outcomes.slice(0, 4).filter((outcome) => (outcome as Committed).ok)).toHaveLength(1);
      const changes = await store.read(store.sql.selectFrom('change').select('what').compile());
      const mine = changes.map((change) => change.what).filter((what) => /^h\d|^before/u.test(what));
      expect(mine).toHaveLength(1);
    });

    test('numbers the change feed upward', async () => {
      await store.commit([changeRow('x'), changeRow('y')]);
      await store.commit([changeRow('z')]);
      const rows = await store.read(
        store.sql
          .selectFrom('change')
          .selectAll()
          .where('what', 'in', ['x', 'y', 'z'])
          .orderBy('seq')
          .compile(),
      );
      expect(rows.map((row) => row.what)).toEqual(['x', 'y', 'z']);
      expect(rows.every((row) => Number.isSafeInteger(row.seq))).toBe(true);
    });

    test('keeps settings, the first value winning where it should', async () => {
      const setting = settings(store);
      expect(await setting.get('k')).toBeUndefined();
      await Promise.all([setting.add('k', 'one'), setting.add('k', 'two')]);
      const first = await setting.get('k');
      await setting.add('k', 'three');
      expect(await setting.get('k')).toBe(first);
      await setting.set('k', 'four');
      expect(await setting.get('k')).toBe('four');
    });

    test('runs one change by itself and returns its rows', async () => {
      const insert = store.sql.insertInto('setting').values({ name: 'w', value: 'one' }).returningAll();
      expect(await store.write(insert.compile())).toEqual([{ name: 'w', value: 'one' }]);
      const update = store.sql
        .updateTable('setting')
        .set({ value: 'two' })
        .where('name', '=', 'w')
        .returning('value');
      expect(await store.write(update.compile())).toEqual([{ value: 'two' }]);
      await expect(store.write(insert.compile())).rejects.toThrow();
      const gone = store.sql.deleteFrom('setting').where('name', '=', 'nobody').returning('name');
      expect(await store.write(gone.compile())).toEqual([]);
    });

    test('refuses a query that another engine could not run', async () => {
      const names = Array.from({ length: 101 }, (_, i) => `n${i}`);
      const query = store.sql.selectFrom('timer').selectAll().where('name', 'in', names).compile();
      await expect(store.read(query)).rejects.toThrow(/100/u);
    });

    test('builds queries without running them', async () => {
      await expect(store.sql.selectFrom('timer').selectAll().execute()).rejects.toThrow(/store.read/u);
    });
  });
}
