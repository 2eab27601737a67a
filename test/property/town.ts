import { randomBytes, randomUUID } from 'node:crypto';
import type { Content } from '../../src/content.ts';
import type { StaffEvent } from '../../src/conversation/event.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import { createHandle, type Handle } from '../../src/handle/handle.ts';
import type { EventRecord } from '../../src/handle/record.ts';
import { createTalkLinks } from '../../src/handle/talk-links.ts';
import { tick } from '../../src/handle/tick.ts';
import { createLineClient } from '../../src/line/client.ts';
import { receiveWebhook, webhookRoutes } from '../../src/line/webhook.ts';
import { createRender } from '../../src/message/render.ts';
import { createOutbox, type Outbox } from '../../src/outbox/outbox.ts';
import { createQuota } from '../../src/outbox/quota.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { judge, type Verdict } from '../crash/verdict.ts';
import { type Served, secret, serveEmulator, token } from '../emulator/serve.ts';
import { readMigrations } from '../support/migrations.ts';
import { vaultOn } from '../support/vault.ts';

/** One event as it lies in the database, opened. */
export type Applied = { id: string; conversation: string; kind: string; record: EventRecord };

/** Webhook, handle, outbox, SQLite, vault and flow as they run, LINE's emulator over real HTTP, and one clock that stands until moved. */
export type SmallTown = {
  line: Served;
  store: Store;
  vault: Vault;
  faults(...faults: Fault[]): void;
  /** Time passes: timers come due, deliveries are tried again. */
  passes(ms: number): Promise<void>;
  /** A counselor acts on the talk of a resident. */
  staff(userId: string, event: StaffEvent): Promise<void>;
  /** No more trouble: LINE brings what it could not, everything waiting gets its time. */
  settle(): Promise<void>;
  verdict(): Promise<Verdict>;
  /** Every event in the order of its conversation. */
  applied(): Promise<Applied[]>;
  conversationOf(userId: string): string;
  close(): Promise<void>;
};

const hour = 3_600_000;

/** ms of real time after which a reply or push is given up, where LINE may be silent; a slow machine is one trouble more. */
const hurried = 150;
/** The same where it answers everything. */
const patient = 20_000;

export async function openSmallTown(
  { flows, detect }: Content,
  options: { quota?: number | null; troubled?: boolean } = {},
): Promise<SmallTown> {
  const sent = new Set<string>();
  const accepted = new Set<string>();
  const line = await serveEmulator({
    quota: options.quota ?? null,
    redelivery: true,
    deliver: async (_, init) => {
      const ids = idsIn(init);
      for (const id of ids) sent.add(id);
      const response = await webhook.request('/', init);
      if (response.ok) for (const id of ids) accepted.add(id);
      return response;
    },
  });
  const now = () => line.clock.now;
  const store = openSqlite({ file: ':memory:' });
  await store.migrate(readMigrations());
  const vault = await vaultOn(store);
  const timeoutMs = options.troubled ? hurried : patient;
  const client = createLineClient({ token, baseUrl: line.url, timeoutMs });
  const outbox: Outbox = createOutbox({
    store,
    vault,
    send: client.send,
    render: createRender({ bot: { name: '案内ボット' }, counselor: { name: '相談員' } }),
    now,
    random: () => 0.5,
    uuid: randomUUID,
    log: () => {},
    quota: createQuota({
      ask: async () => {
        const answer = await client.quota();
        return answer.ok ? answer.value : undefined;
      },
      now,
    }),
  });
  const handle: Handle = createHandle({
    store,
    vault,
    flow: flows.flow,
    detect,
    now,
    uuid: randomUUID,
    trial: () => false,
    log: () => {},
    outbox,
    links: createTalkLinks({ store, random: randomBytes, now, publicUrl: 'https://soudan.example.jp' }),
    committed: () => {},
  });
  const webhook = webhookRoutes(
    receiveWebhook({ channelSecret: secret, handle, now, leave: client.leave, log: () => {} }),
  );
  const channel = line.emulator.platform.account.userId;
  const conversationOf = (userId: string) => vault.pseudonym(channel, userId);

  async function passes(ms: number): Promise<void> {
    line.clock.now += ms;
    await tick({ store, handle, now });
    await outbox.tick();
    await outbox.drain(patient);
  }

  return {
    line,
    store,
    vault,
    conversationOf,
    faults: (...faults) => line.emulator.faults.push(...faults),
    passes,
    async staff(userId, event) {
      await handle({ conversationId: conversationOf(userId) }, { ...event, id: randomUUID(), at: now() });
      await outbox.drain(patient);
    },
    async settle() {
      line.emulator.faults.clear();
      await outbox.drain(patient);
      await line.emulator.webhooks.release();
      while ((await line.emulator.webhooks.redeliver()) > 0);
      await outbox.drain(patient);
      // A turn, a lease, the retries of a bad day, the ends that idleness brings, the next month with its pushes.
      for (const ms of [3_000, 30_000, 120_000, 15 * 60_000, 2 * hour, 40 * 24 * hour]) await passes(ms);
      // What that made has 24 hours, and what waits behind it 24 hours more.
      for (let hours = 0; hours < 200 && (await outbox.nextDue()) !== null; hours++) await passes(hour);
    },
    verdict: () =>
      judge({ store, vault, channel, people: line.emulator.platform.people.values(), sent, accepted }),
    async applied() {
      const query = store.sql
        .selectFrom('event')
        .innerJoin('consultation', 'consultation.id', 'event.consultation_id')
        .selectAll('event')
        .select('consultation.sealed_key')
        .orderBy('event.conversation_id')
        .orderBy('event.version')
        .compile();
      return (await store.read(query)).map((row) => {
        const key = vault.unwrap(row.sealed_key ?? '', row.consultation_id);
        const json = vault.open(key, `event:${row.conversation_id}:${row.version}`, row.sealed ?? '');
        return { id: row.id, conversation: row.conversation_id, kind: row.kind, record: JSON.parse(json) };
      });
    },
    async close() {
      await outbox.drain(patient);
      await line.stop();
      await store.close();
    },
  };
}

/** Ids of the events that must leave a row; taking back or leaving as the very first thing opens no conversation. */
function idsIn(init: RequestInit): string[] {
  const { events } = JSON.parse(new TextDecoder().decode(init.body as Uint8Array)) as {
    events: { type: string; webhookEventId: string }[];
  };
  return events
    .filter(({ type }) => type !== 'unsend' && type !== 'unfollow')
    .map(({ webhookEventId }) => webhookEventId);
}
