import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/conversation/event.ts';
import { createHandle, type Handle } from '../../src/handle/handle.ts';
import { createTalkLinks } from '../../src/handle/talk-links.ts';
import { createOutbox } from '../../src/outbox/outbox.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { realContent } from '../support/flow.ts';
import { readMigrations } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';
import { vaultOn } from '../support/vault.ts';

const content = realContent();
const folder = mkdtempSync(join(tmpdir(), 'madoguchi-two-'));
let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const openers = {
  'one SQLite file': async (name: string) => () => openSqlite({ file: join(folder, `${name}.db`) }),
  'one PostgreSQL': async (name: string) => {
    postgres ??= await startPostgres();
    const url = await postgres.createDatabase(name);
    return () => openPostgres({ url });
  },
};

/** What one process has of its own; what it says is kept with the time it was said. */
function processOn(store: Store, vault: Vault, said: string[]): Handle {
  const outbox = createOutbox({
    store,
    vault,
    send: async ({ messages }) => {
      said.push(`[${messages.join(',')}]`);
      return { ok: true };
    },
    render: (sayings) => ({ ok: true, messages: sayings.map((saying) => JSON.stringify({ saying })) }),
    now: Date.now,
    random: Math.random,
    uuid: randomUUID,
    log: () => {},
  });
  return createHandle({
    store,
    vault,
    flow: content.flows.flow,
    detect: content.detect,
    now: Date.now,
    uuid: randomUUID,
    trial: () => false,
    log: () => {},
    outbox,
    links: createTalkLinks({ store, random: randomBytes, now: Date.now, publicUrl: '' }),
    committed: () => {},
  });
}

describe.each(Object.entries(openers))('two processes on %s', (_, opener) => {
  test('never fork a conversation: each event is applied once, one after the other', {
    timeout: 60_000,
  }, async () => {
    const open = await opener('fork');
    const stores = [open(), open()];
    await stores[0]?.migrate(readMigrations());
    const vault = await vaultOn(stores[0] as Store);
    const said: string[] = [];
    const handles = stores.map((store) => processOn(store, vault, said));
    const people = ['a', 'b', 'c'];
    const events = people.flatMap((userId) =>
      Array.from({ length: 12 }, (_, index): { userId: string; event: Event } => ({
        userId,
        event: { kind: 'media', media: 'sticker', id: `${userId}${index}`, at: Date.now() },
      })),
    );
    // LINE brings everything to both of them at the same time.
    const results = await Promise.all(
      events.flatMap(({ userId, event }) =>
        handles.map((handle) => handle({ channel: 'line', userId }, event)),
      ),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(results.filter((one) => one.ok && !one.repeated)).toHaveLength(events.length);

    const [store] = stores as [Store, Store];
    const { sql } = store;
    for (const userId of people) {
      const id = vault.pseudonym('line', userId);
      const rows = await store.read(
        sql.selectFrom('event').selectAll().where('conversation_id', '=', id).orderBy('version').compile(),
      );
      expect(rows.map(({ version }) => Number(version))).toEqual(rows.map((_, index) => index + 1));
      expect(new Set(rows.map((row) => row.id)).size).toBe(12);
      const [row] = await store.read(
        sql
          .selectFrom('conversation')
          .innerJoin('consultation', 'consultation.id', 'conversation.consultation_id')
          .selectAll('conversation')
          .select('consultation.sealed_key')
          .where('conversation.id', '=', id)
          .compile(),
      );
      expect(Number(row?.version)).toBe(12);
      // The state has seen all of them: none was decided beside another.
      const key = vault.unwrap(row?.sealed_key ?? '', row?.consultation_id ?? '');
      const snapshot = JSON.parse(vault.open(key, `snapshot:${id}:12`, row?.sealed_snapshot ?? ''));
      expect(snapshot.counts.resident).toBe(12);
    }
    const consultations = await store.read(sql.selectFrom('consultation').select('id').compile());
    expect(consultations).toHaveLength(people.length);
    await Promise.all(stores.map((one) => one.close()));
  });

  test.each(['message', 'unsend'] as const)(
    'the first message and its unsend meet, whichever commits last: the %s',
    async (last) => {
      const open = await opener(`unsend_${last}`);
      const [one, other] = [open(), open()];
      await one.migrate(readMigrations());
      const vault = await vaultOn(one);
      // Decided on a database where the other has not been yet, and committed when it has.
      const [decided, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const { commit } = one;
      one.commit = async (writes) => {
        decided.resolve();
        await mayCommit.promise;
        return commit(writes);
      };
      const events: Record<'message' | 'unsend', Event> = {
        message: { kind: 'text', text: 'ひみつのことば', messageId: 'm', id: 'said', at: Date.now() },
        unsend: { kind: 'unsend', messageId: 'm', id: 'unsent', at: Date.now() },
      };
      const [slow, quick] = [one, other].map((store) => processOn(store, vault, [])) as [Handle, Handle];
      const target = { channel: 'line', userId: 'a' };
      const slowly = slow(target, events[last]);
      await decided.promise;
      expect(await quick(target, events[last === 'message' ? 'unsend' : 'message'])).toMatchObject({
        ok: true,
      });
      mayCommit.resolve();
      expect(await slowly).toMatchObject({ ok: true });

      const { sql } = other;
      const rows = await other.read(
        sql
          .selectFrom('event')
          .innerJoin('consultation', 'consultation.id', 'event.consultation_id')
          .selectAll('event')
          .select('consultation.sealed_key')
          .orderBy('version')
          .compile(),
      );
      const records = rows.map((row) => {
        const key = vault.unwrap(row.sealed_key ?? '', row.consultation_id);
        return vault.open(key, `event:${row.conversation_id}:${row.version}`, row.sealed ?? '');
      });
      expect(JSON.parse(records[0] ?? '').in).toEqual({ kind: 'erased' });
      expect(records.join()).not.toContain('ひみつ');
      await Promise.all([one, other].map((store) => store.close()));
    },
  );
});
