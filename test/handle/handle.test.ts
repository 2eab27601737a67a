import { afterEach, beforeEach, expect, test } from 'vitest';
import { openThread, type Thread } from './thread.ts';

let thread: Thread;
beforeEach(async () => {
  thread = await openThread();
});
afterEach(() => thread.close());

const count = async (table: 'event' | 'consultation' | 'tombstone' | 'delivery' | 'outbox' | 'staff_note') =>
  (await thread.store.read(thread.store.sql.selectFrom(table).selectAll().compile())).length;

test('an event that comes twice is applied once', async () => {
  await thread.happens({ kind: 'follow', again: false }, 'one');
  const before = await thread.said();
  expect(await thread.happens({ kind: 'follow', again: false }, 'one')).toMatchObject({
    ok: true,
    repeated: true,
  });
  expect(await thread.said()).toEqual(before);
});

test('events of one resident that come together are applied in their order, though the first takes long', async () => {
  const { commit } = thread.store;
  thread.store.commit = async (writes) => {
    thread.store.commit = commit;
    // Turns enough for the others to be committed, if they did not wait.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    return commit(writes);
  };
  const texts = ['一', '二', '三', '四', '五'];
  await Promise.all(texts.map((text) => thread.happens({ kind: 'text', text })));
  const heard = (await thread.records()).flatMap(({ in: incoming }) =>
    incoming?.kind === 'text' ? [incoming.text] : [],
  );
  expect(heard).toEqual(texts);
});

test('unsend takes the words out of the event, and the turn does not answer them', async () => {
  await thread.happens({ kind: 'text', text: '家賃が払えません', messageId: 'm1' });
  await thread.happens({ kind: 'unsend', messageId: 'm1' });
  const records = await thread.records();
  expect(JSON.stringify(records)).not.toContain('家賃');
  expect(records[0]?.in).toEqual({ kind: 'erased' });
  await thread.passes(10_000);
  expect((await thread.said()).join()).not.toContain('お金・住まい');
});

test('unsend that overtakes its message leaves a tombstone, and the message is never kept', async () => {
  await thread.happens({ kind: 'unsend', messageId: 'm2' });
  expect(await count('tombstone')).toBe(1);
  await thread.happens({ kind: 'text', text: 'ひみつのことば', messageId: 'm2' });
  expect(JSON.stringify(await thread.records())).not.toContain('ひみつ');
});

test('deleting asks first, then destroys keys and rows and keeps the facts without their owner', async () => {
  await thread.happens({ kind: 'text', text: '家賃が払えません' });
  await thread.passes(3_000);
  const { consultation_id } = await thread.conversation();
  const note = { id: 'n', consultation_id, staff_id: 's', kind: 'note' as const, sealed: 'x', at: 0 };
  await thread.store.commit([{ query: thread.store.sql.insertInto('staff_note').values(note).compile() }]);
  await thread.happens({ kind: 'text', text: 'データを消して' });
  expect(await count('event')).toBe(3);
  await thread.happens({ kind: 'text', text: 'はい' });
  expect(await count('event')).toBe(1);
  expect(await count('staff_note')).toBe(0);
  const consultations = await thread.store.read(
    thread.store.sql.selectFrom('consultation').selectAll().orderBy('opened_at').compile(),
  );
  expect(consultations[0]).toMatchObject({
    sealed_key: null,
    conversation_id: null,
    outcome: 'erased',
    messages_in: 3,
  });
  // Afterwards the resident begins anew, in the same words as anybody.
  await thread.happens({ kind: 'text', text: 'はじめから' });
  expect((await thread.conversation()).state).toBe('bot');
});

test('deleting takes with it what was still to be sent', async () => {
  const { sql } = thread.store;
  await thread.happens({ kind: 'follow', again: false });
  await thread.settled();
  // Another process is trying this one, and what comes after waits behind it.
  const trying = sql.updateTable('delivery').set({ state: 'sending', due_at: thread.clock.at + 20_000 });
  await thread.store.commit([{ query: trying.compile() }]);
  await thread.happens({ kind: 'text', text: 'データを消して' });
  expect(await count('outbox')).toBe(1);
  await thread.happens({ kind: 'text', text: 'はい' });
  await thread.settled();
  const { consultation_id } = await thread.conversation();
  const deliveries = sql.selectFrom('delivery').select(['consultation_id', 'state']);
  const waiting = sql.selectFrom('outbox').select('consultation_id');
  expect(await thread.store.read(deliveries.compile())).toEqual([{ consultation_id, state: 'sent' }]);
  expect(await thread.store.read(waiting.compile())).toEqual([]);
});

test('somebody in danger who deletes everything stays in the queue', async () => {
  await thread.happens({ kind: 'text', text: '死にたい' });
  await thread.happens({ kind: 'text', text: 'データを消して' });
  await thread.happens({ kind: 'text', text: 'はい' });
  expect(await thread.conversation()).toMatchObject({ state: 'waiting', level: 2 });
  expect(JSON.stringify(await thread.records())).not.toContain('死にたい');
});

test('a flow that fails answers with numbers, opens the talk to humans and keeps the event', async () => {
  await thread.happens({ kind: 'follow', again: false });
  thread.swap((flow) => ({
    ...flow,
    triage: () => {
      throw new Error('a bug');
    },
  }));
  await thread.happens({ kind: 'text', text: '家賃が払えません' });
  await thread.passes(3_000);
  expect((await thread.said()).at(-1)).toMatch(/0120-279-338/u);
  expect(await thread.conversation()).toMatchObject({ state: 'waiting' });
  expect(JSON.stringify(await thread.records())).toContain('家賃');
  expect(thread.log.join()).toContain('step-failed');
  expect(thread.log.join()).not.toContain('a bug');
});

test('a snapshot that was tampered with is answered, opened to humans and seen in the log', async () => {
  await thread.happens({ kind: 'follow', again: false });
  const spoil = thread.store.sql
    .updateTable('conversation')
    .set({ sealed_snapshot: 'AAAA'.repeat(20) })
    .compile();
  await thread.store.commit([{ query: spoil }]);
  await thread.happens({ kind: 'text', text: 'こんにちは' });
  expect(await thread.conversation()).toMatchObject({ state: 'waiting' });
  expect((await thread.said()).length).toBeGreaterThan(0);
  expect(thread.log.join()).toContain('conversation-unreadable');
});

test('after a change of the flow the resident stands where they stood, or hears that the step is gone', async () => {
  await thread.happens({ kind: 'follow', again: false });
  await thread.happens({ kind: 'text', text: '仕事' });
  thread.swap((flow) => ({ ...flow, hash: 'next' }));
  await thread.happens({ kind: 'media', media: 'sticker' });
  const before = (await thread.said()).length;
  thread.swap((flow) => ({
    ...flow,
    hash: 'after',
    steps: new Map([...flow.steps].filter(([name]) => name === flow.start)),
  }));
  await thread.happens({ kind: 'choice', data: 'choice|仕事|ない' });
  expect((await thread.said()).length).toBeGreaterThan(before);
});

test('one voice: while a counselor has the talk the bot says nothing, danger only raises the level', async () => {
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  const before = (await thread.said()).length;
  for (const text of ['お金のこと', '死にたい', 'はじめから']) await thread.happens({ kind: 'text', text });
  await thread.happens({ kind: 'choice', data: 'word|start' });
  await thread.happens({ kind: 'media', media: 'image' });
  expect((await thread.said()).length).toBe(before);
  expect(await thread.conversation()).toMatchObject({ state: 'human', level: 2 });
});

test('a counselor who is silent too long loses the talk to the queue, and the resident is told', async () => {
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  const presence = () =>
    thread.store.commit([
      {
        query: thread.store.sql
          .insertInto('presence')
          .values({ staff_id: 'yamada', on_duty: 1, capacity: 2, seen_at: thread.clock.at + 3_600_000 })
          .onConflict((conflict) => conflict.column('staff_id').doNothing())
          .compile(),
      },
    ]);
  await presence();
  const before = (await thread.said()).length;
  await thread.passes(9 * 60_000);
  expect(await thread.conversation()).toMatchObject({ state: 'human' });
  await thread.passes(2 * 60_000);
  expect(await thread.conversation()).toMatchObject({ state: 'waiting' });
  expect((await thread.said()).length).toBe(before + 1);
});

test('a talk whose resident is silent ends with a warning first, and never for somebody in danger', async () => {
  const present = () =>
    thread.store.commit([
      {
        query: thread.store.sql
          .insertInto('presence')
          .values({ staff_id: 'yamada', on_duty: 1, capacity: 2, seen_at: thread.clock.at + 24 * 3_600_000 })
          .onConflict((conflict) => conflict.column('staff_id').doNothing())
          .compile(),
      },
    ]);
  await present();
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  await thread.happens({ kind: 'reply', staff: 'yamada', text: 'どうされましたか。' });
  await thread.passes(31 * 60_000);
  expect((await thread.said()).at(-1)).toContain('10分');
  expect(await thread.conversation()).toMatchObject({ state: 'human' });
  await thread.passes(11 * 60_000);
  expect(await thread.conversation()).toMatchObject({ state: 'closed' });

  await thread.happens({ kind: 'text', text: '死にたい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  await thread.happens({ kind: 'reply', staff: 'yamada', text: 'いま、どこにいますか。' });
  await thread.passes(31 * 60_000);
  await thread.passes(31 * 60_000);
  expect(await thread.conversation()).toMatchObject({ state: 'human' });
});

test('a counselor whose console vanished gives the talk back to the queue within a minute or so', async () => {
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  await thread.passes(61_000);
  expect(await thread.conversation()).toMatchObject({ state: 'waiting' });
});

test('lowering a level takes a reason; accepting what somebody has says who', async () => {
  await thread.happens({ kind: 'text', text: '死にたい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  expect(await thread.happens({ kind: 'accept', staff: 'sato' })).toMatchObject({
    ok: false,
    refusal: { why: 'taken', owner: 'yamada' },
  });
  expect(
    await thread.happens({ kind: 'set-level', staff: 'yamada', level: 'none', reason: ' ' }),
  ).toMatchObject({
    ok: false,
    refusal: { why: 'reason-needed' },
  });
  await thread.happens({
    kind: 'set-level',
    staff: 'yamada',
    level: 'watch',
    reason: '本人と話し、安全を確かめた',
  });
  expect(await thread.conversation()).toMatchObject({ level: 1 });
  const [facts] = await thread.store.read(
    thread.store.sql.selectFrom('consultation').select('level').compile(),
  );
  expect(facts?.level).toBe(2);
});

test('each consultation leaves a fact row without content: times, counts, level, outcome, and whether they came before', async () => {
  await thread.happens({ kind: 'text', text: '市営住宅に申し込みたいです' });
  await thread.passes(3_000);
  await thread.happens({ kind: 'text', text: '人と話したい' });
  thread.clock.at += 60_000;
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  thread.clock.at += 30_000;
  await thread.happens({ kind: 'reply', staff: 'yamada', text: 'こんにちは。' });
  await thread.happens({ kind: 'text', text: 'はい' });
  await thread.happens({ kind: 'close', staff: 'yamada', outcome: 'referred' });
  await thread.happens({ kind: 'text', text: 'はじめから' });
  const query = thread.store.sql.selectFrom('consultation').selectAll().orderBy('opened_at').compile();
  const [first, second] = await thread.store.read(query);
  const began = Date.parse('2026-11-24T10:00:00+09:00');
  expect(first).toMatchObject({
    opened_at: began,
    in_hours: 1,
    returning: 0,
    level: 0,
    categories: 'money-housing',
    handed_off_at: began + 3_000,
    accepted_at: began + 63_000,
    first_response_at: began + 93_000,
    messages_in: 3,
    messages_counselor: 1,
    outcome: 'referred',
    closed_at: began + 93_000,
  });
  expect(second).toMatchObject({ returning: 1, outcome: null });
});

test('a counselor refers to a window, sets what it is about, and closes in words of their own', async () => {
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  const card = {
    id: 'w1',
    name: '例の窓口',
    about: '例の相談',
    state: 'open',
    stateText: '',
    hours: '',
    reservation: false,
    unconfirmed: false,
  } as const;
  const text = 'こちらで一緒に考えてくれます。';
  await thread.happens({ kind: 'refer', staff: 'yamada', text, card, consent: true }, 'staff:r1');
  const referred = (await thread.records()).at(-1);
  expect(referred?.said).toMatchObject([
    {
      speaker: 'counselor',
      messages: [
        { kind: 'text', text },
        { kind: 'windows', cards: [{ id: 'w1' }] },
      ],
    },
  ]);
  const categories = ['child-rearing', 'money-housing', 'nothing-of-the-flow'];
  await thread.happens({ kind: 'set-categories', staff: 'yamada', categories });
  await thread.happens({
    kind: 'close',
    staff: 'yamada',
    outcome: 'referred',
    farewell: 'また明日。',
    survey: false,
  });
  const closed = (await thread.records()).at(-1);
  expect(closed?.said).toMatchObject([
    { speaker: 'counselor', messages: [{ kind: 'text', text: 'また明日。' }] },
  ]);
  const { sql } = thread.store;
  const [facts] = await thread.store.read(sql.selectFrom('consultation').select('categories').compile());
  expect(facts?.categories).toBe('child-rearing money-housing');
  expect(await thread.store.read(sql.selectFrom('referral').selectAll().compile())).toMatchObject([
    { id: 'r1', window_id: 'w1', staff_id: 'yamada', consent: 1, outcome: null },
  ]);
});

test('the survey is a saying of its own, which a low quota may hold back', async () => {
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.happens({ kind: 'accept', staff: 'yamada' });
  await thread.happens({ kind: 'close', staff: 'yamada', outcome: 'referred' });
  expect((await thread.records()).at(-1)?.said).toHaveLength(2);
});
