import { afterEach, expect, test } from 'vitest';
import { format } from '../../src/metrics/format.ts';
import { openTown, type Town, until } from '../support/town.ts';

const token = 'metrics-token-0123456789';
let town: Town | undefined;
afterEach(async () => {
  await town?.stop();
  town = undefined;
});

const ask = (url: string, authorization?: string) =>
  fetch(`${url}/metrics`, { headers: authorization ? { authorization } : {} });

/** The samples by name and labels. */
async function samples(url: string): Promise<Map<string, number>> {
  const answer = await ask(url, `Bearer ${token}`);
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('the figures of a night can be read with the token, and name nobody', async () => {
  town = await openTown('2026-11-23T02:00', { quota: 200, config: { metricsToken: token } });
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
    return sent.get('madoguchi_deliveries_total{kind="safety",via="reply",result="sent"}') === 1;
  });
  const settled = await samples(url);
  expect(settled.get('madoguchi_pushes_saved_total')).toBeGreaterThan(0);
  expect(settled.get('madoguchi_line_quota_left')).toBe(200);
  expect(settled.get('madoguchi_outbox{state="frozen"}')).toBe(0);
  await town.clock.set(town.clock.now() + 90_000);
  expect((await samples(url)).get('madoguchi_oldest_wait_seconds{level="high"}')).toBeGreaterThanOrEqual(90);

  const text = await (await ask(url, `Bearer ${token}`)).text();
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
