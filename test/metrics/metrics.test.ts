import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { format } from '../../src/metrics/format.ts';
import { openReceiver } from '../alert/receivers.ts';
import { openTown, type Town, until } from '../support/town.ts';

const token = 'metrics-token-0123456789';
let town: Town | undefined;
let folder: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-metrics-'));
  receiver = await openReceiver();
});
afterEach(async () => {
  await town?.stop();
  town = undefined;
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (url: string, authorization?: string) =>
  fetch(`${url}/metrics`, { headers: authorization ? { authorization } : {} });

/** The samples by name and labels. */
async function samples(url: string): Promise<Map<string, number>> {
  const answer = await ask(url, `Bearer ${token}`);
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** Every figure that whoever watches the service was promised. */
const promised = {
  madoguchi_events_total: 'counter',
  madoguchi_commit_seconds: 'histogram',
  madoguchi_deliveries_total: 'counter',
  madoguchi_pushes_saved_total: 'counter',
  madoguchi_outbox: 'gauge',
  madoguchi_outbox_oldest_seconds: 'gauge',
  madoguchi_queue: 'gauge',
  madoguchi_oldest_wait_seconds: 'gauge',
  madoguchi_counselors_present: 'gauge',
  madoguchi_alerts: 'gauge',
  madoguchi_alert_tries: 'gauge',
  madoguchi_line_quota_left: 'gauge',
};

test('the figures of a night can be read with the token, and name nobody', async () => {
  const alertsFile = join(folder, 'alerts.yaml');
  writeFileSync(alertsFile, 'people:\n  team: { name: チーム, webhook_env: HOOK }\nsteps:\n  - to: [team]\n');
  town = await openTown('2026-11-23T02:00', {
    quota: 200,
    config: { metricsToken: token, alertsFile },
    environment: { HOOK: receiver.url('/hook') },
  });
  const { url } = town;
  expect((await ask(url)).status).toBe(401);
  expect((await ask(url, 'Bearer metrics-token-0123456780')).status).toBe(401);

  const resident = town.emulator.resident('一郎');
  town.emulator.faults.push({ on: 'webhook', kind: 'duplicate' });
  await resident.say('死にたい');
  await resident.waitFor((heard) => heard.length >= 1 && heard);
  const found = await until(async () => {
    const now = await samples(url);
    return now.get('madoguchi_events_total{kind="text",result="repeated"}') === 1 && now;
  });
  expect(found.get('madoguchi_events_total{kind="text",result="applied"}')).toBe(1);
  expect(found.get('madoguchi_queue{state="waiting",level="high"}')).toBe(1);
  expect(found.get('madoguchi_counselors_present')).toBe(0);
  expect(found.get('madoguchi_commit_seconds_count')).toBeGreaterThan(1);
  expect(found.get('madoguchi_commit_seconds_bucket{le="+Inf"}')).toBe(
    found.get('madoguchi_commit_seconds_count'),
  );
  await until(async () => {
    const sent = await samples(url);
    return (
      sent.get('madoguchi_deliveries_total{kind="safety",via="reply",result="sent"}') === 1 &&
      sent.get('madoguchi_alert_tries{way="webhook",state="sent"}') === 1
    );
  });
  const settled = await samples(url);
  expect(settled.get('madoguchi_pushes_saved_total')).toBeGreaterThan(0);
  expect(settled.get('madoguchi_line_quota_left')).toBe(200);
  expect(settled.get('madoguchi_outbox{state="frozen"}')).toBe(0);
  expect(settled.get('madoguchi_outbox_oldest_seconds{state="waiting"}')).toBe(0);
  expect(settled.get('madoguchi_alerts{state="open"}')).toBe(1);
  // LINE takes nothing more for now.
  town.emulator.faults.push({ on: 'any', kind: 'rate', times: 1_000 });
  await town.emulator.resident('花子').say('はじめから');
  await until(async () => (await samples(url)).get('madoguchi_outbox{state="frozen"}') === 1);
  await town.clock.set(town.clock.now() + 90_000);
  const later = await samples(url);
  expect(later.get('madoguchi_oldest_wait_seconds{level="high"}')).toBeGreaterThanOrEqual(90);
  const ages = ['frozen', 'sending'].map((state) =>
    later.get(`madoguchi_outbox_oldest_seconds{state="${state}"}`),
  );
  expect(Math.max(...ages.map(Number))).toBeGreaterThanOrEqual(90);

  const text = await (await ask(url, `Bearer ${token}`)).text();
  const types = [...text.matchAll(/^# HELP (\w+) \S.*\n# TYPE (\w+) (\w+)$/gmu)];
  expect(types.every(([, help, type]) => help === type)).toBe(true);
  expect(Object.fromEntries(types.map(([, name, , type]) => [name, type]))).toEqual(promised);
  for (const line of text
    .trim()
    .split('\n')
    .filter((one) => !one.startsWith('#'))) {
    expect(line).toMatch(/^\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \d+(\.\d+)?(e[-+]\d+)?$/u);
    expect(promised).toHaveProperty(line.replace(/(_bucket|_sum|_count)?[{ ].*/u, ''));
  }
  const [row] = await town.running.store.read(
    town.running.store.sql.selectFrom('conversation').select(['id', 'consultation_id']).compile(),
  );
  for (const secret of ['死にたい', '一郎', row?.id ?? '?', row?.consultation_id ?? '?'])
    expect(text).not.toContain(secret);
});

test('without a token set there are no metrics', async () => {
  town = await openTown('2026-11-24T10:00');
  expect((await ask(town.url, 'Bearer ')).status).toBe(404);
});

test('labels are escaped, and every metric has its help and type', () => {
  const sample = { labels: { reason: 'a"b\\c\nd' }, value: 2 };
  expect(format([{ name: 'm', help: 'h', type: 'gauge', samples: [sample] }])).toBe(
    '# HELP m h\n# TYPE m gauge\nm{reason="a\\"b\\\\c\\nd"} 2\n',
  );
});
