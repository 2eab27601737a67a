import { env } from 'cloudflare:workers';
import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { createOutbox } from '../../../src/outbox/outbox.ts';
import type { SendRequest } from '../../../src/outbox/send.ts';
import { openD1 } from '../../../src/store/d1.ts';
import { outboxQueries } from '../../../src/store/queries/outbox.ts';
import { settings } from '../../../src/store/queries/setting.ts';
import { loadKeys } from '../../../src/vault/keys.ts';
import { parseKeyRing } from '../../../src/vault/ring.ts';
import { createVault } from '../../../src/vault/vault.ts';

test('what one event says goes out, and what waits behind it follows in one delivery', async () => {
  const store = openD1(env.DB);
  await store.migrate(inject('migrations'));
  const parsed = parseKeyRing(randomBytes(32).toString('base64'));
  if (!parsed.ok) throw new Error(parsed.message);
  const vault = createVault(await loadKeys(settings(store), parsed.ring, randomBytes), randomBytes);
  const sent: SendRequest[] = [];
  let now = 1_795_000_000_000;
  const outbox = createOutbox({
    store,
    vault,
    send: async (request) => {
      sent.push(request);
      return { ok: true };
    },
    render: (sayings) => ({
      ok: true,
      messages: sayings.flatMap(({ messages }) => messages.map((message) => JSON.stringify(message))),
    }),
    now: () => now,
    random: () => 0.5,
    uuid: () => crypto.randomUUID(),
    log: () => undefined,
  });
  const dataKey = vault.newDataKey();
  const { sql } = store;
  await store.commit([
    {
      query: sql
        .insertInto('consultation')
        .values({
          id: 'k',
          conversation_id: 'c',
          sealed_key: vault.wrap(dataKey, 'k'),
          opened_at: now,
          closed_at: null,
          in_hours: 1,
          returning: 0,
          level: 0,
          categories: '',
          handed_off_at: null,
          accepted_at: null,
          first_response_at: null,
          messages_in: 0,
          messages_bot: 0,
          messages_counselor: 0,
          outcome: null,
        })
        .compile(),
    },
    {
      query: sql
        .insertInto('conversation')
        .values({
          id: 'c',
          version: 0,
          state: 'bot',
          level: 0,
          owner: null,
          consultation_id: 'k',
          language: 'ja',
          topic: null,
          unreachable: 0,
          sealed_user: vault.sealUser('c', 'U1'),
          sealed_snapshot: '',
          waiting_since: null,
          resident_at: null,
          counselor_at: null,
          created_at: now,
          updated_at: now,
        })
        .compile(),
    },
  ]);
  const pending = async () => (await store.read(outboxQueries(store.sql).pending('c'))).length > 0;
  const say = async (version: number, text: string, token: { token: string; at: number } | null) => {
    const composed = outbox.compose({
      conversationId: 'c',
      consultationId: 'k',
      dataKey,
      version,
      token,
      recorded: false,
      pending: await pending(),
      says: [{ kind: 'answer', saying: { speaker: 'bot', messages: [{ kind: 'text', text }], choices: [] } }],
    });
    expect(await store.commit(composed.writes)).toEqual({ ok: true });
    return composed;
  };
  const said = [
    await say(1, '一', { token: 't', at: now }),
    await say(2, '二', null),
    await say(3, '三', null),
  ];
  for (const { send } of said) send();
  await outbox.drain(5_000);
  expect(sent.map((request) => [request.via, request.messages.length])).toEqual([
    ['reply', 1],
    ['push', 2],
  ]);
  expect(sent[1]).toMatchObject({ to: 'U1' });
  expect(await pending()).toBe(false);
  expect(await outbox.nextDue()).toBeNull();
  now += 60_000;
  expect(await outbox.tick()).toBe(0);
});
