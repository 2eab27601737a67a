import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTown, type Town, until } from '../support/town.ts';
import { openMailServer, openReceiver } from './receivers.ts';

let folder: string;
let town: Town;
let mail: Awaited<ReturnType<typeof openMailServer>>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-alert-service-'));
  [mail, receiver] = await Promise.all([openMailServer(), openReceiver()]);
});
afterEach(async () => {
  await town?.stop();
  await Promise.all([mail.close(), receiver.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The town with a night shift: mail at once, then Slack, then Teams. */
async function townAt(at: string): Promise<Town> {
  const alertsFile = join(folder, 'alerts.yaml');
  writeFileSync(
    alertsFile,
    `mail:
  server: 127.0.0.1
  port: ${mail.port}
  security: none
  from: madoguchi@city.test
  user_env: SMTP_USER
  password_env: SMTP_PASSWORD
people:
  night: { name: 夜の当番, mail: night@city.test }
  team: { name: チーム, slack_env: SLACK }
  chief: { name: 課長, teams_env: TEAMS }
steps:
  - to: [night]
  - { after: 3m, to: [team] }
  - { after: 6m, to: [chief] }
limits: { none: 30m }
`,
  );
  const environment = {
    SMTP_USER: 'madoguchi',
    SMTP_PASSWORD: 'mail-password',
    SLACK: receiver.url('/slack'),
    TEAMS: receiver.url('/teams'),
  };
  return openTown(at, { folder, config: { alertsFile }, environment });
}

/** What has arrived is also written down as told. */
async function writtenDown(): Promise<void> {
  const { sql, read } = town.running.store;
  const tries = () => read(sql.selectFrom('alert_try').select('state').compile());
  await until(async () => (await tries()).every(({ state }) => state === 'sent'));
}

const later = (minutes: number) => town.clock.set(town.clock.now() + minutes * 60_000);

test('danger at two in the morning reaches a person by mail, then by Slack, until the link is pressed', async () => {
  town = await townAt('2026-11-23T02:00');
  const resident = town.emulator.resident('一郎');
  await resident.say('死にたい');
  const sent = await until(() => mail.got[0]);
  expect(sent.to).toEqual(['night@city.test']);
  expect(sent.text).toContain('【要注意】相談員がいないあいだに相談が来ています');
  await writtenDown();
  await later(3);
  const slack = await until(() => receiver.got[0]);
  await writtenDown();
  expect(slack.path).toBe('/slack');

  // No word, no id of anybody, in what left the house.
  const desk = await town.signIn();
  const { entries } = await desk.get('/api/queue');
  const [conversation] = await town.running.store.read(
    town.running.store.sql.selectFrom('conversation').select(['id', 'consultation_id']).compile(),
  );
  const left = [sent.raw, sent.text, slack.raw].join('\n');
  for (const secret of [
    '死にたい',
    entries[0].name,
    conversation?.id ?? '?',
    conversation?.consultation_id ?? '?',
  ])
    expect(left).not.toContain(secret);

  const link = /http:\/\/localhost:\d+(\/alert\/\S+)/u.exec(sent.text)?.[1] ?? '';
  const page = await fetch(`${town.url}${link}`);
  expect(await page.text()).toContain('私が対応します');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await desk.get('/api/alerts')).toMatchObject({ alerts: [{ state: 'open' }] });
  const forged = await fetch(`${town.url}${link.slice(0, -3)}AAA`, { method: 'POST' });
  expect(forged.status).toBe(404);
  const pressed = await fetch(`${town.url}${link}`, { method: 'POST' });
  expect(await pressed.text()).toContain('確認しました');
  expect(await (await fetch(`${town.url}${link}`, { method: 'POST' })).text()).toContain('確認済み');
  expect(await desk.get('/api/alerts')).toMatchObject({
    planned: true,
    alerts: [
      {
        state: 'acknowledged',
        acknowledgedBy: '夜の当番',
        tries: [
          { person: '夜の当番', way: 'mail', state: 'sent' },
          { person: 'チーム', way: 'slack', state: 'sent' },
        ],
      },
    ],
  });
});

test('with a counselor present nobody is woken until the case has waited too long; accepting ends it', async () => {
  town = await townAt('2026-11-24T10:00');
  const desk = await town.signIn();
  await desk.post('/api/presence', { on: true, capacity: 2 });
  await town.emulator.resident('花子').say('死にたい');
  const entry = await until(async () => (await desk.get('/api/queue')).entries[0]);
  expect(await desk.get('/api/alerts')).toMatchObject({ alerts: [] });
  await later(5);
  const sent = await until(() => mail.got[0]);
  expect(sent.text).toContain('【要注意】相談者が5分待っています');
  const accepted = await desk.post(`/api/consultations/${entry.id}/accept`, { id: crypto.randomUUID() });
  expect(accepted.status).toBe(200);
  await until(async () => (await desk.get('/api/alerts')).alerts[0].state === 'over');
  expect(receiver.got).toEqual([]);
});

test('who is in no danger waits past the limit of their level too, while the desk is open', async () => {
  town = await townAt('2026-11-24T10:00');
  await town.emulator.resident('花子').say('人と話したい');
  const desk = await town.signIn();
  await until(async () => (await desk.get('/api/queue')).entries[0]);
  await later(31);
  const sent = await until(() => mail.got[0]);
  expect(sent.text).toContain('【通常】相談者が31分待っています');
});

test('a counselor acknowledges from the console, and a restart in between forgets nothing', async () => {
  town = await townAt('2026-11-23T02:00');
  await town.emulator.resident('次郎').say('死にたい');
  await until(() => mail.got[0]);
  await town.stop();
  town = await townAt('2026-11-23T02:03');
  await until(() => receiver.got[0]);
  expect(mail.got).toHaveLength(1);
  const desk = await town.signIn();
  const [alert] = (await desk.get('/api/alerts')).alerts;
  expect(await desk.post(`/api/alerts/${alert.id}/acknowledge`, {})).toMatchObject({
    status: 200,
    body: { ok: true, already: false },
  });
  expect(await desk.get('/api/alerts')).toMatchObject({
    alerts: [{ state: 'acknowledged', acknowledgedBy: '山田（相談員）' }],
  });
  expect((await fetch(`${town.url}/api/alerts`)).status).toBe(401);
});
