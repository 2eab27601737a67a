import { randomUUID } from 'node:crypto';
import { type EventRecord, sealContext } from '../../src/handle/record.ts';
import { createLineClient } from '../../src/line/client.ts';
import type { Saying } from '../../src/message/message.ts';
import { createRender } from '../../src/message/render.ts';
import type { DeliveryEvent, OutboxDeps } from '../../src/outbox/deps.ts';
import { createOutbox, type Outbox } from '../../src/outbox/outbox.ts';
import { outboxQueries } from '../../src/store/queries/outbox.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import type { DeliveryKind, DeliveryTable } from '../../src/store/tables.ts';
import type { DataKey, Vault } from '../../src/vault/vault.ts';
import { token as accessToken, type Served, serveEmulator } from '../emulator/serve.ts';
import { readMigrations } from '../support/migrations.ts';
import { vaultOn } from '../support/vault.ts';

/** A talk with one resident, as `handle` would have it: it says things, each in a commit of its own. */
export type Talk = {
  conversationId: string;
  readonly consultationId: string;
  /** What is said from here on belongs to another consultation, which has a key of its own. */
  reopen(): Promise<void>;
  /** Commits and sends at once, as `handle` does. `fresh` brings a reply token of an event the resident just caused, `spent` one that LINE will refuse. */
  say(
    text: string | string[],
    how?: { kind?: DeliveryKind; fresh?: boolean; spent?: boolean; send?: boolean },
  ): Promise<void>;
  /** What the resident's phone shows of us. */
  heard(): string[];
  deliveries(): Promise<DeliveryTable[]>;
  waiting(): Promise<number>;
};

export type Desk = {
  store: Store;
  vault: Vault;
  outbox: Outbox;
  line: Served;
  events: DeliveryEvent[];
  /** Requests of ours to send messages, by path. */
  requests(): string[];
  talk(name: string): Promise<Talk>;
  /** The process dies without a word; another starts on the same database. */
  restart(): Outbox;
  close(): Promise<void>;
};

/** ms; nothing here takes so long, on however slow a machine. */
const patience = 20_000;

/** Outbox, SQLite and vault as they run, LINE's emulator over real HTTP through the official SDK, and one clock for all. */
export async function openDesk(
  change: Partial<OutboxDeps> & {
    quota?: OutboxDeps['quota'];
    linePushes?: number | null;
    /** The first request is given up after so many ms: for one that LINE is silent at. */
    firstMs?: number;
  } = {},
): Promise<Desk> {
  const line = await serveEmulator({ quota: change.linePushes === undefined ? null : change.linePushes });
  const store = change.store ?? openSqlite({ file: ':memory:' });
  await store.migrate(readMigrations());
  const vault = await vaultOn(store);
  const client = (timeoutMs: number) =>
    createLineClient({ token: accessToken, baseUrl: line.url, timeoutMs }).send;
  const sends = [client(change.firstMs ?? patience)];
  const later = client(patience);
  const senders = { bot: { name: '窓口' }, counselor: { name: '相談員' } };
  const events: DeliveryEvent[] = [];
  const deps: OutboxDeps = {
    store,
    vault,
    send: (request) => (sends.pop() ?? later)(request),
    render: createRender(senders),
    now: () => line.clock.now,
    random: () => 0.5,
    uuid: randomUUID,
    log: () => undefined,
    onEvent: (event) => events.push(event),
    ...change,
  };
  const desk: Desk = {
    store,
    vault,
    outbox: createOutbox(deps),
    line,
    events,
    requests: () => line.emulator.calls.map(({ path }) => path.split('/').at(-1) ?? ''),
    talk: (name) => openTalk(desk, name),
    restart() {
      desk.outbox = createOutbox(deps);
      return desk.outbox;
    },
    async close() {
      await desk.outbox.drain(patience);
      await line.stop();
      await store.close();
    },
  };
  return desk;
}

async function openTalk(desk: Desk, name: string): Promise<Talk> {
  const { store, vault, line } = desk;
  const { sql } = store;
  const resident = line.emulator.resident(name);
  const conversationId = vault.pseudonym('line', resident.userId);
  let consultationId = randomUUID();
  let dataKey: DataKey = vault.newDataKey();
  const addConsultation = () =>
    sql
      .insertInto('consultation')
      .values(consultationRow(desk, conversationId, consultationId, vault.wrap(dataKey, consultationId)))
      .compile();
  await store.commit([
    {
      query: sql
        .insertInto('conversation')
        .values(conversationRow(desk, conversationId, consultationId, resident.userId))
        .compile(),
    },
    { query: addConsultation() },
  ]);
  let version = 0;
  return {
    conversationId,
    get consultationId() {
      return consultationId;
    },
    async reopen() {
      consultationId = randomUUID();
      dataKey = vault.newDataKey();
      await store.commit([{ query: addConsultation() }]);
    },
    async say(text, { kind = 'answer', fresh = false, spent = false, send = true } = {}) {
      version++;
      let token = null;
      if (fresh) {
        await resident.say('はい');
        const [newest] = [...line.emulator.platform.tokens.entries()].at(-1) ?? [];
        if (newest) token = { token: newest, at: line.clock.now };
      }
      if (spent) token = { token: 'spent', at: line.clock.now };
      const texts = Array.isArray(text) ? text : [text];
      const saying: Saying = {
        speaker: 'bot',
        messages: texts.map((one) => ({ kind: 'text', text: one })),
        choices: [],
      };
      const pending = (await store.read(outboxQueries(store.sql).pending(conversationId))).length > 0;
      const composed = desk.outbox.compose({
        conversationId,
        consultationId,
        dataKey,
        version,
        says: [{ kind, saying }],
        token,
        recorded: true,
        pending,
      });
      const record: EventRecord = { said: [saying], ...(token && { token: token.token }) };
      await store.commit([
        eventWrite(desk, { conversationId, consultationId, version, dataKey }, record),
        ...composed.writes,
      ]);
      if (send) composed.send();
    },
    heard: () => resident.heard(),
    deliveries: () =>
      store.read(
        sql
          .selectFrom('delivery')
          .selectAll()
          .where('conversation_id', '=', conversationId)
          .orderBy('version')
          .compile(),
      ),
    waiting: async () =>
      (
        await store.read(
          sql.selectFrom('outbox').select('id').where('conversation_id', '=', conversationId).compile(),
        )
      ).length,
  };
}

/** The row of the event that says it, for whoever takes its delivery up after a crash. */
const eventWrite = (
  { store, vault, line }: Desk,
  of: { conversationId: string; consultationId: string; version: number; dataKey: DataKey },
  record: EventRecord,
) => ({
  query: store.sql
    .insertInto('event')
    .values({
      conversation_id: of.conversationId,
      version: of.version,
      id: randomUUID(),
      consultation_id: of.consultationId,
      kind: 'text',
      at: line.clock.now,
      applied_at: line.clock.now,
      staff_id: null,
      message_key: null,
      level: 0,
      sealed: vault.seal(
        of.dataKey,
        sealContext.event(of.conversationId, of.version),
        JSON.stringify(record),
      ),
    })
    .compile(),
});

const conversationRow = ({ vault, line }: Desk, id: string, consultationId: string, userId: string) => ({
  id,
  version: 0,
  state: 'bot' as const,
  level: 0,
  owner: null,
  consultation_id: consultationId,
  language: 'ja',
  topic: null,
  unreachable: 0,
  sealed_user: vault.sealUser(id, userId),
  sealed_snapshot: '',
  waiting_since: null,
  resident_at: null,
  counselor_at: null,
  created_at: line.clock.now,
  updated_at: line.clock.now,
});

const consultationRow = ({ line }: Desk, conversationId: string, id: string, sealedKey: string) => ({
  id,
  conversation_id: conversationId,
  sealed_key: sealedKey,
  opened_at: line.clock.now,
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
});
