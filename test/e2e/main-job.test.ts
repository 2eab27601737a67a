import { afterEach, expect, test } from 'vitest';
import { openTown, type Town, until } from '../support/town.ts';

let town: Town;
afterEach(() => town?.stop());

test('on an open day a resident finds an open window, speaks of danger, and talks with a counselor', async () => {
  town = await openTown('2026-11-24T10:00');
  const desk = await town.signIn();
  expect((await desk.post('/api/presence', { on: true, capacity: 2 })).status).toBe(200);
  const resident = town.emulator.resident('一郎');
  await resident.follow();
  const first = (await resident.waitFor((heard) => heard.length >= 3 && heard)).join('\n');
  expect(first).toContain('秘密');
  expect(first).toContain('データを消して');
  expect(resident.choices()).toContain('人と話したい');

  await resident.tap('お金・住まい');
  const windows = await resident.waitFor((heard) => heard.find((text) => text.includes('0596-21-5556')));
  expect(windows).toContain('17:15まで');

  await resident.say('死にたい');
  const safety = await resident.waitFor((heard) => heard.find((text) => text.includes('0120-061-338')));
  expect(safety).toContain('119');

  const [entry] = await until(async () => {
    const { entries } = await desk.get('/api/queue');
    return entries.length > 0 && entries;
  });
  expect(entry).toMatchObject({ level: 'high', state: 'waiting' });
  const accepted = await desk.post(`/api/consultations/${entry.id}/accept`, { id: crypto.randomUUID() });
  expect(accepted.status).toBe(200);
  const other = await town.signIn(1);
  const second = await other.post(`/api/consultations/${entry.id}/accept`, { id: crypto.randomUUID() });
  expect(second).toMatchObject({ status: 409, body: { reason: 'taken', by: '山田（相談員）' } });

  const talk = await desk.get(`/api/consultations/${entry.id}`);
  expect(JSON.stringify(talk)).toContain('死にたい');
  const replied = await desk.post(`/api/consultations/${entry.id}/reply`, {
    id: crypto.randomUUID(),
    text: 'こんにちは。相談員です。',
    seen: 0,
    anyway: true,
  });
  expect(replied.status).toBe(200);
  await resident.waitFor((heard) => heard.includes('こんにちは。相談員です。'));

  // One voice: while a human has the talk, the bot is silent.
  const before = resident.heard().length;
  await resident.say('お金のことも困っています');
  await until(async () =>
    JSON.stringify(await desk.get(`/api/consultations/${entry.id}`)).includes('お金のことも困っています'),
  );
  expect(resident.heard().length).toBe(before);

  const close = await desk.post(`/api/consultations/${entry.id}/close`, {
    id: crypto.randomUUID(),
    outcome: 'solved',
  });
  expect(close.status).toBe(200);
  await resident.waitFor((heard) => heard.length > before);

  await resident.say('はじめから');
  await resident.waitFor((heard) => heard.length > before + 2);
});

test('at two in the morning on a holiday the resident is told when the desk opens and whom to call now', async () => {
  town = await openTown('2026-11-23T02:00');
  const resident = town.emulator.resident('花子');
  await resident.say('人と話したい');
  const heard = await resident.waitFor((all) => all.some((text) => text.includes('0120-279-338')) && all);
  expect(heard.join('\n')).toMatch(/24日|あす|火曜/u);
  const desk = await town.signIn();
  const { entries } = await desk.get('/api/queue');
  expect(entries).toHaveLength(1);
});

test.each([
  ['in the evening', '2026-11-24T20:00'],
  ['on a holiday by day', '2026-11-23T10:00'],
])('%s windows say when they open next, and the desk too', async (_, at) => {
  town = await openTown(at);
  const resident = town.emulator.resident('夜');
  await resident.say('お金・住まい');
  const card = await resident.waitFor((heard) => heard.find((text) => text.includes('0596-21-5556')));
  expect(card).toContain('あす 8:30から');
  await resident.tap('人と話したい');
  await resident.waitFor((heard) =>
    heard.find((text) => text.includes('あす 8:30から') && text.includes('相談員')),
  );
});

test('bubbles typed one after the other are one turn with one answer, and danger in one of them is heard at once', async () => {
  town = await openTown('2026-11-24T10:00');
  const resident = town.emulator.resident('次郎');
  await resident.say('あの');
  await resident.say('家賃が');
  await resident.say('払えなくて');
  const heard = await resident.waitFor((all) => all.some((text) => text.includes('お金・住まい')) && all);
  expect(heard.filter((text) => text.includes('お金・住まい'))).toHaveLength(1);
  await resident.sendSticker();
  await resident.waitFor((all) => all.some((text) => text.includes('スタンプ')));
});

test('nothing a resident wrote, and no user id, stands in the database files or the log', async () => {
  town = await openTown('2026-11-24T10:00');
  const resident = town.emulator.resident('秘密');
  const words = 'とくべつなことばxyzzy';
  await resident.say(words);
  await resident.say('人と話したい');
  await resident.waitFor((all) => all.length >= 3);
  const { readdirSync, readFileSync } = await import('node:fs');
  const files = readdirSync(town.folder).map((name) => readFileSync(`${town.folder}/${name}`));
  expect(files.length).toBeGreaterThan(1);
  for (const needle of [words, resident.userId])
    for (const encoding of ['utf8', 'utf16le'] as const)
      for (const bytes of [...files, Buffer.from(town.log.join('\n'))])
        expect(bytes.includes(Buffer.from(needle, encoding))).toBe(false);
});
