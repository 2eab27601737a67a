import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { buildClients } from '../../src/node/build.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { type Listening, listen } from '../../src/node/serve.ts';
import { openMailServer, openReceiver } from '../alert/receivers.ts';
import { type ServiceProcess, startService } from '../support/service-process.ts';
import { until } from '../support/town.ts';
import { tracesIn } from '../support/traces.ts';

let folder: string;
let emulator: Emulator;
let line: Listening;
let mail: Awaited<ReturnType<typeof openMailServer>>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let service: ServiceProcess | undefined;

beforeEach(async () => {
  expect(buildClients(rootFolder)).toBe(true);
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-log-'));
  emulator = createEmulator({
    channelSecret: demoSecrets.channelSecret,
    channelAccessToken: demoSecrets.accessToken,
    webhookUrl: '',
    now: Date.now,
    random: Math.random,
    deliver: fetch,
    quota: null,
    redelivery: true,
  });
  line = await listen((request) => emulator.app.fetch(request), { port: 0, host: '127.0.0.1' });
  mail = await openMailServer({ refuse: { 'gone@city.test': 550 } });
  receiver = await openReceiver((path) => (path.startsWith('/broken') ? 500 : 200));
});
afterEach(async () => {
  await service?.kill();
  service = undefined;
  emulator.close();
  await Promise.all([line.close(), mail.close(), receiver.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const words = {
  debt: 'サラ金のトリタテが毎日来て、こどもが泣いています',
  danger: 'もう死にたい。橋のたもとのベンチにいます',
  unsent: 'まちがえて夫の携帯番号090-1234-5678を書いた',
  broken: 'とよだ氏に追い出されそうで眠れません',
  after: 'さっきの橋から、駅のホームまで歩いてきました。死にたい',
};

test('a whole run of the real processes, alerts, troubles, a crash and the commands of staff, writes no word, no id and no secret', {
  timeout: 120_000,
}, async () => {
  const alerts = join(folder, 'alerts.yaml');
  writeFileSync(
    alerts,
    `mail:
  server: 127.0.0.1
  port: ${mail.port}
  security: none
  from: madoguchi@city.test
  user_env: SMTP_USER
  password_env: SMTP_PASSWORD
people:
  night: { name: 夜の当番, mail: night@city.test }
  gone: { name: 前の当番, mail: gone@city.test }
  team: { name: チーム, slack_env: BROKEN }
steps:
  - to: [night, gone, team]
`,
  );
  const environment = {
    MADOGUCHI_ALERTS: alerts,
    SMTP_USER: 'madoguchi',
    SMTP_PASSWORD: 'mail-password',
    BROKEN: receiver.url('/broken/slack-secret-path'),
    PUBLIC_URL: 'https://soudan.example.jp',
  };
  const database = `sqlite:${join(folder, 'log.db')}`;
  const written: string[] = [];
  const logged: string[] = [];
  const begin = async () => {
    const started = await startService({ database, lineUrl: `http://127.0.0.1:${line.port}`, environment });
    service = started;
    emulator.platform.webhook.url = `${started.url}/line/webhook`;
    return started;
  };
  const collect = (ended: ServiceProcess) => {
    written.push(ended.said());
    logged.push(ended.log());
  };

  const first = await begin();
  const [ichiro, hana] = ['ichiro', 'hana'].map((name) => emulator.resident(name));
  if (!ichiro || !hana) throw new Error('nobody there');
  await Promise.all([ichiro.follow(), hana.follow()]);
  emulator.faults.push({ on: 'reply', kind: 'error-after' }, { on: 'push', kind: 'rate' });
  await ichiro.say(words.debt);
  await hana.say(words.unsent);
  await hana.unsend();
  await ichiro.say(words.danger);
  await emulator.webhooks.post({ events: [{ type: 'message', text: words.broken }] }, { signature: 'wrong' });
  await emulator.webhooks.post(`{"events": [${words.broken}`);
  await fetch(
    `${first.url}/talk/${encodeURIComponent(words.broken)}?text=${encodeURIComponent(words.broken)}`,
  );
  await until(() => mail.got[0]);
  for (const result of ['sent', 'smtp-550', 'http-500'])
    await until(() => first.log().includes(`"result":"${result}"`));
  await first.kill();
  collect(first);

  expect(await ichiro.say(words.after)).not.toBe(200);
  const second = await begin();
  await emulator.webhooks.redeliver();
  await ichiro.waitFor((heard) => heard.some((text) => text.includes('119')));
  await until(() => second.log().includes('"kind":"text","result":"applied"'));
  await second.stop();
  collect(second);
  service = undefined;

  for (const args of [
    ['alert', 'test'],
    ['audit', 'verify'],
    ['audit', 'export', join(folder, 'audit.csv')],
    ['retention', '--dry-run'],
  ])
    written.push(await command(args, { ...environment, DATABASE_URL: database }));
  expect(written.join('\n')).toContain('○ 夜の当番（メール）');

  const tokens = emulator.calls.flatMap(({ body }) => {
    const { replyToken } = (body ?? {}) as { replyToken?: string };
    return replyToken ? [replyToken] : [];
  });
  const links = mail.got.flatMap(({ text }) => /\/alert\/\S+\/(\S{43})/u.exec(text)?.[1] ?? []);
  expect(Math.min(tokens.length, links.length)).toBeGreaterThan(0);
  const secrets = [
    ...Object.values(words),
    'とよだ',
    ichiro.userId,
    hana.userId,
    ...tokens,
    ...links,
    ...Object.values(demoSecrets),
    'mail-password',
    'slack-secret-path',
    'night@city.test',
  ];
  expect(tracesIn(Buffer.from([...written, ...logged].join('\n')), secrets)).toEqual([]);
  // One event a line, each of them JSON that says when.
  const lines = logged.join('').trim().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  for (const one of lines)
    expect(JSON.parse(one)).toMatchObject({ at: expect.any(String), event: expect.any(String) });
});

/** What a command of staff writes, on both streams. */
async function command(args: string[], environment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [join(rootFolder, 'bin', 'madoguchi.mjs'), ...args], {
    env: {
      PATH: process.env.PATH,
      LINE_CHANNEL_SECRET: demoSecrets.channelSecret,
      LINE_CHANNEL_ACCESS_TOKEN: demoSecrets.accessToken,
      MADOGUCHI_KEY: demoSecrets.key,
      MADOGUCHI_TRIAL: '1',
      ...environment,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said += part;
    });
  await once(child, 'close');
  return said;
}
