import { afterEach, describe, expect, test } from 'vitest';
import { auditWords, entryWrite } from '../../src/audit/entry.ts';
import { exportLog } from '../../src/audit/export.ts';
import { createSealer } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { openThread, type Thread } from '../handle/thread.ts';
import { readMigrations } from '../support/migrations.ts';
import { vaultOn } from '../support/vault.ts';

let close: () => Promise<void> = async () => {};
afterEach(() => close());

/** A log with a sealer on a clock of its own. */
async function openLog() {
  const store = openSqlite({ file: ':memory:' });
  await store.migrate(readMigrations());
  close = () => store.close();
  const vault = await vaultOn(store);
  const clock = { at: Date.parse('2026-11-24T20:00:00+09:00') };
  const printed: string[] = [];
  const deps = {
    store,
    hash: vault.auditHash,
    now: () => clock.at,
    log: (line: object) => printed.push(JSON.stringify(line)),
  };
  return {
    store,
    clock,
    printed,
    deps,
    write: (consultation: string, staff = 'someone') =>
      store.commit([entryWrite(store.sql, { at: clock.at, what: 'talk-read', staff, consultation })]),
    async seal() {
      clock.at += 6_000;
      return createSealer(deps)();
    },
    verify: () => verifyLog(deps),
    change: (sql: string) => change(store, sql),
  };
}

const change = (store: Store, sql: string) =>
  store.commit([
    { query: { sql, parameters: [], query: { kind: 'RawNode' } as never, queryId: { queryId: sql } } },
  ]);

async function sealedLog() {
  const log = await openLog();
  for (let block = 0; block < 3; block++) {
    for (let i = 0; i < 4; i++) await log.write(`c${block}-${i}`);
    expect(await log.seal()).toBe(4);
  }
  return log;
}

describe('the chain of the log', () => {
  test('holds what is written, and says what waits to be sealed', async () => {
    const log = await sealedLog();
    await log.write('waiting');
    const found = await log.verify();
    expect(found).toMatchObject({ blocks: 3, entries: 12, breaks: [], unsealed: 1 });
    expect(log.printed.at(-1)).toContain(found.head);
  });

  test('is moved on by one sealer only, however many there are', async () => {
    const log = await openLog();
    for (let i = 0; i < 20; i++) await log.write(`c${i}`);
    log.clock.at += 6_000;
    const sealed = await Promise.all(Array.from({ length: 5 }, () => createSealer(log.deps)()));
    expect(sealed.filter((rows) => rows > 0)).toEqual([20]);
    expect((await log.verify()).breaks).toEqual([]);
  });

  test.each([
    ['a changed row', "update audit set staff_id = 'other' where consultation_id = 'c1-2'", 2, 'rows'],
    ['a removed row', "delete from audit where consultation_id = 'c1-2'", 2, 'rows'],
    ['a removed block of rows', "delete from audit where consultation_id like 'c1-%'", 2, 'rows'],
    [
      'a row taken out of its block',
      "update audit set block = null where consultation_id = 'c1-2'",
      2,
      'rows',
    ],
    [
      'a row slipped in',
      "insert into audit (at, what, detail, block) values (1, 'talk-read', '{}', 2)",
      2,
      'rows',
    ],
    ['a changed block', 'update audit_block set entries = 5 where number = 2', 2, 'chain'],
    ['a removed block', 'delete from audit_block where number = 2', 2, 'missing'],
    ['an end cut off', 'delete from audit_block where number = 3', 3, 'missing'],
    [
      'an own word of pruning',
      `insert into audit (at, what, detail) values (1, 'log-pruned', '{"block":3}')`,
      undefined,
      undefined,
    ],
  ])('shows %s', async (_, sql, block, why) => {
    const log = await sealedLog();
    await log.change(sql);
    const { breaks, unsealed } = await log.verify();
    if (block === undefined) expect(unsealed).toBe(1);
    else expect(breaks).toContainEqual({ block, why });
  });

  test('takes emptied blocks for pruned only where a sealed row says so', async () => {
    const log = await sealedLog();
    await log.change('delete from audit where block = 1');
    expect((await log.verify()).breaks).toEqual([{ block: 1, why: 'rows' }]);
    await log.store.commit([
      entryWrite(log.store.sql, { at: log.clock.at, what: 'log-pruned', detail: { block: 1 } }),
    ]);
    expect((await log.verify()).breaks).toEqual([{ block: 1, why: 'rows' }]);
    await log.seal();
    expect(await log.verify()).toMatchObject({ breaks: [], pruned: 1 });
  });

  test('cannot be made by somebody who has the database without the key', async () => {
    const log = await sealedLog();
    const { hash } = (await openLog()).deps;
    const found = await verifyLog({ store: log.store, hash });
    expect(found.breaks.length).toBeGreaterThan(0);
  });
});

describe('the file of the log', () => {
  test('names people, says it in Japanese, and holds no formula', async () => {
    const log = await openLog();
    await log.write('c1', '=cmd()');
    let csv = '';
    for await (const piece of exportLog(log.store, {})) csv += piece;
    expect(csv).toContain('相談を開いた');
    expect(csv).toContain('2026-11-24 20:00:00');
    expect(csv).toContain(",'=cmd(),");
  });
});

describe('what a conversation writes into the log', () => {
  let thread: Thread;
  const rows = () => thread.store.read(thread.store.sql.selectFrom('audit').selectAll().compile());

  test('is every deed of staff and every erasing, in words of ours', async () => {
    thread = await openThread();
    close = () => thread.close();
    await thread.happens({ kind: 'text', text: '相談員と話したい ひみつのことば', messageId: 'm1' });
    await thread.happens({ kind: 'text', text: '人と話したい' });
    await thread.passes(10_000);
    const consultation = (await thread.conversation()).consultation_id;
    await thread.happens({ kind: 'accept', staff: 'suzuki' });
    await thread.happens({ kind: 'reply', staff: 'suzuki', text: 'ひみつのへんじ' });
    await thread.happens({ kind: 'set-level', staff: 'suzuki', level: 'high', reason: 'ひみつのわけ' });
    await thread.happens({ kind: 'unsend', messageId: 'm1' });
    await thread.happens({ kind: 'close', staff: 'suzuki', outcome: 'solved' });
    const written = await rows();
    expect(written.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['accept', 'reply', 'set-level', 'message-unsent', 'close']),
    );
    for (const row of written) {
      expect(Object.keys(auditWords)).toContain(row.what);
      expect(row.consultation_id).toBe(consultation);
      expect(JSON.stringify(row)).not.toContain('ひみつ');
      expect(JSON.stringify(row)).not.toContain('U-resident');
    }
  });

  test('tells the administrator of a row that was tampered with, while the resident is answered', async () => {
    thread = await openThread();
    close = () => thread.close();
    await thread.happens({ kind: 'text', text: 'こんにちは' });
    await change(thread.store, "update conversation set sealed_snapshot = 'AAAA' || sealed_snapshot");
    const before = (await thread.said()).length;
    expect(await thread.happens({ kind: 'text', text: 'だれかいますか' })).toMatchObject({ ok: true });
    expect((await thread.said()).length).toBeGreaterThan(before);
    expect((await rows()).map(({ what }) => what)).toContain('unreadable');
  });
});
