import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { buildClients } from '../../src/node/build.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { type Listening, listen } from '../../src/node/serve.ts';
import { type ServiceProcess, startService } from '../support/service-process.ts';
import { until } from '../support/town.ts';

let folder: string;
let emulator: Emulator;
let line: Listening;
let service: ServiceProcess | undefined;
/** How long LINE takes to answer, ms. */
let slow: number;

beforeEach(async () => {
  expect(buildClients(rootFolder)).toBe(true);
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-stop-'));
  slow = 0;
  emulator = createEmulator({
    channelSecret: demoSecrets.channelSecret,
    channelAccessToken: demoSecrets.accessToken,
    webhookUrl: '',
    now: Date.now,
    random: Math.random,
    deliver: fetch,
    quota: null,
    redelivery: true,
    webhookTimeoutMs: 20_000,
  });
  line = await listen(
    async (request) => {
      if (slow > 0) await new Promise((resolve) => setTimeout(resolve, slow));
      return emulator.app.fetch(request);
    },
    { port: 0, host: '127.0.0.1' },
  );
});
afterEach(async () => {
  await service?.kill();
  service = undefined;
  emulator.close();
  await line.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<ServiceProcess> {
  service = await startService({
    database: `sqlite:${join(folder, 'stop.db')}`,
    lineUrl: `http://127.0.0.1:${line.port}`,
  });
  emulator.platform.webhook.url = `${service.url}/line/webhook`;
  return service;
}

async function stop(running: ServiceProcess): Promise<number> {
  const { code, ms } = await running.stop();
  service = undefined;
  expect(code).toBe(0);
  return ms;
}

const greeting = (heard: string[]) => heard.filter((text) => text.includes('いちばん')).length;

test('SIGTERM lets what is being said finish', async () => {
  const running = await start();
  slow = 1_000;
  const resident = emulator.resident('一郎');
  expect(await resident.follow()).toBe(200);
  expect(greeting(resident.heard())).toBe(0);
  expect(await stop(running)).toBeLessThan(10_000);
  expect(greeting(resident.heard())).toBe(1);
});

test('it ends within 10 s though LINE never answers; the next start says it, once', async () => {
  const running = await start();
  emulator.faults.push({ on: 'reply', kind: 'silence-before' });
  const resident = emulator.resident('一郎');
  expect(await resident.follow()).toBe(200);
  await emulator.waitForCall(({ path }) => path.endsWith('/reply'));
  expect(await stop(running)).toBeLessThan(10_000);
  expect(greeting(resident.heard())).toBe(0);
  await start();
  await resident.waitFor((heard) => greeting(heard) === 1);
}, 60_000);

test('what waited for LINE to take more, and a turn that was open, are taken up by the next start', async () => {
  const running = await start();
  const [one, two] = [emulator.resident('一郎'), emulator.resident('二郎')];
  emulator.faults.push({ on: 'reply', kind: 'rate' });
  expect(await one.follow()).toBe(200);
  await until(() => emulator.calls.some(({ status }) => status === 429));
  expect(await two.say('家賃が払えなくて')).toBe(200);
  await stop(running);
  expect(greeting(one.heard())).toBe(0);
  expect(two.heard()).toEqual([]);
  await start();
  await one.waitFor((heard) => greeting(heard) === 1);
  const answer = await two.waitFor((heard) => heard.length > 0 && heard.join('\n'));
  expect(answer).toContain('お金・住まい');
}, 60_000);
