import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Acted } from '../../src/console/deps.ts';
import type { Event } from '../../src/conversation/event.ts';
import { type Office, openOffice } from './office.ts';

let office: Office;
let acted: { conversation: string; event: Event }[];
let answer: Acted;

beforeEach(async () => {
  acted = [];
  answer = { ok: true };
  office = await openOffice({
    act: async (conversation, event) => {
      acted.push({ conversation, event });
      return answer;
    },
  });
});
afterEach(() => office.store.close());

describe('a talk', () => {
  test('shows the lines, the reason with its place in the text, the answers and what may be done', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const risk = {
      level: 'imminent',
      score: 0.9,
      kinds: ['suicide'],
      subject: 'self',
      hits: [{ start: 3, end: 7, why: '死にたい気持ち' }],
    } as const;
    const talk = await office.talk({
      state: 'waiting',
      level: 3,
      texts: [
        { text: 'こんばんは' },
        { text: 'もう、死にたい', risk: { ...risk, kinds: ['suicide'], hits: [...risk.hits] } },
      ],
    });
    const shown = await (await sato.get(`/api/consultations/${talk.id}`)).json();
    expect(shown).toMatchObject({
      level: 'imminent',
      situation: 'waiting',
      actions: ['read', 'accept', 'open-identity'],
      answers: [{ name: '地区', value: '宮川' }],
      reasons: [{ level: 'imminent', text: 'もう、死にたい', finding: { hits: [{ start: 3, end: 7 }] } }],
      lines: [
        { who: 'resident', body: { kind: 'text', text: 'こんばんは' } },
        { who: 'resident', body: { text: 'もう、死にたい', hits: [{ why: '死にたい気持ち' }] } },
      ],
    });
  });

  test('puts whoever accepts on duty: nobody would hear of them otherwise', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'waiting' });
    expect((await sato.act(talk, 'accept')).status).toBe(200);
    expect(await (await sato.get('/api/session')).json()).toMatchObject({ duty: { on: true } });
    // The log says so, as it does for the switch; once, however many talks they take.
    expect((await sato.act(await office.talk({ state: 'waiting' }), 'accept')).status).toBe(200);
    const { sql } = office.store;
    const rows = await office.store.read(
      sql
        .selectFrom('audit')
        .select(['what', 'staff_id', 'detail'])
        .where('what', '=', 'duty-changed')
        .compile(),
    );
    expect(rows).toEqual([{ what: 'duty-changed', staff_id: sato.id, detail: '{"on":1}' }]);
  });

  test('is a sign of life: whose console has slept does not lose at once what they accept', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const { sql } = office.store;
    const duty = { staff_id: sato.id, on_duty: 1, capacity: 3, seen_at: office.clock.now - 3_600_000 };
    await office.store.commit([{ query: sql.insertInto('presence').values(duty).compile() }]);
    expect((await sato.act(await office.talk({ state: 'waiting' }), 'accept')).status).toBe(200);
    const [kept] = await office.store.read(sql.selectFrom('presence').selectAll().compile());
    expect(kept).toEqual({ ...duty, seen_at: office.clock.now });
  });

  test('names who has it when somebody else was faster', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const suzuki = await office.signedIn('suzuki', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: suzuki.id });
    const seen = await sato.act(talk, 'accept');
    expect(seen.status).toBe(409);
    expect(await seen.json()).toEqual({ error: 'refused', reason: 'taken', by: 'suzuki' });
    const raced = await office.talk({ state: 'waiting' });
    answer = { ok: false, why: 'refused', refusal: { why: 'taken', owner: suzuki.id } };
    expect(await (await sato.act(raced, 'accept')).json()).toEqual({
      error: 'refused',
      reason: 'taken',
      by: 'suzuki',
    });
  });

  test('hands a counselor’s action on as one event of the conversation', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id });
    const id = randomUUID();
    const reply = { id, text: ' こんばんは ', seen: 1 };
    expect((await sato.post(`/api/consultations/${talk.id}/reply`, reply)).status).toBe(200);
    expect(acted).toEqual([
      {
        conversation: talk.conversation,
        event: { kind: 'reply', staff: sato.id, text: 'こんばんは', id: `staff:${id}`, at: office.clock.now },
      },
    ]);
  });

  test('asks before an answer that crosses with the resident’s words', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({
      state: 'human',
      owner: sato.id,
      texts: [{ text: '一' }, { text: '二' }],
    });
    const late = await sato.act(talk, 'reply', { text: 'はい', seen: 1 });
    expect(await late.json()).toMatchObject({ reason: 'resident-wrote' });
    expect((await sato.act(talk, 'reply', { text: 'はい', seen: 1, anyway: true })).status).toBe(200);
    expect((await sato.act(talk, 'reply', { text: 'はい', seen: 2 })).status).toBe(200);
  });

  test('lowers a level only with a reason, closes only with a known outcome', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id, level: 2 });
    expect(await (await sato.act(talk, 'level', { level: 'watch', reason: '' })).json()).toMatchObject({
      reason: 'reason-needed',
    });
    expect((await sato.act(talk, 'level', { level: 'imminent', reason: '' })).status).toBe(200);
    expect((await sato.act(talk, 'close', { outcome: 'made-up' })).status).toBe(400);
    expect((await sato.act(talk, 'close', { outcome: 'solved' })).status).toBe(200);
  });

  test('is handed to a colleague, or to those of another topic, which must be one of the flow', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id });
    const body = { to: null, topic: 'child', note: '子どものことです' };
    expect((await sato.act(talk, 'transfer', body)).status).toBe(200);
    expect(acted.at(-1)?.event).toMatchObject({ kind: 'transfer', to: null, topic: 'child' });
    expect((await sato.act(talk, 'transfer', { ...body, topic: 'nothing' })).status).toBe(400);
    expect(acted).toHaveLength(1);
  });

  test('goes with another topic only to a colleague who sees that topic', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id });
    const onDuty = async (name: string, topics: string[]) => {
      const person = await office.signedIn(name, ['counselor'], topics);
      await person.post('/api/presence', { on: true, capacity: 2 });
      return person.id;
    };
    const [money, child] = [await onDuty('mori', ['money']), await onDuty('kida', ['child'])];
    const transfer = async (to: string, topic?: string) =>
      (await sato.act(talk, 'transfer', { to, note: '', ...(topic ? { topic } : {}) })).status;
    expect(await transfer(money)).toBe(200);
    expect(await transfer(child)).toBe(409);
    expect(await transfer(money, 'child')).toBe(409);
    expect(await transfer(child, 'child')).toBe(200);
  });

  test('answers 403 to what the role never does, 503 when the store is away', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: 'someone' });
    expect((await sato.act(talk, 'take-over')).status).toBe(403);
    answer = { ok: false, why: 'unavailable' };
    const waiting = await office.talk({ state: 'waiting' });
    expect((await sato.act(waiting, 'accept')).status).toBe(503);
  });

  test('refuses malformed input', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'human', owner: sato.id });
    for (const body of [
      { text: '', seen: 1 },
      { text: 'あ'.repeat(5001), seen: 1 },
      { text: 'x' },
      { id: 'x', text: 'x', seen: 1 },
    ])
      expect((await sato.act(talk, 'reply', body)).status).toBe(400);
    const huge = await sato.post('/api/presence', { on: true, capacity: 2, pad: 'x'.repeat(70_000) });
    expect(huge.status).toBe(413);
  });

  test('an earlier consultation stays readable beside the current one', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'waiting' });
    const { sql } = office.store;
    await office.store.commit([
      {
        query: sql
          .insertInto('consultation')
          .values({
            id: 'old',
            conversation_id: talk.conversation,
            sealed_key: null,
            opened_at: 1,
            closed_at: 2,
            in_hours: 1,
            returning: 0,
            level: 2,
            categories: 'money',
            handed_off_at: null,
            accepted_at: null,
            first_response_at: null,
            messages_in: 1,
            messages_bot: 0,
            messages_counselor: 0,
            outcome: 'solved',
          })
          .compile(),
      },
    ]);
    const current = await (await sato.get(`/api/consultations/${talk.id}`)).json();
    expect(current).toMatchObject({ earlier: [{ id: 'old', outcome: '解決' }] });
    expect(await (await sato.get('/api/consultations/old')).json()).toMatchObject({
      state: 'closed',
      forgotten: true,
      actions: ['read', 'note', 'open-identity'],
    });
  });
});
