import { afterEach, describe, expect, test } from 'vitest';
import type { ApiFault } from '../../src/emulator/faults.ts';
import { createRender, objectsOf } from '../../src/message/render.ts';
import { createQuota } from '../../src/outbox/quota.ts';
import type { Send, SendRequest, SendResult } from '../../src/outbox/send.ts';
import { outboxQueries } from '../../src/store/queries/outbox.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { type Desk, openDesk } from './desk.ts';

let desk: Desk;
afterEach(() => desk.close());

const settled = () => desk.outbox.drain(20_000);
const advance = (ms: number) => {
  desk.line.clock.now += ms;
};
const minutes = 60_000;

describe('an answer', () => {
  test('goes out on the fresh reply token, in one request, and is marked sent', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('こんにちは', { fresh: true });
    await settled();
    expect(talk.heard()).toEqual(['こんにちは']);
    expect(desk.requests()).toEqual(['reply']);
    const [delivery] = await talk.deliveries();
    expect(delivery).toMatchObject({
      state: 'sent',
      via: 'reply',
      attempts: 1,
      sealed_body: null,
      row_count: 1,
    });
    expect(desk.events).toMatchObject([{ what: 'sent', saved: 1 }]);
  });

  test('is marked with others of the same moment; one that was erased meanwhile keeps none of them from it', async () => {
    const answer = Promise.withResolvers<void>();
    const commits: number[] = [];
    desk = await openDesk({
      send: async () => {
        await answer.promise;
        return { ok: true };
      },
    });
    const talks = await Promise.all(['さくら', '一郎', '花子', '次郎'].map((name) => desk.talk(name)));
    for (const talk of talks) await talk.say('こんにちは', { fresh: true });
    const [, erased] = talks;
    const { store } = desk;
    const gone = store.sql.deleteFrom('delivery').where('conversation_id', '=', erased?.conversationId ?? '');
    await store.commit([{ query: gone.compile() }]);
    const { commit } = store;
    store.commit = (writes) => {
      commits.push(writes.length);
      return commit(writes);
    };
    answer.resolve();
    await settled();
    const states = await Promise.all(
      talks.map(async (talk) => (await talk.deliveries()).map((one) => one.state)),
    );
    expect(states).toEqual([['sent'], [], ['sent'], ['sent']]);
    expect(desk.events.map(({ what }) => what)).toEqual(['sent', 'sent', 'sent']);
    // Together, and then each by itself.
    expect(commits).toEqual([1, 1, 1, 1, 1]);
  });

  test('is pushed when there is no token or it has grown old', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('ひとつ', { send: false });
    await talk.say('ふたつ', { fresh: true, send: false });
    advance(51_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual(['ひとつ', 'ふたつ']);
    expect(desk.requests()).toEqual(['push', 'push']);
  });

  test('is pushed when LINE refuses the token for certain', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('やあ', { spent: true });
    await settled();
    expect(talk.heard()).toEqual(['やあ']);
    expect(desk.requests()).toEqual(['reply', 'push']);
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'sent', via: 'push', attempts: 2, doubt: 0 });
  });

  test('leaves nothing readable in the database while it waits', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('とても秘密のこと', { fresh: true, send: false });
    await talk.say('もうひとつ秘密', { send: false });
    const everything = JSON.stringify([
      await desk.store.read(desk.store.sql.selectFrom('delivery').selectAll().compile()),
      await desk.store.read(desk.store.sql.selectFrom('outbox').selectAll().compile()),
    ]);
    const [token] = [...desk.line.emulator.platform.tokens.keys()];
    for (const secret of ['秘密', token as string, desk.line.emulator.resident('さくら').userId])
      expect(everything).not.toContain(secret);
  });
});

describe('order and coalescing', () => {
  test('what is said while a delivery is under way follows it, together, up to five messages', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('一', { send: false });
    for (const text of ['二', '三', ['四', '五'], '六', '七', '八']) await talk.say(text);
    await settled();
    expect(talk.heard()).toEqual([]);
    advance(21_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual(['一', '二', '三', '四', '五', '六', '七', '八']);
    expect(desk.requests()).toEqual(['push', 'push', 'push']);
    expect((await talk.deliveries()).map((row) => [row.first_version, row.version, row.row_count])).toEqual([
      [1, 1, 1],
      [2, 5, 4],
      [6, 7, 2],
    ]);
    expect(desk.events.reduce((sum, { saved }) => sum + saved, 0)).toBe(4);
  });

  test('what waits from two consultations goes in one delivery, too', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('一', { send: false });
    await talk.say('二');
    await talk.reopen();
    await talk.say('三');
    await settled();
    advance(21_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual(['一', '二', '三']);
    expect(desk.requests()).toEqual(['push', 'push']);
    expect(await talk.deliveries()).toMatchObject([
      { version: 1 },
      { first_version: 2, version: 3, row_count: 2, consultation_id: talk.consultationId },
    ]);
  });

  test('each delivery takes the token of its own rows, or spends one that waits behind it; none is tried twice', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('一', { send: false });
    await talk.say('二', { fresh: true });
    for (const text of ['三', '四', '五', '六', '七', '八', '九', '十', '十一']) await talk.say(text);
    await talk.say('十二', { fresh: true });
    await settled();
    advance(21_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual('一 二 三 四 五 六 七 八 九 十 十一 十二'.split(' '));
    // The first alone; five on the token of 二; five on that of 十二, which is left without.
    expect(desk.requests()).toEqual(['push', 'reply', 'reply', 'push']);
    expect(desk.line.emulator.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  test('a token is given to one request, though what an event says takes two', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('一', { send: false });
    const long = ['二', '三', '四'].map((text) => text.repeat(9_000));
    await talk.say(long, { fresh: true });
    await settled();
    advance(21_000);
    await desk.outbox.tick();
    expect(talk.heard().join('') === ['一', ...long].join('')).toBe(true);
    expect(desk.requests()).toEqual(['push', 'reply', 'push']);
  });

  test('what LINE has certainly not taken goes on a newer token before it is pushed', async () => {
    desk = await openDesk();
    const [a, b] = [await desk.talk('a'), await desk.talk('b')];
    desk.line.emulator.faults.push({ on: 'push', kind: 'rate' }, { on: 'reply', kind: 'user-rate' });
    await a.say('a1');
    await b.say('b1', { fresh: true });
    await settled();
    advance(30_000);
    // Its own token is good for a while yet; the push is due by now.
    await b.say('b2', { fresh: true });
    await a.say('a2', { fresh: true });
    await settled();
    expect([a.heard(), b.heard()]).toEqual([['a1', 'a2'], []]);
    advance(31_000);
    await desk.outbox.tick();
    expect(b.heard()).toEqual(['b1', 'b2']);
    expect(desk.requests().toSorted()).toEqual(['push', 'reply', 'reply', 'reply']);
  });

  test('one resident’s trouble does not hold up another', async () => {
    desk = await openDesk();
    const [a, b] = [await desk.talk('a'), await desk.talk('b')];
    desk.line.emulator.faults.push({ on: 'push', kind: 'error-before' });
    await a.say('a1');
    await settled();
    await b.say('b1');
    await a.say('a2');
    await settled();
    expect([a.heard(), b.heard()]).toEqual([[], ['b1']]);
    advance(2_000);
    await desk.outbox.tick();
    expect(a.heard()).toEqual(['a1', 'a2']);
  });

  test('a saying too long for one request goes out whole, in several', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    const long = Array.from({ length: 5 }, (_, i) => `${i}`.repeat(9_000));
    await talk.say(long, { fresh: true });
    await settled();
    expect(talk.heard().join('') === long.join('')).toBe(true);
    expect(desk.requests().length).toBeGreaterThan(1);
    expect(await talk.waiting()).toBe(0);
  });

  test('many residents at once, each in order', async () => {
    desk = await openDesk();
    const talks = await Promise.all(Array.from({ length: 100 }, (_, i) => desk.talk(`r${i}`)));
    await Promise.all(
      talks.map(async (talk) => {
        for (const text of ['1', '2', '3']) await talk.say(text);
      }),
    );
    await settled();
    for (const talk of talks) expect(talk.heard()).toEqual(['1', '2', '3']);
  });
});

describe('when LINE fails', () => {
  /** Who is told nothing gives up soon; the request may then be on its way still. */
  const hurriedBy = (kind: ApiFault) => (kind.startsWith('silence') ? { firstMs: 300 } : {});
  const arrived = () => desk.line.emulator.waitForCall(() => true);

  test.each(['error-after', 'silence-after', 'error-before', 'silence-before'] as const)(
    'a push meets %s and is repeated under one retry key: heard once',
    async (kind) => {
      desk = await openDesk(hurriedBy(kind));
      const talk = await desk.talk('さくら');
      desk.line.emulator.faults.push({ on: 'push', kind });
      await talk.say('一度だけ');
      await settled();
      await arrived();
      expect((await talk.deliveries())[0]).toMatchObject({
        state: 'frozen',
        doubt: 1,
        sealed_body: expect.any(String),
      });
      await desk.outbox.tick();
      expect(desk.requests()).toEqual(['push']);
      advance(1_000);
      await desk.outbox.tick();
      expect(talk.heard()).toEqual(['一度だけ']);
      const keys = desk.line.emulator.calls.map(({ headers }) => headers['x-line-retry-key']);
      expect(new Set(keys)).toEqual(new Set([(await talk.deliveries())[0]?.id]));
      expect((await talk.deliveries())[0]).toMatchObject({ state: 'sent', attempts: 2 });
    },
  );

  test.each(['error-after', 'silence-after', 'error-before', 'silence-before'] as const)(
    'a reply meets %s and is unknown, never repeated or pushed',
    async (kind) => {
      desk = await openDesk(hurriedBy(kind));
      const talk = await desk.talk('さくら');
      desk.line.emulator.faults.push({ on: 'reply', kind });
      await talk.say('一度だけ', { fresh: true });
      await settled();
      await arrived();
      advance(60 * minutes);
      await desk.outbox.tick();
      expect(desk.requests()).toEqual(['reply']);
      expect((await talk.deliveries())[0]).toMatchObject({ state: 'unknown', sealed_body: null });
      expect(desk.events).toMatchObject([{ what: 'unknown' }]);
      const changes = await desk.store.read(desk.store.sql.selectFrom('change').select('what').compile());
      expect(changes).toEqual([{ what: 'delivery' }]);
    },
  );

  test('a safety message whose reply is unknown is pushed: twice is better than never', async () => {
    desk = await openDesk(hurriedBy('silence-before'));
    const talk = await desk.talk('さくら');
    desk.line.emulator.faults.push({ on: 'reply', kind: 'silence-before' });
    await talk.say('いますぐ電話を', { fresh: true, kind: 'safety' });
    await settled();
    expect(talk.heard()).toEqual(['いますぐ電話を']);
    expect(desk.requests()).toEqual(['reply', 'push']);
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'sent', via: 'push' });
  });

  test('what cannot be rendered is dead by itself, and not lost among others', async () => {
    const render = createRender({ bot: { name: '窓口' }, counselor: { name: '相談員' } });
    desk = await openDesk({
      render: (sayings) => (JSON.stringify(sayings).includes('壊') ? { ok: false } : render(sayings)),
    });
    const talk = await desk.talk('さくら');
    await talk.say('一', { send: false });
    for (const text of ['二', '壊', '三']) await talk.say(text);
    await settled();
    advance(21_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual(['一', '二', '三']);
    expect((await talk.deliveries()).map(({ version, state }) => [version, state])).toEqual([
      [1, 'sent'],
      [2, 'sent'],
      [3, 'dead'],
      [4, 'sent'],
    ]);
  });

  test('what may have arrived is not put on a newer token, and nothing overtakes it', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    desk.line.emulator.faults.push({ on: 'push', kind: 'error-after' });
    await talk.say('一度だけ');
    await settled();
    await talk.say('続き', { fresh: true });
    await settled();
    expect(talk.heard()).toEqual(['一度だけ']);
    expect(desk.requests()).toEqual(['push']);
    advance(1_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual(['一度だけ', '続き']);
    expect(desk.requests()).toEqual(['push', 'push', 'reply']);
  });

  test('but it is tried again when the resident writes, once each time, and does not hold up the answer for minutes', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    const fails = { on: 'push', kind: 'error-after' } as const;
    desk.line.emulator.faults.push(...Array.from({ length: 9 }, () => fails));
    await talk.say('一度だけ');
    for (let tried = 1; tried < 8; tried++) {
      await settled();
      advance(((await desk.outbox.nextDue()) ?? 0) - desk.line.clock.now);
      await desk.outbox.tick();
    }
    expect((await desk.outbox.nextDue()) ?? 0).toBe(desk.line.clock.now + 96_000);
    advance(40_000);
    await talk.say('続き', { fresh: true });
    await settled();
    expect(desk.requests()).toHaveLength(9);
    advance(70_000);
    expect(await desk.outbox.nextDue()).toBeGreaterThan(desk.line.clock.now + minutes);
    await talk.say('その続き', { fresh: true });
    await settled();
    expect(talk.heard()).toEqual(['一度だけ', '続き', 'その続き']);
    expect(desk.requests().slice(8)).toEqual(['push', 'push', 'reply']);
  });

  test('what one request cannot carry any more is refused by LINE, and blocks nothing', async () => {
    const render = createRender({ bot: { name: '窓口' }, counselor: { name: '相談員' } });
    // As after an update with narrower limits.
    const objects = Array.from({ length: 6 }, () => '{"type":"text","text":"多"}');
    desk = await openDesk({
      render: (sayings) =>
        JSON.stringify(sayings).includes('多') ? { ok: true, messages: objects } : render(sayings),
    });
    const talk = await desk.talk('さくら');
    await talk.say('多');
    await settled();
    await talk.say('続き');
    await settled();
    expect(talk.heard()).toEqual(['続き']);
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'dead', reason: 'http-400' });
  });

  test('a refused message is dead, and the next one goes out', async () => {
    desk = await openDesk({ render: () => ({ ok: true, messages: ['{"type":"text","text":""}'] }) });
    const talk = await desk.talk('さくら');
    await talk.say('x');
    await settled();
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'dead', reason: 'http-400' });
    expect(desk.events).toMatchObject([{ what: 'dead' }]);
  });

  test('what is tried again is the same to the letter, also when an earlier version has sealed it', async () => {
    const sent: SendRequest[] = [];
    const send: Send = async (request) => {
      sent.push(request);
      return sent.length < 3
        ? { ok: false, reason: 'http-500', certain: false, retry: 'later' }
        : { ok: true };
    };
    desk = await openDesk({ send });
    const { store, vault } = desk;
    const talk = await desk.talk('さくら');
    await talk.say(['「一」"1"\n\u2028', '二\\'], { send: true });
    await settled();
    const key = await store.read(outboxQueries(store.sql).sealedKey(talk.consultationId));
    const dataKey = vault.unwrap(key[0]?.sealed_key ?? '', talk.consultationId);
    const [frozen] = await talk.deliveries();
    const context = `delivery:${frozen?.id}`;
    const stored = { messages: objectsOf(sent[0]?.messages ?? []) };
    expect(JSON.parse(vault.open(dataKey, context, frozen?.sealed_body ?? ''))).toEqual(stored);
    advance(1 * minutes);
    await desk.outbox.tick();
    await store.commit([
      {
        query: store.sql
          .updateTable('delivery')
          .set({ sealed_body: vault.seal(dataKey, context, JSON.stringify(stored)) })
          .compile(),
      },
    ]);
    advance(1 * minutes);
    await desk.outbox.tick();
    expect(sent).toHaveLength(3);
    expect(sent[1]).toEqual(sent[0]);
    expect(sent[2]).toEqual(sent[0]);
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'sent' });
  });

  test('after 24 hours of errors it is given up', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    desk.line.emulator.faults.push({ on: 'push', kind: 'error-before', times: 1_000 });
    await talk.say('x');
    await settled();
    for (let i = 0; i < 400 && (await desk.outbox.nextDue()) !== null; i++) {
      advance(Math.max(0, ((await desk.outbox.nextDue()) ?? 0) - desk.line.clock.now));
      await desk.outbox.tick();
    }
    const [delivery] = await talk.deliveries();
    expect(delivery).toMatchObject({ state: 'unknown' });
    const lasted = (delivery?.finished_at ?? 0) - (delivery?.first_attempt_at ?? 0);
    expect(lasted).toBeGreaterThanOrEqual(24 * 60 * minutes);
    expect(lasted).toBeLessThan(24 * 60 * minutes + 11 * minutes);
    expect(desk.requests().length).toBeLessThan(260);
  });

  test.each(['rate', 'user-rate'] as const)(
    'a 429 (%s) is tried again later, certain that nothing arrived',
    async (kind) => {
      desk = await openDesk();
      const talk = await desk.talk('さくら');
      desk.line.emulator.faults.push({ on: 'any', kind });
      await talk.say('x', { fresh: true });
      await settled();
      expect((await talk.deliveries())[0]).toMatchObject({ state: 'frozen', doubt: 0, reason: kind });
      advance(2 * minutes);
      await desk.outbox.tick();
      expect(talk.heard()).toEqual(['x']);
    },
  );
});

describe('the month’s quota', () => {
  test('a counselor’s words that the quota blocks travel on the resident’s next reply token', async () => {
    desk = await openDesk({ linePushes: 0 });
    const talk = await desk.talk('さくら');
    await talk.say('相談員です', { kind: 'counselor' });
    await settled();
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'frozen', reason: 'quota', doubt: 0 });
    advance(5 * minutes);
    await talk.say('お返事です', { fresh: true });
    await settled();
    expect(talk.heard()).toEqual(['相談員です', 'お返事です']);
    expect(desk.requests()).toEqual(['push', 'reply']);
    expect(await talk.deliveries()).toMatchObject([
      { state: 'sent', via: 'reply', first_version: 1, version: 2, row_count: 2 },
    ]);
  });

  test('so do many words, and those of an earlier consultation: whoever comes back is not met with silence', async () => {
    desk = await openDesk({ linePushes: 0 });
    const talk = await desk.talk('さくら');
    const words = Array.from({ length: 12 }, (_, i) => `${i}`);
    for (const word of words) await talk.say(word, { kind: 'counselor' });
    await settled();
    advance(5 * minutes);
    await talk.reopen();
    await talk.say('おかえりなさい', { fresh: true });
    await settled();
    expect(talk.heard()).toEqual(words.slice(0, 5));
    await talk.say('どうしましたか', { fresh: true });
    await settled();
    await talk.say('聞いています', { fresh: true });
    await settled();
    expect(talk.heard()).toEqual([...words, 'おかえりなさい', 'どうしましたか', '聞いています']);
    expect(await talk.waiting()).toBe(0);
  });

  test('when it runs low, routine pushes stop and the others go on', async () => {
    let used = 185;
    const quota = createQuota({ ask: async () => ({ limit: 200, used }), now: () => desk.line.clock.now });
    desk = await openDesk({ quota });
    const talk = await desk.talk('さくら');
    await talk.say('アンケート', { kind: 'routine' });
    await settled();
    expect(quota.view()).toBeUndefined();
    expect(talk.heard()).toEqual(['アンケート']);
    await quota.refresh();
    expect(quota.view()).toMatchObject({ left: 15, low: true });
    await talk.say('アンケート2', { kind: 'routine' });
    await talk.say('安全', { kind: 'safety' });
    await settled();
    expect(talk.heard()).toEqual(['アンケート', '安全']);
    expect(
      (await talk.deliveries()).find(({ kind, state }) => kind === 'routine' && state === 'dead')?.reason,
    ).toBe('quota-kept');
    await talk.say('アンケート3', { kind: 'routine', fresh: true });
    await settled();
    expect(talk.heard().at(-1)).toBe('アンケート3');
    used = 10;
    advance(11 * minutes);
    await quota.refresh();
    expect(quota.low()).toBe(false);
  });
});

describe('what is known of the quota', () => {
  const ask = () => {
    const answers: number[] = [];
    const quota = createQuota({
      ask: async () => ({ limit: 200, used: answers.push(0) - 1 }),
      now: () => desk.line.clock.now,
    });
    return { answers, quota };
  };

  test('is asked of LINE every ten minutes; our own pushes are counted in between, replies are not', async () => {
    const { answers, quota } = ask();
    desk = await openDesk({ quota });
    await quota.refresh();
    const talk = await desk.talk('さくら');
    desk.line.emulator.faults.push({ on: 'push', kind: 'error-after' });
    await talk.say('一');
    await settled();
    advance(1_000);
    await desk.outbox.tick();
    await talk.say('二', { fresh: true });
    await settled();
    expect(desk.requests()).toEqual(['push', 'push', 'reply']);
    expect(quota.view()).toMatchObject({ limit: 200, used: 1, left: 199 });
    expect(answers).toHaveLength(1);
    advance(10 * minutes);
    await desk.outbox.tick();
    expect(answers).toHaveLength(2);
  });

  test('is nothing left once LINE refuses a push, until LINE says otherwise', async () => {
    const { quota } = ask();
    desk = await openDesk({ quota, linePushes: 0 });
    await quota.refresh();
    const talk = await desk.talk('さくら');
    await talk.say('安全', { kind: 'safety' });
    await settled();
    expect(quota.view()).toMatchObject({ left: 0, low: true });
    const other = await desk.talk('一郎');
    await other.say('アンケート', { kind: 'routine' });
    await settled();
    expect((await other.deliveries())[0]).toMatchObject({ state: 'dead', reason: 'quota-kept' });
    expect(desk.requests()).toEqual(['push']);
    advance(10 * minutes);
    await desk.outbox.tick();
    expect(quota.view()).toMatchObject({ left: 199, low: false });
  });
});

describe('the month’s last pushes', () => {
  test('are kept for people in danger; what others are told waits for their next word', async () => {
    let used = 190;
    const quota = createQuota({ ask: async () => ({ limit: 200, used }), now: () => desk.line.clock.now });
    desk = await openDesk({ quota });
    await quota.refresh();
    const [calm, endangered] = [await desk.talk('a'), await desk.talk('b')];
    const { sql } = desk.store;
    const raise = sql.updateTable('conversation').set({ level: 2 });
    await desk.store.commit([
      { query: raise.where('id', '=', endangered.conversationId).compile(), expect: 1 },
    ]);
    await calm.say('お知らせ', { kind: 'notice' });
    await endangered.say('相談員です', { kind: 'counselor' });
    await settled();
    await calm.say('相談員です', { kind: 'counselor' });
    await settled();
    expect([calm.heard(), endangered.heard()]).toEqual([[], ['相談員です']]);
    expect(await calm.deliveries()).toMatchObject([{ state: 'frozen', reason: 'quota-kept', doubt: 0 }]);
    expect(desk.requests()).toEqual(['push']);
    await calm.say('お返事', { fresh: true });
    await settled();
    expect(calm.heard()).toEqual(['お知らせ', '相談員です', 'お返事']);
    expect(desk.requests()).toEqual(['push', 'reply']);

    await calm.say('また', { kind: 'counselor' });
    await settled();
    used = 0;
    advance(31 * minutes);
    await desk.outbox.tick();
    expect(calm.heard().at(-1)).toBe('また');
  });

  test('are tried for a safety message, and for what may have arrived', async () => {
    const quota = createQuota({
      ask: async () => ({ limit: 200, used: 190 }),
      now: () => desk.line.clock.now,
    });
    desk = await openDesk({ quota });
    const [a, b] = [await desk.talk('a'), await desk.talk('b')];
    desk.line.emulator.faults.push({ on: 'push', kind: 'error-after' });
    await a.say('一度だけ');
    await settled();
    await quota.refresh();
    expect(quota.scarce()).toBe(true);
    await b.say('安全', { kind: 'safety' });
    await settled();
    advance(1_000);
    await desk.outbox.tick();
    expect([a.heard(), b.heard()]).toEqual([['一度だけ'], ['安全']]);
    expect((await a.deliveries())[0]).toMatchObject({ state: 'sent', attempts: 2 });
  });
});

describe('who cannot be reached', () => {
  test('gets no pushes after blocking the account', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    const { sql } = desk.store;
    await desk.store.commit([{ query: sql.updateTable('conversation').set({ unreachable: 1 }).compile() }]);
    await talk.say('x', { kind: 'counselor' });
    await settled();
    expect(desk.requests()).toEqual([]);
    expect((await talk.deliveries())[0]).toMatchObject({ state: 'dead', reason: 'unreachable' });
  });

  test('what was forgotten or tampered with blocks nothing', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    const { sql } = desk.store;
    await talk.say('一', { send: false });
    await talk.say('二', { send: false });
    await talk.say('三', { send: false });
    const [row] = await desk.store.read(sql.selectFrom('outbox').selectAll().orderBy('version').compile());
    const sealed = `${row?.sealed.slice(0, -5)}AAAAA`;
    await desk.store.commit([
      {
        query: sql
          .updateTable('outbox')
          .set({ sealed })
          .where('id', '=', row?.id ?? '')
          .compile(),
      },
    ]);
    advance(21_000);
    await desk.outbox.tick();
    expect(talk.heard()).toEqual(['一', '三']);
    expect((await talk.deliveries()).map(({ state, reason }) => [state, reason])).toEqual([
      ['sent', null],
      ['dead', 'unsealable'],
      ['sent', null],
    ]);
  });
});

describe('consoles', () => {
  const told = async () => {
    const changes = await desk.store.read(
      desk.store.sql.selectFrom('change').select('consultation_id').where('what', '=', 'delivery').compile(),
    );
    return changes.map(({ consultation_id }) => consultation_id);
  };

  test('are told that a counselor’s words have gone out, and not that an answer has', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('一', { fresh: true });
    await settled();
    expect(await told()).toEqual([]);
    await talk.say('二', { kind: 'counselor' });
    await settled();
    expect(await told()).toEqual([talk.consultationId]);
  });

  test('are told of what LINE refuses, what does not open, and what was interrupted', async () => {
    desk = await openDesk();
    const [refused, waiting, interrupted] = await Promise.all(['a', 'b', 'c'].map((name) => desk.talk(name)));
    const { sql } = desk.store;
    await refused?.say('');
    await settled();
    expect(await told()).toEqual([refused?.consultationId]);
    await waiting?.say('一', { send: false });
    await waiting?.say('二', { send: false });
    await desk.store.commit([{ query: sql.updateTable('outbox').set({ sealed: 'AAAA' }).compile() }]);
    advance(21_000);
    await desk.outbox.tick();
    expect(await told()).toEqual([refused?.consultationId, waiting?.consultationId]);
    await interrupted?.say('三', { fresh: true, send: false });
    advance(1 * minutes);
    await desk.outbox.tick();
    expect((await told()).at(-1)).toBe(interrupted?.consultationId);
  });
});

describe('two processes', () => {
  test.each<[string, SendResult]>([
    ['it failed', { ok: false, reason: 'http-500', certain: false, retry: 'later' }],
    ['it was taken', { ok: true }],
  ])('whose lease ran out has no say any more, though it hears that %s', async (_, late) => {
    const answers = [Promise.withResolvers<SendResult>(), Promise.withResolvers<SendResult>()];
    let requests = 0;
    desk = await openDesk({ send: async () => (await answers[requests++]?.promise) as SendResult });
    const talk = await desk.talk('さくら');
    await talk.say('一');
    await expect.poll(() => requests).toBe(1);
    const first = desk.outbox;
    advance(21_000);
    const second = desk.restart().tick();
    await expect.poll(() => requests).toBe(2);
    answers[0]?.resolve(late);
    await first.drain(5_000);
    expect(await talk.deliveries()).toMatchObject([{ state: 'sending', attempts: 2 }]);
    answers[1]?.resolve({ ok: true });
    await second;
    expect(await talk.deliveries()).toMatchObject([{ state: 'sent', attempts: 2 }]);
    expect(requests).toBe(2);
  });

  test('nothing is thawed that the other has just taken up', async () => {
    desk = await openDesk();
    const { store } = desk;
    const { commit } = store;
    const talk = await desk.talk('さくら');
    desk.line.emulator.faults.push({ on: 'push', kind: 'rate' });
    await talk.say('一');
    await settled();
    const takeUp = store.sql.updateTable('delivery').set({ state: 'sending', attempts: 2 }).compile();
    store.commit = async (writes) => {
      const thaws = writes.some(({ query }) => query.sql.startsWith('delete from "delivery"'));
      if (thaws) await commit([{ query: takeUp }]);
      return commit(writes);
    };
    await talk.say('二', { fresh: true });
    await settled();
    expect(desk.requests()).toEqual(['push']);
    expect(await talk.deliveries()).toMatchObject([{ state: 'sending', row_count: 1 }]);
    expect(await talk.waiting()).toBe(1);
  });
});

test('a database that is away for a moment hears later what LINE said, and nothing is asked twice', async () => {
  let [requests, away] = [0, 0];
  const send: Send = async () => {
    requests++;
    away = 2;
    return { ok: true };
  };
  desk = await openDesk({ send });
  const { store } = desk;
  const { commit } = store;
  store.commit = async (writes) => {
    if (away-- > 0) throw new StoreUnavailable('away');
    return commit(writes);
  };
  const talk = await desk.talk('さくら');
  await talk.say('一');
  await settled();
  expect(await talk.deliveries()).toMatchObject([{ state: 'sent', attempts: 1 }]);
  expect(requests).toBe(1);
});

describe('when our process dies', () => {
  test('before sending: the reply goes out on the same token, once', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('まだ', { fresh: true, send: false });
    await talk.say('続き', { send: false });
    advance(5_000);
    const stop = desk.restart().start();
    await expect.poll(() => talk.heard()).toEqual(['まだ', '続き']);
    stop();
    expect(desk.requests()).toEqual(['reply', 'push']);
  });

  test('after sending, before marking: the spent token shows it, and nothing is said twice', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('もう', { fresh: true, send: false });
    for (const token of desk.line.emulator.platform.tokens.values()) token.used = true;
    const stop = desk.restart().start();
    await expect.poll(async () => (await talk.deliveries())[0]?.state).toBe('unknown');
    stop();
    expect(desk.requests()).toEqual(['reply']);
  });

  test('a push is taken up again under its retry key', async () => {
    desk = await openDesk();
    const talk = await desk.talk('さくら');
    await talk.say('押す', { send: false });
    expect(await desk.outbox.tick()).toBe(0);
    advance(20_000);
    expect(await desk.outbox.tick()).toBe(1);
    expect(talk.heard()).toEqual(['押す']);
  });

  test('and too long ago for the token: unknown, but a safety message is pushed', async () => {
    desk = await openDesk();
    const [a, b] = [await desk.talk('a'), await desk.talk('b')];
    await a.say('答え', { fresh: true, send: false });
    await b.say('安全', { fresh: true, send: false, kind: 'safety' });
    advance(10 * minutes);
    await desk.outbox.tick();
    expect([a.heard(), b.heard()]).toEqual([[], ['安全']]);
    expect((await a.deliveries())[0]).toMatchObject({ state: 'unknown', reason: 'interrupted' });
  });

  test('or is so busy that another takes up what waited for its turn: that goes out once', async () => {
    const sent: string[] = [];
    const busy = Promise.withResolvers<void>();
    const send: Send = async (request) => {
      sent.push(request.via === 'push' ? request.retryKey : '');
      if (sent.length <= 64) await busy.promise;
      return { ok: true };
    };
    desk = await openDesk({ send });
    const talks = await Promise.all(Array.from({ length: 65 }, (_, i) => desk.talk(`r${i}`)));
    for (const talk of talks) await talk.say('一度だけ');
    await expect.poll(() => sent.length).toBe(64);
    const first = desk.outbox;
    advance(21_000);
    await desk.restart().tick();
    busy.resolve();
    await first.drain(5_000);
    const [last] = (await talks.at(-1)?.deliveries()) ?? [];
    expect(last).toMatchObject({ state: 'sent', attempts: 2 });
    expect(sent.filter((key) => key === last?.id)).toHaveLength(1);
  });

  test('two processes on one database send each thing once', async () => {
    desk = await openDesk();
    const talks = await Promise.all(Array.from({ length: 20 }, (_, i) => desk.talk(`r${i}`)));
    for (const talk of talks) for (const text of ['1', '2', '3']) await talk.say(text, { send: false });
    advance(21_000);
    const other = desk.restart();
    const third = desk.restart();
    await Promise.all([desk.outbox.tick(), other.tick(), third.tick()]);
    await Promise.all([other.drain(20_000), third.drain(20_000)]);
    for (const talk of talks) expect(talk.heard()).toEqual(['1', '2', '3']);
  });
});
