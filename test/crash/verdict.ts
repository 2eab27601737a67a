import type { Person } from '../../src/emulator/platform.ts';
import type { EventRecord } from '../../src/handle/record.ts';
import { sealContext } from '../../src/handle/record.ts';
import { createRender, objectsOf } from '../../src/message/render.ts';
import { piecesOf } from '../../src/outbox/pack.ts';
import type { Store } from '../../src/store/store.ts';
import type { DeliveryTable, EventTable } from '../../src/store/tables.ts';
import type { Vault } from '../../src/vault/vault.ts';

/** What a run has come to, in counts. All of `wrong` have to be 0. */
export type Verdict = {
  events: number;
  applied: number;
  messages: number;
  deliveries: { sent: number; unknown: number; dead: number };
  /** Safety messages that a resident has twice, because their first sending was in doubt (DESIGN 4). */
  safety_repeated: number;
  wrong: {
    /** LINE got its 200, and there is no such event. */
    accepted_not_applied: number;
    /** Brought by LINE until it was taken, and there is no such event. */
    not_applied: number;
    applied_twice: number;
    /** Decided, and neither on the phone nor marked unknown. */
    missing: number;
    delivered_twice: number;
    /** On the phone, and not where it belongs: out of order, or never decided. */
    stray: number;
    dead_but_delivered: number;
    /** Still waiting or under way after everything was given time. */
    unfinished: number;
    /** A conversation whose versions have gaps, or whose row does not stand at its last event. */
    broken_history: number;
  };
};

/** Compares what LINE sent, what the database says, and what stands on every phone. */
export async function judge(of: {
  store: Store;
  vault: Vault;
  channel: string;
  people: Iterable<Person>;
  /** Ids of the events that LINE sent, and of those it got a 200 for. */
  sent: ReadonlySet<string>;
  accepted: ReadonlySet<string>;
}): Promise<Verdict> {
  const { store, vault } = of;
  const { sql } = store;
  const events = await store.read(sql.selectFrom('event').selectAll().orderBy('version').compile());
  const deliveries = await store.read(
    sql
      .selectFrom('delivery')
      .selectAll()
      .orderBy('first_version')
      .orderBy('version')
      .orderBy('created_at')
      .compile(),
  );
  const keys = new Map(
    (await store.read(sql.selectFrom('consultation').select(['id', 'sealed_key']).compile())).map((row) => [
      row.id,
      vault.unwrap(row.sealed_key ?? '', row.id),
    ]),
  );
  const conversations = await store.read(sql.selectFrom('conversation').select(['id', 'version']).compile());
  const [waiting] = await store.read(
    sql
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .compile(),
  );

  const applied = new Map<string, number>();
  for (const { id } of events) applied.set(id, (applied.get(id) ?? 0) + 1);
  const missingOf = (ids: ReadonlySet<string>) => [...ids].filter((id) => !applied.has(id)).length;
  const inState = (state: DeliveryTable['state']) => deliveries.filter((row) => row.state === state).length;
  const verdict: Verdict = {
    events: of.sent.size,
    applied: [...of.sent].filter((id) => applied.has(id)).length,
    messages: 0,
    deliveries: { sent: inState('sent'), unknown: inState('unknown'), dead: inState('dead') },
    safety_repeated: 0,
    wrong: {
      accepted_not_applied: missingOf(of.accepted),
      not_applied: missingOf(of.sent),
      applied_twice: [...applied.values()].filter((times) => times > 1).length,
      missing: 0,
      delivered_twice: 0,
      stray: 0,
      dead_but_delivered: 0,
      unfinished: Number(waiting?.rows ?? 0) + inState('frozen') + inState('sending'),
      broken_history: 0,
    },
  };
  const byConversation = Object.groupBy(events, ({ conversation_id }) => conversation_id);
  for (const { id, version } of conversations) {
    const versions = (byConversation[id] ?? []).map((row) => row.version);
    if (versions.some((one, index) => one !== index + 1) || versions.length !== version)
      verdict.wrong.broken_history++;
  }
  for (const person of of.people) {
    const id = vault.pseudonym(of.channel, person.userId);
    const said = (byConversation[id] ?? []).flatMap((row) => saidIn(row, vault, keys));
    const own = deliveries.filter((row) => row.conversation_id === id);
    const shown = person.shown
      .filter(({ from }) => from === 'account')
      .map(({ message }) => signature(message));
    verdict.messages += shown.length;
    compare(said, own, shown, verdict);
  }
  return verdict;
}

const asLine = createRender({ bot: { name: '案内ボット' }, counselor: { name: '相談員' } });

/** What an event says, as the pieces that deliveries count, each as the messages a phone would show. */
function saidIn(
  row: EventTable,
  vault: Vault,
  keys: ReadonlyMap<string, ReturnType<Vault['unwrap']>>,
): string[][] {
  const key = keys.get(row.consultation_id);
  if (!key || row.sealed === null) return [];
  const json = vault.open(key, sealContext.event(row.conversation_id, row.version), row.sealed);
  const { said } = JSON.parse(json) as EventRecord;
  return said.flatMap((saying) =>
    piecesOf(saying, asLine).map(({ messages }) => objectsOf(messages).map(signature)),
  );
}

/** A message without what depends on its place in a request. */
function signature(message: unknown): string {
  const { quickReply, sender, ...rest } = message as Record<string, unknown>;
  return JSON.stringify(rest);
}

type Cost = { missing: number; twice: number; again: number; stray: number; undead: number };

/** Finds the kindest explanation of a phone by the deliveries, in their order, and adds its faults to the verdict. */
function compare(said: string[][], deliveries: DeliveryTable[], shown: string[], verdict: Verdict): void {
  const blocks: { row: DeliveryTable; messages: string[] }[] = [];
  let taken = 0;
  for (const row of deliveries) {
    blocks.push({ row, messages: said.slice(taken, taken + row.row_count).flat() });
    taken += row.row_count;
  }
  verdict.wrong.missing += Math.max(0, said.length - taken);

  const nothing: Cost = { missing: 0, twice: 0, again: 0, stray: 0, undead: 0 };
  const weigh = ({ missing, twice, again, stray, undead }: Cost) =>
    (missing + twice + stray + undead) * 1_000 + again;
  // best[at]: the least cost of explaining the first `at` messages of the phone by the blocks so far.
  let best: (Cost | undefined)[] = [nothing];
  const offer = (to: (Cost | undefined)[], at: number, cost: Cost) => {
    const known = to[at];
    if (!known || weigh(cost) < weigh(known)) to[at] = cost;
  };
  const strays = (costs: (Cost | undefined)[]) => {
    for (let at = 0; at < shown.length; at++) {
      const cost = costs[at];
      if (cost) offer(costs, at + 1, { ...cost, stray: cost.stray + 1 });
    }
    return costs;
  };
  strays(best);
  for (const { row, messages } of blocks) {
    const next: (Cost | undefined)[] = [];
    for (const [at, cost] of best.entries()) {
      if (!cost) continue;
      offer(next, at, row.state === 'sent' ? { ...cost, missing: cost.missing + 1 } : cost);
      const standsAt = (from: number) => messages.every((one, index) => shown[from + index] === one);
      if (!standsAt(at)) continue;
      const once = row.state === 'dead' ? { ...cost, undead: cost.undead + 1 } : cost;
      offer(next, at + messages.length, once);
      if (!standsAt(at + messages.length)) continue;
      const excused = row.kind === 'safety' && row.doubt === 1;
      offer(
        next,
        at + 2 * messages.length,
        excused ? { ...once, again: once.again + 1 } : { ...once, twice: once.twice + 1 },
      );
    }
    best = strays(next);
  }
  const found = best[shown.length] ?? nothing;
  verdict.wrong.missing += found.missing;
  verdict.wrong.delivered_twice += found.twice;
  verdict.wrong.stray += found.stray;
  verdict.wrong.dead_but_delivered += found.undead;
  verdict.safety_repeated += found.again;
}
