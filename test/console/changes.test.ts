import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Office, openOffice } from './office.ts';

let office: Office;

beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.store.close());

describe('the change feed', () => {
  const poll = async (browser: { get(path: string): Promise<Response> }, query: string) =>
    (await (await browser.get(`/api/changes?${query}`)).json()) as {
      cursor: string;
      changes: { what: string }[];
    };
  const ring = (what: string) => {
    const change = { at: office.clock.now, consultation_id: null, what };
    return office.store.commit([{ query: office.store.sql.insertInto('change').values(change).compile() }]);
  };

  test('starts at the newest, holds until something changes, and tells each change once', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    await poll(sato, 'wait=0');
    await ring('queue');
    const start = await poll(sato, 'wait=0');
    expect(start.changes).toEqual([]);
    const held = poll(sato, `after=${start.cursor}&wait=20`);
    await ring('talk');
    office.bell.ring();
    const next = await held;
    expect(next.changes).toEqual([{ consultation: null, what: 'talk' }]);
    expect((await poll(sato, `after=${next.cursor}&wait=0`)).changes).toEqual([]);
  });

  test('does not lose a number that commits after a higher one', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    await poll(sato, 'wait=0');
    const { cursor } = await poll(sato, 'wait=0');
    const insert = (seq: number) =>
      office.store.commit([
        {
          query: office.store.sql
            .insertInto('change')
            .values({ seq, at: office.clock.now, consultation_id: null, what: `n${seq}` })
            .compile(),
        },
      ]);
    const first = Number(cursor) + 1;
    await insert(first + 1);
    const early = await poll(sato, `after=${cursor}&wait=0`);
    expect(early.changes.map((change) => change.what)).toEqual([`n${first + 1}`]);
    await insert(first);
    const late = await poll(sato, `after=${early.cursor}&wait=0`);
    expect(late.changes.map((change) => change.what)).toEqual([`n${first}`]);
    office.clock.now += 60_000;
    expect((await poll(sato, `after=${late.cursor}&wait=0`)).cursor).toBe(String(first + 1));
  });

  test('is the heartbeat of somebody on duty', async () => {
    const sato = await office.signedIn('sato', ['counselor']);
    const present = async () => {
      const { duty } = (await (await sato.get('/api/queue')).json()) as { duty: { present: boolean }[] };
      return duty.map((person) => person.present);
    };
    await poll(sato, 'wait=0');
    expect(await present()).toEqual([]);
    await sato.post('/api/presence', { on: true, capacity: 2 });
    expect(await present()).toEqual([true]);
    office.clock.now += 31_000;
    expect(await present()).toEqual([false]);
    await poll(sato, 'wait=0');
    expect(await present()).toEqual([true]);
    await sato.post('/api/presence', { on: false, capacity: 2 });
    expect(await present()).toEqual([]);
  });

  test('shows who else looks at a talk', async () => {
    const [sato, suzuki] = [
      await office.signedIn('sato', ['counselor']),
      await office.signedIn('suzuki', ['counselor']),
    ];
    const talk = await office.talk({ state: 'waiting' });
    await poll(suzuki, `wait=0&viewing=${talk.id}&writing=1`);
    const { entries } = (await (await sato.get('/api/queue')).json()) as {
      entries: { viewers: unknown[] }[];
    };
    expect(entries[0]?.viewers).toEqual([{ name: 'suzuki', writing: true }]);
  });
});
