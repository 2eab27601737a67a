import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bounds, bounds, search } from '../../src/console/search.ts';
import type { Staff } from '../../src/console/session.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { nameOf } from '../../src/vault/name.ts';
import { type Office, openOffice } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice({ demo: { accounts: [] } }); // without a second factor
});
afterEach(() => office.store.close());

const day = 86_400_000;

async function past(change: Partial<Parameters<Office['talk']>[0]> = {}) {
  return office.talk({ state: 'closed', ...change });
}

async function supervisor(topics?: string[]) {
  await office.staff('mori', ['supervisor'], topics);
  const browser = office.browser();
  await browser.signIn('mori');
  return browser;
}

const log = () =>
  office.store.read(
    office.store.sql.selectFrom('audit').selectAll().where('what', '=', 'searched').compile(),
  );

test('a supervisor finds what is over by name, time, category, level, outcome and words', async () => {
  const { now } = office.clock;
  const old = await past({ openedAt: now - 3 * day, categories: 'child money', outcome: 'solved', level: 2 });
  const rent = await past({ texts: [{ text: 'ヤチンが払えない', said: '社協をご案内します' }] });
  await office.talk({ state: 'human', texts: [{ text: 'ヤチンのことで' }] });
  const mori = await supervisor();
  const find = async (json: object) => {
    const answer = (await (await mori.post('/api/search', json)).json()) as { found: { id: string }[] };
    return answer.found.map(({ id }) => id);
  };
  expect(await find({})).toEqual([rent.id, old.id]);
  expect(await find({ name: nameOf(old.conversation) })).toContain(old.id);
  expect(await find({ from: now - day })).toEqual([rent.id]);
  expect(await find({ to: now - day })).toEqual([old.id]);
  expect(await find({ category: 'child' })).toEqual([old.id]);
  expect(await find({ category: 'hild' })).toEqual([]);
  expect(await find({ category: '_____' })).toEqual([]);
  expect(await find({ level: 'watch' })).toEqual([old.id]);
  expect(await find({ outcome: 'solved' })).toEqual([old.id]);
  expect(await find({ words: 'やちん' })).toEqual([rent.id]);
  expect(await find({ words: 'やちん 社協' })).toEqual([rent.id]);
  expect(await find({ words: 'やちん 借金' })).toEqual([]);
});

test('each search is in the log, with whose words were shown, and never with what was looked for', async () => {
  const talk = await past({ texts: [{ text: '家賃が払えない' }] });
  const mori = await supervisor();
  await mori.post('/api/search', { words: '家賃' });
  const rows = await log();
  expect(rows.map(({ consultation_id }) => consultation_id).sort()).toEqual([talk.id, null].sort());
  expect(JSON.stringify(rows)).not.toContain('家賃');
});

test('nobody leafs through everything: after so many pages a person waits, others do not', async () => {
  const mori = await supervisor();
  await office.staff('abe', ['supervisor']);
  const abe = office.browser();
  await abe.signIn('abe');
  for (let i = 0; i < 60; i++) expect((await mori.post('/api/search', {})).status).toBe(200);
  expect((await mori.post('/api/search', {})).status).toBe(429);
  expect(await log()).toHaveLength(60);
  expect((await abe.post('/api/search', {})).status).toBe(200);
  office.clock.now += 11 * 60_000;
  expect((await mori.post('/api/search', {})).status).toBe(200);
});

test('topics and roles limit it, and without a topic nothing is there', async () => {
  const money = await past({ topic: 'money' });
  const grave = await past({ topic: 'child', level: 3 });
  await past({ topic: 'child' });
  await past({ topic: null });
  const mori = await supervisor(['money']);
  const { found, total } = (await (await mori.post('/api/search', {})).json()) as {
    found: { id: string }[];
    total: number;
  };
  expect(found.map(({ id }) => id).sort()).toEqual([money.id, grave.id].sort());
  expect(total).toBe(2);
  await office.staff('sato', ['counselor']);
  const sato = office.browser();
  await sato.signIn('sato');
  expect((await sato.post('/api/search', {})).status).toBe(403);
  expect(await log()).toHaveLength(1);
});

const everybody = { id: 'mori', roles: ['supervisor'], topics: ['*'] } as unknown as Staff;

test('a search ends at its bounds, says how far it came, and goes on from there', async () => {
  for (let i = 0; i < 7; i++)
    await past({
      openedAt: office.clock.now - i * 1000,
      texts: [{ text: i === 6 ? '最後の家賃' : 'べつの話' }],
    });
  const few: Bounds = { ...bounds, opened: 3 };
  const ask = { name: '', words: '家賃' };
  const first = await search(office.deps, everybody, ask, undefined, few);
  expect(first).toMatchObject({ found: [], searched: 3, total: 7, orMore: false });
  const uncounted = await search(office.deps, everybody, ask, undefined, { ...few, counted: 5 });
  expect(uncounted).toMatchObject({ found: [], searched: 3, total: 5, orMore: true });
  const second = await search(office.deps, everybody, ask, first.next ?? undefined, few);
  expect(second).toMatchObject({ found: [], searched: 3, total: null });
  const third = await search(office.deps, everybody, ask, second.next ?? undefined, few);
  expect(third).toMatchObject({ searched: 1, next: null });
  expect(third.found).toHaveLength(1);
});

test('consultations of any length are found, and never more than 1,000 events are read at once', async () => {
  const texts = Array.from({ length: 2_100 }, (_, i) => ({ text: `${i}通目` }));
  const long = await past({
    texts: texts.with(10, { text: '家賃のこと' }).with(2_050, { text: '滞納のこと' }),
  });
  const short = [
    await past({ texts: [{ text: '滞納と家賃' }] }),
    await past({ texts: [{ text: '滞納と家賃' }] }),
  ];
  await past({ texts: texts.slice(0, 1_000) });
  let most = 0;
  const store: Office['store'] = {
    ...office.store,
    async read(query) {
      const rows = await office.store.read(query);
      most = Math.max(most, rows.length);
      return rows;
    },
  };
  const ask = { name: '', words: '家賃 滞納' };
  const page = await search({ ...office.deps, store }, everybody, ask, undefined, { ...bounds, ms: 60_000 });
  expect(page).toMatchObject({ searched: 4, unreadable: 0, next: null });
  expect(page.found.map(({ row }) => row.id).sort()).toEqual([long.id, ...short.map(({ id }) => id)].sort());
  expect(page.found.find(({ row }) => row.id === long.id)?.excerpts).toMatchObject([
    { text: '家賃のこと' },
    { text: '滞納のこと' },
  ]);
  expect(most).toBe(1_000);
});

test('a database that does not answer is not taken for content that does not open', async () => {
  await past({ texts: Array.from({ length: 1_000 }, () => ({ text: 'べつの話' })) });
  const store: Office['store'] = {
    ...office.store,
    async read(query) {
      if (query.sql.includes('"version" >')) throw new StoreUnavailable('gone');
      return office.store.read(query);
    },
  };
  const ask = { name: '', words: '家賃' };
  await expect(search({ ...office.deps, store }, everybody, ask, undefined)).rejects.toThrow(
    StoreUnavailable,
  );
});

test('what is forgotten or was tampered with is counted, and hides nothing else', async () => {
  const { sql } = office.store;
  const [gone, broken, whole] = [await past(), await past(), await past()];
  await office.store.commit([
    { query: sql.updateTable('consultation').set({ sealed_key: null }).where('id', '=', gone.id).compile() },
    {
      query: sql.updateTable('event').set({ sealed: 'x' }).where('consultation_id', '=', broken.id).compile(),
    },
  ]);
  const page = await search(office.deps, everybody, { name: '', words: 'はじめまして' }, undefined);
  expect(page.found.map(({ row }) => row.id)).toEqual([whole.id]);
  expect(page).toMatchObject({ searched: 3, unreadable: 2, next: null });
});

test('notes that are kept longer than their content are still found, and what went with it is not', async () => {
  const talk = await past({ texts: [{ text: '家賃が払えない' }] });
  await office.staff('sato', ['counselor']);
  const { sql } = office.store;
  const [row] = await office.store.read(
    sql.selectFrom('consultation').select('sealed_key').where('id', '=', talk.id).compile(),
  );
  const key = row?.sealed_key ?? '';
  const [author] = await office.store.read(sql.selectFrom('staff').select('id').compile());
  const note = {
    id: 'n1',
    consultation_id: talk.id,
    kind: 'note' as const,
    staff_id: author?.id ?? '',
    at: office.clock.now,
    sealed: office.deps.sealer(talk.id, key)('staff_note:n1', '滞納は三か月'),
  };
  await office.store.commit([
    { query: sql.insertInto('staff_note').values(note).compile() },
    { query: sql.deleteFrom('event').where('consultation_id', '=', talk.id).compile() },
    {
      query: sql
        .updateTable('consultation')
        .set({ sealed_key: null, notes_key: key })
        .where('id', '=', talk.id)
        .compile(),
    },
  ]);
  const find = (words: string) => search(office.deps, everybody, { name: '', words }, undefined);
  const kept = await find('滞納');
  expect(kept.found.map(({ row: one }) => one.id)).toEqual([talk.id]);
  expect(kept.found[0]?.excerpts[0]).toMatchObject({ who: 'staff', text: '滞納は三か月' });
  expect(await find('家賃')).toMatchObject({ found: [], unreadable: 1 });
});

test('what is typed into the search is text: no pattern, no query, and no word takes long', async () => {
  const long = 'a'.repeat(5_000);
  for (let i = 0; i < 30; i++)
    await past({ texts: [{ text: `${long}!` }, { text: 'がぎぐ'.repeat(1_500) }] });
  const mori = await supervisor();
  const tried = [
    `(${'a+'.repeat(60)})+$`,
    '(a|a)*b',
    '.*',
    '%',
    '_____',
    "' or 1=1 --",
    `${'a'.repeat(199)}b`,
    `${'が'.repeat(199)}x`,
    '\ud800',
  ];
  for (const words of tried) {
    const before = process.threadCpuUsage();
    const answer = await mori.post('/api/search', { words });
    const took = process.threadCpuUsage(before).user / 1000;
    expect([words, answer.status, (await answer.json()).found]).toEqual([words, 200, []]);
    expect([words, took < 1_500]).toEqual([words, true]);
  }
  for (const body of [{ words: 'a'.repeat(201) }, { name: 'a'.repeat(41) }, { after: { at: -1, id: 'x' } }])
    expect((await mori.post('/api/search', body)).status).toBe(400);
});
