import fc from 'fast-check';
import { expect, test } from 'vitest';
import { realContent } from '../support/flow.ts';
import { openSmallTown, type SmallTown } from './town.ts';

const content = realContent();

const runs = { interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false };

/** How LINE brings what several people wrote: whose turn it is, in batches of which size, and what it brings again when. */
type Way = { turns: readonly number[]; batches: readonly number[]; again: readonly number[] };

const way: fc.Arbitrary<Way> = fc.record({
  turns: fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }),
  batches: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 40, maxLength: 40 }),
  again: fc.array(fc.nat(6), { minLength: 40, maxLength: 40 }),
});
/** One after the other, each alone, each once. */
const plainly: Way = { turns: [], batches: [], again: [] };

type Event = { webhookEventId: string; [field: string]: unknown };

/** Events as LINE writes them; the same doings make the same events, so that two towns can be compared. */
function eventsOf(town: SmallTown, userId: string) {
  let count = 0;
  const event = (type: string, more: object): Event => ({
    type,
    mode: 'active',
    timestamp: town.line.clock.now,
    source: { type: 'user', userId },
    webhookEventId: `${userId.slice(0, 20)}-${++count}`,
    deliveryContext: { isRedelivery: false },
    ...more,
  });
  return {
    text: (text: string) => {
      const id = `${userId.slice(0, 20)}-m${count + 1}`;
      return { id, event: event('message', { message: { id, type: 'text', text } }) };
    },
    unsend: (messageId: string) => event('unsend', { unsend: { messageId } }),
  };
}

/** What each person's queue holds, one person's events in their order, the people's in any. */
function mixed(queues: readonly (readonly Event[])[], { turns }: Way): Event[] {
  const left = queues.map((queue) => [...queue]);
  const all: Event[] = [];
  for (let turn = 0; left.some((queue) => queue.length > 0); turn++) {
    const open = left.filter((queue) => queue.length > 0);
    const next = open[(turns[turn] ?? 0) % open.length]?.shift();
    if (next) all.push(next);
  }
  return all;
}

/** Posts them; after a batch some of what was ever brought comes once more. */
async function bring(town: SmallTown, events: readonly Event[], { batches, again }: Way, brought: Event[]) {
  const { webhooks } = town.line.emulator;
  for (let at = 0; at < events.length; ) {
    const batch = events.slice(at, at + (batches[at] ?? 1));
    expect(await webhooks.post({ events: batch })).toBe(200);
    brought.push(...batch);
    const one = brought[again[at] ?? Number.POSITIVE_INFINITY];
    if (one) expect(await webhooks.post({ events: [one] })).toBe(200);
    at += batch.length;
  }
}

const names = ['一郎', '花子', '次郎'];
const words = fc.constantFrom(
  '仕事',
  'はじめから',
  '人と話したい',
  '死にたい',
  '家賃が払えなくて',
  'やめる',
  'english',
);

test('in whatever order, batches and repetitions the events of several people arrive, everybody ends the same', {
  timeout: 120_000,
}, async () => {
  const round = fc.array(fc.record({ who: fc.nat(names.length - 1), text: words }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 3 }), way, async (rounds, how) => {
      const [plain, troubled] = await Promise.all([endOf(rounds, plainly), endOf(rounds, how)]);
      expect(troubled).toEqual(plain);
    }),
    { ...runs, numRuns: 20 },
  );
});

/** Where everybody stands after these rounds, between which there is time for an answer. */
async function endOf(rounds: readonly (readonly { who: number; text: string }[])[], how: Way) {
  const town = await openSmallTown(content);
  try {
    const residents = names.map((name) => town.line.emulator.resident(name));
    const makers = residents.map(({ userId }) => eventsOf(town, userId));
    const brought: Event[] = [];
    for (const round of rounds) {
      const queues = makers.map((make, index) =>
        round.filter(({ who }) => who === index).map(({ text }) => make.text(text).event),
      );
      await bring(town, mixed(queues, how), how, brought);
      await town.passes(5_000);
    }
    const rows = await Promise.all(
      residents.map(({ userId }) => standing(town, town.conversationOf(userId))),
    );
    // A slow machine gives up requests that are tried again later.
    await town.settle();
    const applied = await town.applied();
    return residents.map(({ userId, heard }, index) => ({
      row: rows[index],
      heard: heard(),
      history: applied
        .filter(({ conversation }) => conversation === town.conversationOf(userId))
        .map(({ kind, record }) => ({ kind, in: record.in, said: record.said, risk: record.risk?.level })),
    }));
  } finally {
    await town.close();
  }
}

async function standing(town: SmallTown, id: string) {
  const [row] = await town.store.read(
    town.store.sql
      .selectFrom('conversation')
      .select(['state', 'level', 'topic', 'language', 'version'])
      .where('id', '=', id)
      .compile(),
  );
  return row;
}

test('even one person’s events in any order: each applied once, danger heard, and what was taken back is nowhere', {
  timeout: 120_000,
}, async () => {
  const said = fc.array(
    fc.record({
      text: fc.constantFrom('死にたい', '家賃が払えなくて', 'ありがとう', '仕事'),
      back: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(said, fc.infiniteStream(fc.nat()), way, async (texts, keys, how) => {
      const town = await openSmallTown(content);
      try {
        const resident = town.line.emulator.resident('一郎');
        const make = eventsOf(town, resident.userId);
        const messages = texts.map(({ text, back }) => ({ ...make.text(text), text, back }));
        const takenBack = messages.filter(({ back, text }) => back && text !== '死にたい');
        const events = [...messages.map(({ event }) => event), ...takenBack.map(({ id }) => make.unsend(id))];
        const shuffled = events
          .map((event) => ({ event, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        await bring(town, shuffled, how, []);
        await town.passes(5_000);

        const applied = await town.applied();
        const times = (id: string) => applied.filter((one) => one.id === id).length;
        expect(messages.map(({ event }) => times(event.webhookEventId))).toEqual(messages.map(() => 1));
        const kept = (id: string) => applied.find((one) => one.id === id)?.record.in;
        for (const { event, text } of messages)
          expect(kept(event.webhookEventId)).toEqual(
            takenBack.some((one) => one.event === event)
              ? { kind: 'erased' }
              : expect.objectContaining({ text }),
          );
        const dangerous = texts.some(({ text }) => text === '死にたい');
        const row = await standing(town, town.conversationOf(resident.userId));
        expect(row).toMatchObject(dangerous ? { state: 'waiting', level: 2 } : { level: 0 });
        await town.settle();
        expect(resident.heard().some((text) => text.includes('119'))).toBe(dangerous);
      } finally {
        await town.close();
      }
    }),
    { ...runs, numRuns: 20 },
  );
});
