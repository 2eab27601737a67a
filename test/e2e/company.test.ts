import { afterEach, expect, test } from 'vitest';
import { openTown, type Town, until } from '../support/town.ts';

let town: Town;
afterEach(() => town?.stop());

test('the resident sees dots while the counselor writes, 既読 for what was read; a picture opens on demand and not after unsend', async () => {
  town = await openTown('2026-11-24T10:00');
  town.emulator.platform.account.chatMode = 'chat';
  const desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
  const resident = town.emulator.resident('三郎');
  await resident.say('人と話したい');
  const [{ id }] = await until(async () => {
    const { entries } = await desk.get('/api/queue');
    return entries.length > 0 && entries;
  });
  const { cursor } = await desk.get('/api/changes');
  const look = (writing: 0 | 1) =>
    desk.get(`/api/changes?after=${cursor}&wait=0&viewing=${id}&writing=${writing}`);
  const path = (part: string) => town.emulator.calls.filter((call) => call.path.includes(part)).length;

  // Nobody has taken the talk yet: looking alone shows nothing to the resident.
  await look(1);
  expect(path('loading')).toBe(0);
  await desk.post(`/api/consultations/${id}/accept`, { id: crypto.randomUUID() });
  // A message that comes later would end the dots.
  await resident.waitFor((heard) => heard.some((text) => text.includes('相談員につながりました')));
  await resident.sendMedia('image', { type: 'image/png', bytes: new Uint8Array([1, 2, 3]) });
  await look(0);
  await until(() => path('markAsRead') > 0);
  expect(path('loading')).toBe(0);
  await look(1);
  await look(1);
  await until(() => resident.isTyping());
  expect(path('loading')).toBe(1);
  // LINE's dots last 20 seconds: as long as the counselor writes they come again, not before.
  await town.clock.set(town.clock.now() + 20_000);
  await look(1);
  await until(() => path('loading') === 2);

  const opened = await until(async () => {
    const { lines } = await desk.get(`/api/consultations/${id}`);
    return lines.find((line: { body?: { kind: string } }) => line.body?.kind === 'media');
  });
  expect(opened.body).toMatchObject({ media: 'image', opens: true });
  const picture = `/api/consultations/${id}/pictures/${opened.version}`;
  const bytes = await desk.bytes(picture);
  expect(bytes).toEqual({ type: 'image/png', bytes: [1, 2, 3] });
  await resident.unsend();
  await expect(desk.bytes(picture)).rejects.toThrow('404');
});

test('bot and counselor speak under their own name and icon, and the icons are to be had', async () => {
  town = await openTown('2026-11-24T10:00', { config: { publicUrl: 'https://madoguchi.example.jp' } });
  const desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
  const resident = town.emulator.resident('四郎');
  await resident.say('人と話したい');
  const [{ id }] = await until(async () => {
    const { entries } = await desk.get('/api/queue');
    return entries.length > 0 && entries;
  });
  await desk.post(`/api/consultations/${id}/accept`, { id: crypto.randomUUID() });
  const { version } = await desk.get(`/api/consultations/${id}`);
  await desk.post(`/api/consultations/${id}/reply`, {
    id: crypto.randomUUID(),
    text: 'こんにちは',
    seen: version,
  });
  await until(() => resident.heard().includes('こんにちは'));
  const senders = sentMessages().map(({ sender }) => sender);
  expect(senders[0]).toEqual({
    name: '案内ボット',
    iconUrl: 'https://madoguchi.example.jp/talk/icons/bot.png',
  });
  expect(senders.at(-1)).toEqual({
    name: '相談員',
    iconUrl: 'https://madoguchi.example.jp/talk/icons/counselor.png',
  });
  for (const { iconUrl } of senders) {
    const icon = await fetch(`${town.url}${new URL(iconUrl).pathname}`);
    expect(icon.headers.get('content-type')).toBe('image/png');
    expect(icon.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  }
});

function sentMessages(): { sender: { name: string; iconUrl: string } }[] {
  return town.emulator.calls.flatMap(({ body }) => (body as { messages?: never[] })?.messages ?? []);
}
