import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openTown, type Town, until } from '../support/town.ts';

let town: Town;
afterEach(() => town?.stop());

/** A needle in every form it could have taken on its way into a file or a log. */
function forms(needle: string): Buffer[] {
  const bytes = [Buffer.from(needle, 'utf8'), Buffer.from(needle, 'utf16le')];
  const big = Buffer.from(needle, 'utf16le').swap16();
  // Base64 depends on where the needle begins: three ways, without the characters that its neighbours touch.
  const base64 = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), Buffer.from(needle, 'utf8')]).toString('base64');
    return padded.replace(/=+$/u, '').slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const escaped = JSON.stringify(needle).slice(1, -1);
  const unicode = [...needle]
    .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
  const texts = [
    ...base64,
    ...url,
    encodeURIComponent(needle),
    encodeURIComponent(needle).toLowerCase(),
    escaped,
    unicode,
  ];
  return [...bytes, big, ...texts.map((text) => Buffer.from(text, 'utf8'))];
}

test('the forms find what they should', () => {
  const needle = 'ひみつのことば';
  for (const text of [
    needle,
    Buffer.from(`x${needle}y`).toString('base64'),
    Buffer.from(`xx${needle}y`).toString('base64url'),
    encodeURIComponent(`?q=${needle}`),
  ])
    expect(
      forms(needle).some((form) => Buffer.from(text).includes(form)),
      text,
    ).toBe(true);
  expect(forms(needle).some((form) => Buffer.from(needle, 'utf16le').includes(form))).toBe(true);
});

test('a whole run, troubles included, leaves no user id and no words in log, database or WAL', async () => {
  town = await openTown('2026-11-24T10:00');
  const { emulator } = town;
  const resident = emulator.resident('秘密の人');
  const words = {
    bubble: '大家さんのとよださんに追い出されそうです',
    danger: 'もう死にたいですとよだ',
    unsent: 'これはとりけすことばです',
    counselor: 'こちらは相談員のことばです。とよださんのことですね',
    note: 'とよだ氏の件は明日また電話する',
    after: 'ありがとうございましたとよだより',
  };
  const desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });

  await resident.follow();
  await resident.say(words.bubble);
  await resident.say(words.unsent);
  await resident.unsend();
  // LINE in trouble: refused, broken, silent about what it did.
  emulator.faults.push(
    { on: 'reply', kind: 'error-after' },
    { on: 'reply', kind: 'rate' },
    { on: 'push', kind: 'error-before' },
  );
  await resident.say(words.danger);
  const entry = await until(async () => (await desk.get('/api/queue')).entries[0]);
  await desk.post(`/api/consultations/${entry.id}/accept`, { id: crypto.randomUUID() });
  const reply = { id: crypto.randomUUID(), text: words.counselor, seen: 0, anyway: true };
  expect((await desk.post(`/api/consultations/${entry.id}/reply`, reply)).status).toBe(200);
  await desk.post(`/api/consultations/${entry.id}/notes`, { id: crypto.randomUUID(), text: words.note });
  // Requests that must fail, with words in them.
  await emulator.webhooks.post({ events: [{ type: 'message', text: words.after }] }, { signature: 'wrong' });
  await emulator.webhooks.post(`{"events": [${words.after}`);
  await fetch(`${town.url}/api/consultations/${encodeURIComponent(words.after)}`);
  // A flow that breaks with the resident's words in its error.
  const flow = town.running.flows.flow();
  Object.assign(flow, {
    triage: (text: string) => {
      throw new Error(text);
    },
  });
  const other = emulator.resident('別の人');
  await other.say(words.after);
  await other.waitFor((heard) => heard.length > 0, 10_000);
  await resident.block();
  await desk.post(`/api/consultations/${entry.id}/close`, { id: crypto.randomUUID(), outcome: 'solved' });
  await town.running.service.outbox.drain(10_000);

  const log = Buffer.from(town.log.join('\n'));
  expect(town.log.join('\n')).toContain('step-failed');
  const files = readdirSync(town.folder);
  expect(files.some((name) => name.endsWith('-wal'))).toBe(true);
  const places = [
    { name: 'log', bytes: log },
    ...files.map((name) => ({ name, bytes: readFileSync(join(town.folder, name)) })),
  ];
  const tokens = emulator.calls.flatMap(({ body }) => {
    const { replyToken } = (body ?? {}) as { replyToken?: string };
    return replyToken ? [replyToken] : [];
  });
  expect(tokens.length).toBeGreaterThan(0);
  const needles = [...Object.values(words), 'とよだ', resident.userId, other.userId, ...tokens];
  const found = needles.flatMap((needle) =>
    forms(needle).flatMap((form) =>
      places.filter(({ bytes }) => bytes.includes(form)).map(({ name }) => [name, needle]),
    ),
  );
  expect(found).toEqual([]);
});
