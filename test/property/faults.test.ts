import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiFault, WebhookFault } from '../../src/emulator/faults.ts';
import type { Resident } from '../../src/emulator/resident.ts';
import { realContent } from '../support/flow.ts';
import { openSmallTown, type SmallTown } from './town.ts';

const content = realContent();

const names = ['一郎', '花子', '次郎'];

/** What can happen next: somebody does something, something breaks, time passes. */
type Move =
  | { who: number; does: 'say'; text: string }
  | { who: number; does: 'tap'; which: number }
  | { who: number; does: 'sticker' | 'unsend' | 'two-at-once' | 'helped' }
  | { breaks: 'reply' | 'push'; how: ApiFault }
  | { webhook: WebhookFault }
  | { passes: number };

const who = fc.nat(names.length - 1);
const text = fc.constantFrom(
  '仕事',
  'はじめから',
  '人と話したい',
  '死にたい',
  '家賃が払えなくて',
  '話を聞いて',
  'やめる',
  'english',
);
const apiFault = fc.constantFrom<ApiFault>(
  'error-before',
  'error-after',
  'silence-before',
  'silence-after',
  'rate',
  'user-rate',
  'quota',
);
const webhookFault = fc.constantFrom<WebhookFault>(
  'lost',
  'answer-lost',
  'duplicate',
  'late',
  'reorder',
  'merge',
  'split',
);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ who, does: fc.constant('say' as const), text }) },
  { weight: 3, arbitrary: fc.record({ who, does: fc.constant('tap' as const), which: fc.nat(12) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      who,
      does: fc.constantFrom('sticker' as const, 'unsend' as const, 'two-at-once' as const, 'helped' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ breaks: fc.constantFrom('reply' as const, 'push' as const), how: apiFault }),
  },
  { weight: 2, arbitrary: fc.record({ webhook: webhookFault }) },
  { weight: 2, arbitrary: fc.record({ passes: fc.constantFrom(500, 3_000, 61_000, 3_600_000) }) },
);

async function make(town: SmallTown, residents: readonly Resident[], one: Move): Promise<void> {
  if ('breaks' in one) return town.faults({ on: one.breaks, kind: one.how });
  if ('webhook' in one) return town.faults({ on: 'webhook', kind: one.webhook });
  if ('passes' in one) return town.passes(one.passes);
  const resident = residents[one.who];
  if (!resident) return;
  switch (one.does) {
    case 'say':
      await resident.say(one.text);
      return;
    case 'tap': {
      const choices = resident.choices();
      const choice = choices[one.which % (choices.length || 1)];
      await (choice ? resident.tap(choice) : resident.say('はい'));
      return;
    }
    case 'sticker':
      await resident.sendSticker();
      return;
    case 'two-at-once':
      await resident.sayAtOnce('あの', '仕事');
      return;
    // A counselor writes twice: what no reply token is left for is pushed.
    case 'helped':
      await town.staff(resident.userId, { kind: 'accept', staff: 'yamada' });
      for (const text of ['こんにちは。相談員です。', 'いま、お話しできますか'])
        await town.staff(resident.userId, { kind: 'reply', staff: 'yamada', text });
      return;
    case 'unsend':
      if (
        resident.messages().some(({ from, unsent, message }) => from === 'resident' && !unsent && message.id)
      )
        await resident.unsend();
  }
}

const runs = { numRuns: 60, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: false };

test('whatever LINE and the network do, each event is applied once and each answer is on the phone once, in order, or marked', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { minLength: 5, maxLength: 30 }),
      fc.constantFrom(null, null, 0, 3),
      async (moves, quota) => {
        const town = await openSmallTown(content, { quota, troubled: true });
        try {
          const residents = names.map((name) => town.line.emulator.resident(name));
          for (const one of moves) await make(town, residents, one);
          await town.settle();
          const { wrong } = await town.verdict();
          expect(Object.entries(wrong).filter(([, count]) => count > 0)).toEqual([]);
          await neverSilent(town);
        } finally {
          await town.close();
        }
      },
    ),
    runs,
  );
});

/** Whoever did something that reached us was told something, or a person can see that it was not. */
async function neverSilent(town: SmallTown): Promise<void> {
  const { sql } = town.store;
  for (const person of town.line.emulator.platform.people.values()) {
    const id = town.conversationOf(person.userId);
    const events = (await town.applied()).filter(({ conversation }) => conversation === id);
    const spoke = events.some(
      ({ kind, record }) => ['text', 'choice', 'media'].includes(kind) && record.in?.kind !== 'erased',
    );
    if (!spoke) continue;
    const troubled = await town.store.read(
      sql
        .selectFrom('delivery')
        .select('id')
        .where('conversation_id', '=', id)
        .where('state', '<>', 'sent')
        .compile(),
    );
    const heard = person.shown.filter(({ from }) => from === 'account').length;
    expect(heard + troubled.length).toBeGreaterThan(0);
    expect(events.flatMap(({ record }) => record.said).length).toBeGreaterThan(0);
  }
}

test('duplicates, splits and batches change nothing: the same events end in the same state', {
  timeout: 120_000,
}, async () => {
  const said = fc.array(fc.record({ who, text }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      said,
      fc.infiniteStream(
        fc.constantFrom<WebhookFault | null>('duplicate', 'split', 'answer-lost', 'merge', null),
      ),
      async (texts, troubles) => {
        const [plain, troubled] = await Promise.all([
          endOf(texts, () => null),
          endOf(texts, () => troubles.next().value ?? null),
        ]);
        expect(troubled).toEqual(plain);
      },
    ),
    { ...runs, numRuns: 30 },
  );
});

/** What is known of everybody after these words, without ids that are made by chance. */
async function endOf(
  texts: readonly { who: number; text: string }[],
  trouble: () => WebhookFault | null,
): Promise<unknown> {
  const town = await openSmallTown(content);
  try {
    const residents = names.map((name) => town.line.emulator.resident(name));
    const { webhooks } = town.line.emulator;
    for (const { who: index, text: words } of texts) {
      const kind = trouble();
      if (kind) town.faults({ on: 'webhook', kind });
      await residents[index]?.say(words);
      await webhooks.redeliver();
    }
    // The last ones may still be held back for a batch that did not come.
    await town.settle();
    const applied = await town.applied();
    return residents.map(({ userId }) =>
      applied
        .filter(({ conversation }) => conversation === town.conversationOf(userId))
        .map(({ kind, record }) => ({ kind, heard: record.in, said: record.said, risk: record.risk?.level })),
    );
  } finally {
    await town.close();
  }
}

test('one voice: while a counselor has the talk, nothing a resident does makes the bot speak', {
  timeout: 120_000,
}, async () => {
  const quiet = fc.array(
    fc.oneof(
      fc.record({ does: fc.constant('say' as const), text }),
      fc.constant({ does: 'sticker' as const }),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(quiet, webhookFault, async (doings, trouble) => {
      const town = await openSmallTown(content);
      try {
        const resident = town.line.emulator.resident('一郎');
        await resident.say('人と話したい');
        await town.staff(resident.userId, { kind: 'accept', staff: 'yamada' });
        town.faults({ on: 'webhook', kind: trouble });
        const before = (await town.applied()).length;
        // 「やめる」 ends the talk; that is not the bot speaking up.
        for (const doing of doings)
          await (doing.does === 'say'
            ? resident.say(doing.text.replace('やめる', 'はい'))
            : resident.sendSticker());
        await town.line.emulator.webhooks.release();
        await town.line.emulator.webhooks.redeliver();
        const after = (await town.applied()).slice(before);
        expect(after).toHaveLength(doings.length);
        expect(after.flatMap(({ record }) => record.said)).toEqual([]);
      } finally {
        await town.close();
      }
    }),
    { ...runs, numRuns: 30 },
  );
});

test('who has blocked the account is not pushed to, and is spoken to again when they come back', async () => {
  const town = await openSmallTown(content);
  const resident = town.line.emulator.resident('一郎');
  await resident.say('人と話したい');
  await town.staff(resident.userId, { kind: 'accept', staff: 'yamada' });
  await resident.block();
  const pushes = () => town.line.emulator.calls.filter(({ path }) => path.endsWith('/push')).length;
  const before = pushes();
  await town.staff(resident.userId, { kind: 'reply', staff: 'yamada', text: 'お元気ですか' });
  expect(pushes()).toBe(before);
  const { sql } = town.store;
  const dead = await town.store.read(
    sql.selectFrom('delivery').select(['state', 'reason']).where('state', '<>', 'sent').compile(),
  );
  expect(dead).toContainEqual({ state: 'dead', reason: 'unreachable' });
  await resident.follow();
  await town.staff(resident.userId, { kind: 'reply', staff: 'yamada', text: 'おかえりなさい' });
  expect(resident.heard()).toContain('おかえりなさい');
  // That went on the token of coming back; this has none.
  await town.staff(resident.userId, { kind: 'reply', staff: 'yamada', text: '聞いています' });
  expect(resident.heard()).toContain('聞いています');
  expect(pushes()).toBe(before + 1);
  await town.close();
});
