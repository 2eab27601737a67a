import { afterEach, beforeEach, expect, test } from 'vitest';
import { openThread, type Thread } from './thread.ts';

/** A process decides on what it has just written. Each of these has changed since, behind its back; none may be missed. */
let thread: Thread;
beforeEach(async () => {
  thread = await openThread();
  await thread.happens({ kind: 'follow', again: false });
});
afterEach(() => thread.close());

const change = (query: { compile(): { sql: string; parameters: readonly unknown[] } }) =>
  thread.store.commit([{ query: query.compile() as never }]);

test('it does not ask how things stand when it has written that itself', async () => {
  const asked: string[] = [];
  const { read } = thread.store;
  thread.store.read = (query) => {
    asked.push(query.sql);
    return read(query);
  };
  await thread.happens({ kind: 'text', text: '仕事' });
  expect(asked.filter((sql) => sql.includes('sealed_snapshot'))).toEqual([]);
  thread.restart();
  await thread.happens({ kind: 'text', text: 'はじめから' });
  expect(asked.filter((sql) => sql.includes('sealed_snapshot'))).toHaveLength(1);
  expect(await thread.conversation()).toMatchObject({ version: 3 });
});

test('another process has gone on with the conversation', async () => {
  const first = thread.other();
  await thread.happens({ kind: 'text', text: '仕事' });
  await first({ kind: 'media', media: 'sticker' });
  expect(await thread.conversation()).toMatchObject({ version: 3 });
  expect((await thread.snapshot()).counts.resident).toBe(2);
});

test('the message has been taken back: its words are not kept', async () => {
  const { sql } = thread.store;
  const key = thread.vault.messageKey('m1');
  await change(sql.insertInto('tombstone').values({ message_key: key, at: thread.clock.at }));
  await thread.happens({ kind: 'text', text: '仕事', messageId: 'm1' });
  expect((await thread.records()).at(-1)?.in).toEqual({ kind: 'erased' });
});

test('the event was applied, and its row has been forgotten', async () => {
  const { sql } = thread.store;
  await change(sql.insertInto('tombstone').values({ message_key: 'e1', at: thread.clock.at }));
  expect(await thread.happens({ kind: 'text', text: '仕事', messageId: 'm1' }, 'e1')).toMatchObject({
    repeated: true,
  });
  expect(await thread.records()).toHaveLength(1);
});

test('its content has been forgotten: nothing is written that nobody could read', async () => {
  const before = await thread.conversation();
  await change(thread.store.sql.updateTable('consultation').set({ sealed_key: null }));
  await thread.happens({ kind: 'text', text: '仕事' });
  expect((await thread.conversation()).consultation_id).not.toBe(before.consultation_id);
  expect((await thread.records()).at(-1)?.in).toEqual({ kind: 'text', text: '仕事' });
});

test('something is still to be sent: nothing overtakes it', async () => {
  const { sql } = thread.store;
  const waiting = sql.selectFrom('outbox').select('id');
  await thread.settled();
  // As a delivery of another process, under way.
  await change(sql.updateTable('delivery').set({ state: 'sending', due_at: thread.clock.at + 20_000 }));
  await thread.happens({ kind: 'text', text: '仕事' });
  expect(await thread.store.read(waiting.compile())).toHaveLength(1);
});
