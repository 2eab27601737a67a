import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { run } from '../../src/node/run.ts';
import { openTown, type Town, until } from '../support/town.ts';
import { linksOf, nextLink, visitor } from './visitor.ts';

let town: Town;
beforeEach(async () => {
  town = await openTown('2026-11-24T10:00', { talk: 'web' });
});
afterEach(() => town?.stop());

/** Everything LINE was ever given, by any call. */
const givenToLine = () => JSON.stringify(town.emulator.platform.calls.map(({ path, body }) => [path, body]));

async function accept(desk: Awaited<ReturnType<Town['signIn']>>): Promise<string> {
  const [entry] = await until(async () => {
    const { entries } = await desk.get('/api/queue');
    return entries.length > 0 && entries;
  });
  await desk.post(`/api/consultations/${entry.id}/accept`, { id: randomUUID() });
  return entry.id;
}
const reply = (desk: Awaited<ReturnType<Town['signIn']>>, id: string, text: string) =>
  desk.post(`/api/consultations/${id}/reply`, { id: randomUUID(), text, seen: 0, anyway: true });

test('nothing of the talk reaches LINE: not what the resident writes, not what bot and counselor answer', async () => {
  const desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
  const resident = town.emulator.resident('一郎');
  await resident.follow();
  await resident.waitFor((heard) => heard.some((text) => text.includes('LINEには残りません')));
  await resident.tap('お金・住まい');
  await resident.waitFor((heard) => heard.some((text) => text.includes('0596-21-5556')));

  // Typed in spite of the buttons: heard, stored, answered with the link.
  let before = linksOf(resident).length;
  await resident.say('とくべつな家賃のことで困っています');
  await nextLink(resident, before);
  before = linksOf(resident).length;
  await resident.tap('人と話したい');
  const link = await nextLink(resident, before);
  const page = visitor(town.url);
  expect((await page.open(link)).status).toBe(200);
  expect(await page.waitFor('とくべつな家賃')).toBeTruthy();
  expect((await page.state())?.state).toBe('waiting');
  expect((await page.state())?.status).toContain('1番目');

  await page.send('ページに書いたひみつのこと');
  const id = await accept(desk);
  expect(JSON.stringify(await desk.get(`/api/consultations/${id}`))).toContain('ページに書いたひみつのこと');
  await reply(desk, id, 'とくべつな相談員のことば');
  await page.waitFor('とくべつな相談員のことば');
  await page.send('死にたいです');
  await until(async () => (await desk.get(`/api/consultations/${id}`)).level === 'high');

  // The counselor sees the same lines as in LINE, and no notice among them.
  const { lines } = await desk.get(`/api/consultations/${id}`);
  expect(lines.filter(({ who }: { who: string }) => who === 'counselor')).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain('相談ページにあります');
  expect(JSON.stringify(lines)).not.toContain('/talk/#');

  await desk.post(`/api/consultations/${id}/close`, { id: randomUUID(), outcome: 'solved' });
  await page.waitFor('話してくださって');
  await town.running.service.outbox.drain(5_000);
  const given = givenToLine();
  for (const words of ['とくべつ', 'ひみつ', '死にたいです', '話してくださって', '番目'])
    expect(given).not.toContain(words);
  expect(given).toContain('相談ページ');
});

test('in danger LINE gets numbers to call at once, the same whatever the danger is; the fitting words stand on the page', async () => {
  const resident = town.emulator.resident('花子');
  await resident.say('性的な被害にあいました。もう死にたい');
  const heard = await resident.waitFor((all) => all.some((text) => text.includes('119')) && all);
  expect(heard.join('\n')).toContain('0120-279-338');
  const link = await nextLink(resident, 0);
  const page = visitor(town.url);
  await page.open(link);
  await page.waitFor('書いてくださって');
  const given = givenToLine();
  for (const words of ['性的', 'もう死にたい', '8891', '書いてくださって'])
    expect(given).not.toContain(words);
});

test('a link outlives previews, opens one browser once, and tells a second one nothing', async () => {
  const resident = town.emulator.resident('二郎');
  await resident.say('人と話したい');
  const link = await nextLink(resident, 0);
  expect(link).not.toContain(resident.userId);
  for (let previews = 0; previews < 5; previews++)
    expect(
      (await fetch(link, { headers: { 'user-agent': 'facebookexternalhit/1.1;line-poker/1.0' } })).status,
    ).toBe(200);

  const own = visitor(town.url);
  expect(await own.state()).toBeNull();
  const browser = randomUUID();
  const opened = await own.open(link, browser);
  expect(opened.status).toBe(200);
  expect(opened.cookies[0]).toMatch(/HttpOnly; SameSite=Strict/u);
  // The answer was lost on the way: the same browser gets in again.
  expect((await own.open(link, browser)).status).toBe(200);
  expect((await own.state())?.state).toBe('waiting');

  const second = visitor(town.url);
  const refused = await second.open(link);
  const forged = await second.open(`${town.url}/talk/#${'x'.repeat(43)}.ja`);
  expect(refused).toEqual({ status: 401, cookies: [], body: { error: 'closed' } });
  expect(forged).toEqual(refused);
  expect(await second.state()).toBeNull();
  expect((await second.welcome()).leaveTo).toBe('https://www.jma.go.jp/');
  expect((await second.welcome()).lines.map(({ phone }) => phone)).toEqual(
    expect.arrayContaining(['110', '119']),
  );

  // Anything written in LINE brings a new one.
  await resident.say('もう一度');
  const again = await nextLink(resident, 1);
  expect(again).not.toBe(link);
  expect((await second.open(again)).status).toBe(200);
});

test('a link that is tried again and again is looked at no more; the resident’s next one works', async () => {
  const resident = town.emulator.resident('三郎');
  await resident.say('人と話したい');
  const link = await nextLink(resident, 0);
  const own = visitor(town.url);
  const browser = randomUUID();
  expect((await own.open(link, browser)).status).toBe(200);
  const tries = Array.from({ length: 30 }, () => visitor(town.url).open(link));
  for (const { status, cookies, body } of await Promise.all(tries))
    expect([status, cookies, body]).toEqual([401, [], { error: 'closed' }]);
  // Counted in the database, without the link or whose it is.
  const { store } = town.running;
  const rows = await store.read(store.sql.selectFrom('rate').selectAll().compile());
  expect(rows.some(({ count }) => count > 20)).toBe(true);
  expect(JSON.stringify(rows)).not.toContain(resident.userId);
  // Even its own browser; what it has open stays open, and a new link comes with any word.
  expect((await own.open(link, browser)).status).toBe(401);
  expect(await own.state()).not.toBeNull();
  await resident.say('もう一度');
  const next = await nextLink(resident, 1);
  expect((await visitor(town.url).open(next)).status).toBe(200);
});

test('a link ends after half an hour, a page after half a day', async () => {
  const resident = town.emulator.resident('三郎');
  await resident.say('人と話したい');
  const link = await nextLink(resident, 0);
  const late = visitor(town.url);
  const own = visitor(town.url);
  const links = town.running.store.sql.updateTable('talk_link');
  const now = town.clock.now();
  await town.running.store.commit([{ query: links.set({ expires_at: now - 1 }).compile() }]);
  expect((await late.open(link)).status).toBe(401);
  await town.running.store.commit([{ query: links.set({ expires_at: now + 60_000 }).compile() }]);
  expect((await own.open(link)).status).toBe(200);
  const sessions = town.running.store.sql.updateTable('talk_session').set({ expires_at: now - 1 });
  await town.running.store.commit([{ query: sessions.compile() }]);
  expect(await own.state()).toBeNull();
  expect((await own.send('おそい')).status).toBe(401);
});

test('what the page sends is applied once however often it is repeated, and not more than a page may send', async () => {
  const resident = town.emulator.resident('四郎');
  await resident.say('人と話したい');
  const page = visitor(town.url);
  await page.open(await nextLink(resident, 0));
  const id = randomUUID();
  const sent = await Promise.all([1, 2, 3, 4].map(() => page.send('ただ一度', id)));
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await page.texts()).filter((text) => text === 'ただ一度')).toHaveLength(1);
  expect((await page.state())?.items.find((item) => item.id === id)).toBeTruthy();

  expect((await page.send('x'.repeat(5_001))).status).toBe(400);
  expect((await page.send('  ')).status).toBe(400);
  const huge = await page.post('send', { id: randomUUID(), text: 'あ'.repeat(20_000) });
  expect(huge.status).toBe(413);
  const foreign = await page.post(
    'send',
    { id: randomUUID(), text: 'よそから' },
    { origin: 'https://evil.example' },
  );
  expect(foreign.status).toBe(403);

  const many = await Promise.all(Array.from({ length: 40 }, (_, n) => page.send(`${n}`)));
  expect(many.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(10);
});

test('LINE is told of something new only while the page is closed or has not shown it', async () => {
  const desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
  const resident = town.emulator.resident('五郎');
  await resident.say('人と話したい');
  const page = visitor(town.url);
  await page.open(await nextLink(resident, 0));
  const id = await accept(desk);
  // The page hangs on the line: it hears at once, and LINE hears nothing.
  const { version, talk } = (await page.state()) ?? { version: 0, talk: '' };
  const held = page.state(`after=${version}&talk=${talk}&wait=20`);
  await reply(desk, id, 'ひとつめ');
  const news = await held;
  expect(news?.items.at(-1)?.body).toEqual({ kind: 'text', text: 'ひとつめ' });
  expect(news?.from).toBe(version);
  expect(linksOf(resident)).toHaveLength(1);
  // It has not asked again, so nobody knows that it was read.
  const { store } = town.running;
  const timer = store.sql.updateTable('timer').set({ due_at: town.clock.now() });
  await store.commit([{ query: timer.where('name', '=', 'unread').compile(), expect: 1 }]);
  await nextLink(resident, 1);
  // An unopened notice stands for what follows.
  await reply(desk, id, 'ふたつめ');
  await town.running.service.outbox.drain(5_000);
  expect(linksOf(resident)).toHaveLength(2);
});

test('on the page the resident deletes everything, and no page of theirs stays open', async () => {
  const resident = town.emulator.resident('六郎');
  await resident.say('人と話したい');
  const page = visitor(town.url);
  await page.open(await nextLink(resident, 0));
  await page.send('消したいこと');
  expect(await page.post('erase', { id: randomUUID() })).toMatchObject({
    status: 200,
    body: { ended: 'deleted' },
  });
  expect(await page.state()).toBeNull();
  const { store } = town.running;
  const left = await store.read(store.sql.selectFrom('event').select('kind').compile());
  expect(left.map(({ kind }) => kind)).toEqual(['erase']);
  expect(await store.read(store.sql.selectFrom('talk_link').selectAll().compile())).toEqual([]);
});

test.each(['tapped', 'asked for'])(
  'whoever deletes in danger is told that a human is still there, and LINE has the way back (%s)',
  async (how) => {
    const desk = await town.signIn();
    await desk.post('/api/presence', { on: true, capacity: 2 });
    const resident = town.emulator.resident('八重');
    await resident.say('人と話したい');
    const page = visitor(town.url);
    await page.open(await nextLink(resident, 0));
    await page.send('もう死にたいです');
    const id = await accept(desk);
    await until(async () => (await desk.get(`/api/consultations/${id}`)).level === 'high');
    const before = linksOf(resident).length;
    if (how === 'tapped') {
      await page.send('データを消して');
      const answer = await page.post('choose', { id: randomUUID(), data: 'delete|yes' });
      expect(answer.body).toEqual({ ok: true, ended: 'stays' });
    } else {
      const answer = await page.post('erase', { id: randomUUID() });
      expect(answer.body).toEqual({ ok: true, ended: 'stays' });
    }
    expect(await page.state()).toBeNull();
    const again = visitor(town.url);
    await again.open(await nextLink(resident, before));
    await again.waitFor('相談員とは、つながったままです');
    expect((await again.texts()).join()).not.toContain('死にたい');
    expect((await again.state())?.state).toBe('human');
    expect(givenToLine()).not.toContain('死にたい');
  },
);

test('a page that asks for news without end is answered no more for a while; another page is', async () => {
  const resident = town.emulator.resident('九郎');
  await resident.say('人と話したい');
  const [page, other] = [visitor(town.url), visitor(town.url)];
  await page.open(await nextLink(resident, 0));
  await town.emulator.resident('十郎').say('人と話したい');
  await other.open(await nextLink(town.emulator.resident('十郎'), 0));
  const ask = async () => (await page.ask('api/state?wait=0')).status;
  // Asking costs the database no write of its own: what is counted there stays as it was.
  const { store } = town.running;
  const counted = () =>
    store.read(store.sql.selectFrom('rate').select(['id', 'count']).orderBy('id').compile());
  const before = await counted();
  const answers: number[] = [];
  for (let tries = 0; tries < 26; tries++)
    answers.push(...(await Promise.all(Array.from({ length: 10 }, ask))));
  expect(answers.filter((status) => status === 200)).toHaveLength(240);
  expect(answers.filter((status) => status === 429)).toHaveLength(20);
  expect(await counted()).toEqual(before);
  expect(await other.state()).not.toBeNull();
  // What is written arrives all the same.
  expect((await page.send('まだ書けます')).status).toBe(200);
  await town.clock.set(town.clock.now() + 61_000);
  expect(await ask()).toBe(200);
});

test('with a counselor in the talk the page asks before it deletes, and the counselor sees that it is gone', async () => {
  const resident = town.emulator.resident('八郎');
  await resident.say('人と話したい');
  const page = visitor(town.url);
  await page.open(await nextLink(resident, 0));
  await page.send('となりには言わないでほしい');
  const console = await town.signIn();
  const entry = await until(async () => (await console.get('/api/queue')).entries[0]);
  const talk = `/api/consultations/${entry.id}`;
  await console.post(`${talk}/accept`, { id: randomUUID() });
  expect(JSON.stringify(await console.get(talk))).toContain('となりには言わないで');
  await page.send('データを消して');
  const asked = await page.state();
  expect(asked?.choices.map(({ data }) => data)).toEqual(['delete|yes', 'delete|no']);
  expect(JSON.stringify((await console.get(talk)).lines)).toContain('消しますか');
  await page.post('choose', { id: randomUUID(), data: 'delete|yes' });
  expect(await page.state()).toBeNull();
  await expect(console.get(talk)).rejects.toThrow('410');
  // To somebody who never had it open, there never was such a consultation.
  const other = await town.signIn(1);
  await expect(other.get(talk)).rejects.toThrow('404');
});

test('in LINE deletion and language work without the page, and leaving the page fast ends it there', async () => {
  const resident = town.emulator.resident('七郎');
  await resident.say('データを消して');
  await resident.waitFor((heard) => heard.some((text) => text.includes('消しますか')));
  await resident.tap('いいえ');
  await resident.say('language');
  await until(() => resident.choices().includes('English'));
  await resident.tap('English');
  await until(() => resident.choices().includes('Talk to a person'));
  const before = linksOf(resident).length;
  await resident.tap('Talk to a person');
  const link = await nextLink(resident, before);
  expect(link).toMatch(/\.en$/u);
  const page = visitor(town.url);
  await page.open(link);
  expect((await page.state())?.status).toContain('Waiting for a counselor');
  await page.post('leave');
  expect(await page.state()).toBeNull();
});

test('a service that would make links to nowhere does not start', async () => {
  const started = run({
    root: rootFolder,
    config: {
      ...demoSecrets,
      port: 0,
      databaseUrl: `sqlite:${town.folder}/never.db`,
      flow: 'flows/ise',
      lineApiBaseUrl: 'http://127.0.0.1:1',
      publicUrl: '',
      trial: true,
    },
    now: Date.now,
    log: () => {},
    demo: null,
    talk: 'web',
  });
  await expect(started).rejects.toThrow(/PUBLIC_URL に.*https/u);
});

test('the page and its answers carry the headers, and nothing of a talk is kept by a browser', async () => {
  const page = visitor(town.url);
  const html = await page.ask('');
  expect(html.headers.get('cache-control')).toBe('no-store');
  expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await html.text()).not.toMatch(/<script(?![^>]*src=)|style=|https?:\/\//u);
  const refused = await page.ask('api/state?wait=0');
  expect(refused.headers.get('cache-control')).toBe('no-store');
  for (const path of ['..%2f..%2fpackage.json', 'assets%2f..%2f..%2fconsole%2findex.html', 'nothing.js'])
    expect((await fetch(`${town.url}/talk/${path}`)).status).toBe(404);
});
