import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openTown, type Town, until } from '../support/town.ts';
import { formsOf, tracesIn } from '../support/traces.ts';

const metricsToken = 'a-token-of-sixteen-letters';

let town: Town | undefined;
afterEach(async () => {
  await town?.stop();
  town = undefined;
});

/** What residents and staff write that evening. No piece of it stands in a flow. */
const words = {
  debt: 'サラ金のトリタテが毎日来て、こどもが泣いています',
  school: 'ＰＴＡの役員にムシされて鬱です。にしかわ先生にも言えません',
  danger: 'もう死にたい。橋のたもとのベンチにいます',
  unsent: 'まちがえて夫の携帯番号090-1234-5678を書いた',
  deleted: 'となりの部屋から毎晩どなり声と物の割れる音がする',
  answer: '山田です。ベンチから離れて、明るいコンビニまで歩けますか',
  note: '過去に救急搬送二回とのこと。姉が近くに住む',
  reason: '本人が落ち着き、姉と合流したため',
  memo: '橋の手すりのそばで三十分ほど迷ったという',
  broken: 'とよだ氏に追い出されそうで眠れません',
};

test('a full evening, troubles included, leaves no word and no id in the database, its WAL, the log or the metrics', async () => {
  const here = await openTown('2026-11-24T10:00', { config: { metricsToken } });
  town = here;
  const desk = await here.signIn();
  await desk.post('/api/presence', { on: true, capacity: 3 });
  const [ichiro, hana, jiro, saki] = ['ichiro', 'hana', 'jiro', 'saki'].map((name) =>
    here.emulator.resident(name),
  );
  if (!ichiro || !hana || !jiro || !saki) throw new Error('nobody there');
  const id = () => crypto.randomUUID();

  await ichiro.follow();
  await Promise.all([ichiro.say(words.debt), hana.say(words.school), saki.say(words.deleted)]);
  await jiro.say(words.danger);
  await jiro.waitFor((heard) => heard.some((text) => text.includes('119')));
  await ichiro.waitFor((heard) => heard.length > 0);
  const sent = await hana.say(words.unsent);
  expect(sent).toBe(200);
  await hana.unsend();

  const entry = await until(async () => {
    const { entries } = await desk.get('/api/queue');
    return entries.find(({ level }: { level: string }) => level === 'high' || level === 'imminent');
  });
  const path = `/api/consultations/${entry.id}`;
  expect((await desk.post(`${path}/accept`, { id: id() })).status).toBe(200);
  expect(JSON.stringify(await desk.get(path))).toContain(words.danger);
  await desk.post(`${path}/reply`, { id: id(), text: words.answer, seen: 0, anyway: true });
  await jiro.waitFor((heard) => heard.includes(words.answer));
  await desk.post(`${path}/notes`, { id: id(), text: words.note });
  await desk.post(`${path}/level`, { id: id(), level: 'watch', reason: words.reason });
  // LINE in trouble: refused, broken, silent about what it did. Requests that must fail, with words in them.
  here.emulator.faults.push(
    { on: 'reply', kind: 'error-after' },
    { on: 'reply', kind: 'rate' },
    { on: 'push', kind: 'error-before' },
  );
  await here.emulator.webhooks.post(
    { events: [{ type: 'message', text: words.broken }] },
    { signature: 'wrong' },
  );
  await here.emulator.webhooks.post(`{"events": [${words.broken}`);
  await fetch(`${here.url}/api/consultations/${encodeURIComponent(words.broken)}`);
  await saki.say('データを消して');
  await saki.waitFor((heard) => heard.length > 1);
  await saki.say('はい');
  const answers = Object.fromEntries(
    ['thoughts', 'plan', 'means', 'time', 'attempts', 'alone', 'safe'].map((one) => [one, 'unknown']),
  );
  await desk.post(`${path}/assessment`, { id: id(), answers: { ...answers, memo: words.memo } });
  expect((await desk.post(`${path}/close`, { id: id(), outcome: 'solved' })).status).toBe(200);
  // A flow that breaks with the resident's words in its error.
  Object.assign(here.running.flows.flow(), {
    triage: (text: string) => {
      throw new Error(text);
    },
  });
  const taro = here.emulator.resident('taro');
  await taro.say(words.broken);
  await taro.waitFor((heard) => heard.length > 0);
  await taro.block();
  await here.running.service.outbox.drain(10_000);
  // The sealer of the log takes its turn.
  await until(async () => here.log.some((line) => line.includes('audit-block')));

  expect(here.log.join('\n')).toContain('step-failed');
  const tokens = here.emulator.calls.flatMap(({ body }) => {
    const { replyToken } = (body ?? {}) as { replyToken?: string };
    return replyToken ? [replyToken] : [];
  });
  expect(tokens.length).toBeGreaterThan(0);
  const people = [ichiro, hana, jiro, saki, taro].map(({ userId }) => userId);
  const secrets = [...Object.values(words), 'とよだ', ...people, ...tokens];

  const metrics = await fetch(`${here.url}/metrics`, {
    headers: { authorization: `Bearer ${metricsToken}` },
  });
  expect(metrics.status).toBe(200);
  const places = new Map<string, Buffer>([
    ...readdirSync(here.folder).map((name) => [name, readFileSync(join(here.folder, name))] as const),
    ['log', Buffer.from(here.log.join('\n'))],
    ['metrics', Buffer.from(await metrics.text())],
  ]);
  expect([...places.keys()].filter((name) => name.endsWith('-wal') || name.endsWith('.db'))).toHaveLength(2);
  expect(here.log.length).toBeGreaterThan(5);
  for (const [name, bytes] of places) expect([name, tracesIn(bytes, secrets)]).toEqual([name, []]);
});

test('the search finds each of its forms', () => {
  for (const secret of Object.values(words)) {
    const forms = [
      ...formsOf(secret),
      Buffer.from(`x${Buffer.from(`ab${secret}cd`).toString('base64')}`),
      Buffer.from(JSON.stringify({ text: secret })),
    ];
    for (const form of forms)
      expect(tracesIn(Buffer.concat([Buffer.from('...'), form]), [secret])).toEqual([secret]);
  }
});
