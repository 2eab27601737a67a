import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { openRevisions } from '../../../src/revisions.ts';
import { openD1 } from '../../../src/store/d1.ts';
import { flowFiles } from '../../../src/worker/files.ts';
import worker from '../../../src/worker.ts';
import { channel } from './channel.ts';

const site = 'https://soudan.test';

/** A resident says something: the webhook LINE makes of it goes through the Worker's door. */
async function say(name: string, text: string): Promise<number> {
  const sent = await fetch(`https://phone.test/?${new URLSearchParams({ name, say: text })}`);
  const { headers, body } = (await sent.json()) as { headers: HeadersInit; body: string };
  const answer = await exports.default.fetch(`${site}/line/webhook`, { method: 'POST', headers, body });
  return answer.status;
}

/** What the resident's phone shows once it shows something that fits. */
async function heard(name: string, fits: (text: string) => boolean): Promise<string> {
  for (;;) {
    const answer = await fetch(`https://phone.test/?${new URLSearchParams({ name })}`);
    const found = ((await answer.json()) as { heard: string[] }).heard.find(fits);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const rows = async <Row>(sql: string): Promise<Row[]> => (await env.DB.prepare(sql).all()).results as Row[];
const turns = "select name from timer where name = 'turn'";
const madoguchi = () => env.MADOGUCHI.getByName('madoguchi');

/** Waits until the alarm of a turn stands, which is set after the answer. */
async function alarm(): Promise<void> {
  for (;;) {
    const at = await runInDurableObject(madoguchi(), (_, { storage }) => storage.getAlarm());
    if (at !== null && at < Date.now() + 5_000) return;
  }
}

test('a signed webhook is answered inside workerd: a row in D1, the danger heard, LINE called through its SDK', async () => {
  expect(await say('一郎', '死にたい')).toBe(200);
  const safety = await heard('一郎', (text) => text.includes('0120-061-338'));
  expect(safety).toContain('119');
  const [event] = await rows('select kind, level, sealed from event');
  expect(event).toMatchObject({ kind: 'text', level: 2 });
  expect(JSON.stringify(event)).not.toContain('死にたい');
  expect(await rows('select state, level from conversation')).toEqual([{ state: 'waiting', level: 2 }]);
});

test('what only the trained model hears is heard inside workerd too', async () => {
  expect(await say('八郎', '弟に服を全部あげました。もう着ないので')).toBe(200);
  await heard('八郎', (text) => text.includes('0120-061-338'));
  expect(await rows('select level from event order by at desc limit 1')).toEqual([{ level: 2 }]);
});

test('the alarm answers a turn, sorted by its words, also after the object was thrown away', async () => {
  expect(await say('花子', '家賃が払えない')).toBe(200);
  expect(await rows(turns)).toHaveLength(1);
  await alarm();
  await abortAllDurableObjects();
  await heard('花子', (text) => text.includes('お金'));
  expect(await rows(turns)).toEqual([]);
});

test('cron is the net below a lost alarm', async () => {
  expect(await say('次郎', '仕事がない')).toBe(200);
  await alarm();
  await runInDurableObject(madoguchi(), (_, { storage }) => storage.deleteAlarm());
  await env.DB.prepare("update timer set due_at = 0 where name = 'turn'").all();
  await worker.scheduled({}, env);
  await heard('次郎', (text) => text.includes('仕事'));
});

test('the rich menu is changed from inside workerd when a counselor has the talk', async () => {
  const headers = { authorization: `Bearer ${channel.LINE_CHANNEL_ACCESS_TOKEN}` };
  const menu = {
    name: 'madoguchi:talking:000000000000',
    size: { width: 2500, height: 843 },
    selected: true,
    chatBarText: 'メニュー',
    areas: [],
  };
  const made = await fetch('https://line.test/v2/bot/richmenu', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(menu),
  });
  const { richMenuId } = (await made.json()) as { richMenuId: string };
  await fetch(`https://line.test/v2/bot/richmenu/${richMenuId}/content`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'image/jpeg' },
    body: new Uint8Array([0xff, 0xd8]),
  });
  expect(await say('六郎', '人と話したい')).toBe(200);
  const [{ id } = { id: '' }] = await rows<{ id: string }>(
    "select id from conversation where state = 'waiting' order by created_at desc limit 1",
  );
  // As the commit of an acceptance leaves it.
  await env.DB.batch([
    env.DB.prepare("insert into presence values ('yamada', 1, 2, ?)").bind(Date.now()),
    env.DB.prepare("update conversation set state = 'human', owner = 'yamada' where id = ?").bind(id),
    env.DB.prepare('insert into menu_change values (?, 1, 0, 0)').bind(id),
  ]);
  await worker.scheduled({}, env);
  for (;;) {
    const phone = await fetch(`https://phone.test/?${new URLSearchParams({ name: '六郎' })}`);
    if (((await phone.json()) as { menu?: string }).menu === richMenuId) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('what is published into D1 is served without another deploy', async () => {
  const greeting = 'どんな困りごとでも、ここに書いてください。';
  const texts = flowFiles.get('common/texts.yaml') ?? '';
  const changed = texts.replace(greeting, 'どんなことでも、ここに書けます。');
  expect(changed).not.toBe(texts);
  expect(await greetingOf('三郎')).toContain(greeting);
  await openRevisions(openD1(env.DB), 'ise').publish(
    new Map([...flowFiles, ['common/texts.yaml', changed]]),
    {
      who: '田中',
      why: '短くする',
      at: Date.now(),
    },
  );
  // The object looks every few seconds, and also when it begins anew.
  for (let n = 0; !(await greetingOf(`四郎${n}`)).includes('どんなことでも'); n++);
  await abortAllDurableObjects();
  expect(await greetingOf('五郎')).toContain('どんなことでも');
});

/** What a resident is greeted with who writes for the first time. */
async function greetingOf(name: string): Promise<string> {
  await say(name, '家賃が払えない');
  return heard(name, (text) => text.includes('ここに書'));
}

test('an unsigned webhook stores nothing, and a forged one neither', async () => {
  const before = await rows('select id from event');
  const answer = await exports.default.fetch(`${site}/line/webhook`, {
    method: 'POST',
    body: '{"events":[]}',
  });
  expect(answer.status).toBe(401);
  expect(await rows('select id from event')).toEqual(before);
});

test("the resident's own page comes from the assets, and knows nobody", async () => {
  const page = await exports.default.fetch(`${site}/talk/`);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(await page.text()).toContain('<div id="page">');
  expect((await exports.default.fetch(`${site}/talk/api/state?wait=0`)).status).toBe(401);
  const headers = { 'content-type': 'application/json', origin: site };
  const body = JSON.stringify({ link: 'x'.repeat(43), browser: 'y'.repeat(43) });
  const forged = await exports.default.fetch(`${site}/talk/api/open`, { method: 'POST', headers, body });
  expect(forged.status).toBe(401);
});

test('the console comes from the assets, with its security headers, and asks who is there', async () => {
  const page = await exports.default.fetch(`${site}/console/`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('<div id="');
  expect((await exports.default.fetch(`${site}/api/queue`)).status).toBe(401);
  expect((await exports.default.fetch(`${site}/readyz`)).status).toBe(200);
});
