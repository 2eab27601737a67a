import { randomBytes, randomUUID } from 'node:crypto';
import type { Happening } from '../../src/conversation/event.ts';
import type { Flow } from '../../src/conversation/flow.ts';
import type { Snapshot } from '../../src/conversation/snapshot.ts';
import { createHandle, type Handled } from '../../src/handle/handle.ts';
import type { EventRecord } from '../../src/handle/record.ts';
import { createTalkLinks } from '../../src/handle/talk-links.ts';
import { tick } from '../../src/handle/tick.ts';
import type { Saying } from '../../src/message/message.ts';
import { createOutbox } from '../../src/outbox/outbox.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { realContent } from '../support/flow.ts';
import { readMigrations } from '../support/migrations.ts';
import { vaultOn } from '../support/vault.ts';

/** One resident's thread with the real flow, detector, SQLite and vault, on a clock of its own. */
export type Thread = {
  store: Store;
  vault: Vault;
  log: string[];
  clock: { at: number };
  conversationId: string;
  /** Applies an event of the resident (or of staff, on the conversation). */
  happens(event: Happening, id?: string): Promise<Handled>;
  /** Moves the clock and applies what came due. */
  passes(ms: number): Promise<void>;
  /** Everything ever said, in order, as texts. */
  said(): Promise<string[]>;
  records(): Promise<EventRecord[]>;
  conversation(): Promise<{ state: string; level: number; version: number; consultation_id: string }>;
  swap(change: (flow: Flow) => Flow): void;
  /** From here on another process handles what happens, which knows nothing but the database. */
  restart(): void;
  /** The process as it is, beside which a new one goes on. */
  other(): Thread['happens'];
  /** Resolves when everything said so far has been sent. */
  settled(): Promise<unknown>;
  snapshot(): Promise<Snapshot>;
  /** A flow with 例 values, or without, is published. */
  publish(what: { trial: boolean }): void;
  close(): Promise<void>;
};

/** What every thread starts from; it holds nothing of those who talk. */
const { flows, detect } = realContent();

export async function openThread(
  at = Date.parse('2026-11-24T10:00:00+09:00'),
  file = ':memory:',
): Promise<Thread> {
  const clock = { at };
  const store = openSqlite({ file });
  await store.migrate(readMigrations());
  const vault = await vaultOn(store);
  let flow = flows.flow();
  let trial = false;
  const log: string[] = [];
  const now = () => clock.at;
  const outbox = createOutbox({
    store,
    vault,
    // What is said is read from the events; nothing leaves this test.
    send: async () => ({ ok: true }),
    render: () => ({ ok: true, messages: ['{"type":"text","text":"-"}'] }),
    now,
    random: () => 0.5,
    uuid: randomUUID,
    log: (line) => log.push(JSON.stringify(line)),
  });
  const newHandle = () =>
    createHandle({
      store,
      vault,
      flow: () => flow,
      detect: (text, recent) => detect(text, recent),
      now,
      uuid: randomUUID,
      trial: () => trial,
      log: (line) => log.push(JSON.stringify(line)),
      outbox,
      links: createTalkLinks({ store, random: randomBytes, now, publicUrl: 'https://soudan.example.jp' }),
      committed: () => {},
    });
  let handle = newHandle();
  const conversationId = vault.pseudonym('channel', 'U-resident');
  const target = { channel: 'channel', userId: 'U-resident' };
  const staffKinds = [
    'accept',
    'take-over',
    'reply',
    'give-back',
    'close',
    'set-level',
    'set-categories',
    'refer',
    'transfer',
    'mute',
    'flag',
  ];
  const records = async () => {
    const query = store.sql
      .selectFrom('event')
      .innerJoin('consultation', 'consultation.id', 'event.consultation_id')
      .select(['event.version', 'event.sealed', 'event.consultation_id', 'consultation.sealed_key'])
      .where('event.conversation_id', '=', conversationId)
      .orderBy('event.version')
      .compile();
    return (await store.read(query)).flatMap((row): EventRecord[] => {
      if (row.sealed === null || row.sealed_key === null) return [];
      const key = vault.unwrap(row.sealed_key, row.consultation_id);
      return [
        JSON.parse(vault.open(key, `event:${conversationId}:${row.version}`, row.sealed)) as EventRecord,
      ];
    });
  };
  return {
    store,
    vault,
    log,
    clock,
    conversationId,
    records,
    happens: (event, id = randomUUID()) =>
      handle(staffKinds.includes(event.kind) ? { conversationId } : target, { ...event, id, at: clock.at }),
    async passes(ms) {
      clock.at += ms;
      await tick({ store, handle, now });
    },
    async said() {
      return (await records()).flatMap(({ said }) => said).flatMap(textsOf);
    },
    async conversation() {
      const [row] = await store.read(store.sql.selectFrom('conversation').selectAll().compile());
      if (!row) throw new Error('no conversation');
      return row;
    },
    swap(change) {
      flow = change(flow);
    },
    restart() {
      handle = newHandle();
    },
    other() {
      const old = handle;
      handle = newHandle();
      return (event, id = randomUUID()) => old(target, { ...event, id, at: clock.at });
    },
    settled: () => outbox.drain(20_000),
    async snapshot() {
      const query = store.sql
        .selectFrom('conversation')
        .innerJoin('consultation', 'consultation.id', 'conversation.consultation_id')
        .select(['conversation.version', 'consultation_id', 'sealed_snapshot', 'sealed_key'])
        .compile();
      const [row] = await store.read(query);
      if (!row?.sealed_key) throw new Error('nothing to open');
      const key = vault.unwrap(row.sealed_key, row.consultation_id);
      return JSON.parse(vault.open(key, `snapshot:${conversationId}:${row.version}`, row.sealed_snapshot));
    },
    publish(what) {
      trial = what.trial;
    },
    async close() {
      await outbox.drain(1_000);
      await store.close();
    },
  };
}

function textsOf({ messages }: Saying): string[] {
  return messages.map((message) => {
    if (message.kind === 'windows')
      return message.cards.map(({ name, phone }) => `${name} ${phone ?? ''}`).join('\n');
    return message.text;
  });
}
