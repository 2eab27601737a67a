import { afterEach, expect, test } from 'vitest';
import { checkLine, type Finding, formatFindings, isHealthy } from '../../src/line/check.ts';
import { createLineClient } from '../../src/line/client.ts';
import { type Served, serveEmulator, token } from '../emulator/serve.ts';

let served: Served;
afterEach(() => served?.stop());

async function start(options: Parameters<typeof serveEmulator>[0] = {}) {
  served = await serveEmulator({
    webhookUrl: 'https://soudan.example/line/webhook',
    chatMode: 'chat',
    ...options,
  });
  return createLineClient({ token, baseUrl: served.url, timeoutMs: 5_000 });
}

const wrong = (findings: Finding[]) => findings.filter(({ state }) => state === 'wrong');
const publicUrl = 'https://soudan.example';

test('a channel in order leaves only what the API cannot tell', async () => {
  const findings = await checkLine(await start(), publicUrl);
  expect(isHealthy(findings)).toBe(true);
  expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'hand', 'hand']);
  expect(formatFindings(findings)).toMatch(/応答メッセージ[\s\S]*Webhookの再送/u);
});

test.each<[string, (served: Served) => void, string, string]>([
  [
    'another address',
    ({ emulator }) => {
      emulator.platform.webhook.url = 'https://old.example/callback';
    },
    'https://old.example/callback',
    'https://soudan.example/line/webhook',
  ],
  [
    'no address',
    ({ emulator }) => {
      emulator.platform.webhook.url = '';
    },
    '登録されていません',
    'https://soudan.example/line/webhook',
  ],
  [
    'webhook off',
    ({ emulator }) => {
      emulator.platform.webhook.active = false;
    },
    'オフ',
    'Webhookの利用',
  ],
  [
    'quota nearly gone',
    ({ emulator }) => {
      emulator.platform.quota = 0;
    },
    '残りがわずか',
    'プラン',
  ],
])('%s is found, with where to click', async (_, spoil, text, todo) => {
  const line = await start();
  spoil(served);
  const [finding, ...others] = wrong(await checkLine(line, publicUrl));
  expect(others).toEqual([]);
  expect(finding?.text).toContain(text);
  expect(finding?.todo).toContain(todo);
});

test('a webhook that answers 401 points at the channel secret, a dead one at the network', async () => {
  const refusing = await start({ deliver: async () => new Response(null, { status: 401 }) });
  expect(wrong(await checkLine(refusing, publicUrl))[0]?.todo).toContain('LINE_CHANNEL_SECRET');
  await served.stop();
  const dead = await start({ deliver: () => Promise.reject(new Error('refused')) });
  expect(wrong(await checkLine(dead, publicUrl))[0]?.todo).toContain('ファイアウォール');
});

test('chat off, no PUBLIC_URL, a wrong token and no LINE at all are each said', async () => {
  const line = await start({ chatMode: 'bot' });
  const findings = await checkLine(line, undefined);
  expect(wrong(findings)[0]?.text).toContain('PUBLIC_URL');
  expect(findings.some(({ state, text }) => state === 'hand' && text.includes('既読'))).toBe(true);
  const stranger = createLineClient({ token: 'old', baseUrl: served.url, timeoutMs: 5_000 });
  expect((await checkLine(stranger, publicUrl))[0]?.todo).toContain('LINE_CHANNEL_ACCESS_TOKEN');
  await served.stop();
  expect((await checkLine(line, publicUrl))[0]?.text).toContain('つながりません');
});
