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

describe('the queue', () => {
  test('puts the most danger on top, then who has waited longest, then talks going on', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const { now } = office.clock;
    const late = await office.talk({ state: 'waiting', waitingSince: now - 1000 });
    const early = await office.talk({ state: 'waiting', waitingSince: now - 60_000 });
    const imminent = await office.talk({ state: 'waiting', level: 3, waitingSince: now });
    const mine = await office.talk({ state: 'human', level: 3, owner: sato.id });
    await office.talk({ state: 'bot' });
    await office.talk({ state: 'closed' });
    const { entries } = (await (await sato.get('/api/queue')).json()) as {
      entries: { id: string; actions: string[] }[];
    };
    expect(entries.map((entry) => entry.id)).toEqual([imminent.id, early.id, late.id, mine.id]);
    expect(entries[0]?.actions).toEqual(['read', 'accept', 'open-identity']);
  });

  test('never carries the pseudonym', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const talk = await office.talk({ state: 'waiting' });
    for (const path of ['/api/queue', `/api/consultations/${talk.id}`])
      expect(await (await sato.get(path)).text()).not.toContain(talk.conversation);
  });

  test('is limited by topic, in the list and in the talk', async () => {
    const sato = await office.signedIn('sato', ['counselor'], ['child']);
    const hidden = await office.talk({ state: 'waiting', topic: 'money' });
    const unknown = await office.talk({ state: 'waiting', topic: null });
    const shown = await office.talk({ state: 'waiting', topic: 'child' });
    const danger = await office.talk({ state: 'waiting', topic: 'money', level: 2 });
    const { entries } = (await (await sato.get('/api/queue')).json()) as { entries: { id: string }[] };
    expect(entries.map((entry) => entry.id)).toEqual([danger.id, shown.id]);
    for (const talk of [hidden, unknown]) {
      expect((await sato.get(`/api/consultations/${talk.id}`)).status).toBe(404);
      expect((await sato.act(talk, 'accept')).status).toBe(404);
    }
    expect(acted).toEqual([]);
  });

  test('a thousand open consultations are no burden', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    for (let i = 0; i < 1000; i++) await office.talk({ state: 'waiting', waitingSince: i });
    const times: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = process.threadCpuUsage();
      const response = await sato.get('/api/queue');
      expect(((await response.json()) as { entries: unknown[] }).entries).toHaveLength(1000);
      const { user, system } = process.threadCpuUsage(before);
      times.push((user + system) / 1000);
    }
    expect(Math.min(...times)).toBeLessThan(60); // ms of the processor, the best of some: other tests share the machine
  });
});
