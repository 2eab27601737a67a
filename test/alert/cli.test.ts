import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rootFolder } from '../../src/node/platform.ts';
import { openReceiver } from './receivers.ts';

let folder: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'madoguchi-alert-cli-'));
  receiver = await openReceiver((path) => (path === '/gone' ? 404 : 200));
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the program; a service is stopped once it has said what `until` looks for. */
function madoguchi(
  args: string[],
  environment: Record<string, string>,
  until?: string,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(rootFolder, 'bin', 'madoguchi.mjs'), ...args], {
    env: {
      PATH: process.env.PATH,
      LINE_CHANNEL_SECRET: 'channel-secret-0123456789abcdef',
      LINE_CHANNEL_ACCESS_TOKEN: 'access-token',
      MADOGUCHI_KEY: randomBytes(32).toString('base64'),
      MADOGUCHI_TRIAL: '1',
      LINE_API_BASE_URL: receiver.url(''),
      DATABASE_URL: `sqlite:${join(folder, 'test.db')}`,
      PORT: '0',
      ...environment,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said += part;
      if (until && said.includes(until)) child.kill('SIGTERM');
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

const plan = `people:
  team: { name: 相談チーム, slack_env: TEAM }
  chief: { name: 課長, teams_env: CHIEF }
steps:
  - to: [team, chief]
`;

test('`alert test` tells everybody that it is a test, and says in Japanese what did not arrive', async () => {
  const file = join(folder, 'alerts.yaml');
  writeFileSync(file, plan);
  const environment = { MADOGUCHI_ALERTS: file, TEAM: receiver.url('/team'), CHIEF: receiver.url('/gone') };
  const { code, said } = await madoguchi(['alert', 'test'], environment);
  expect(code).toBe(1);
  expect(said).toContain('○ 相談チーム（Slack）: 届けました');
  expect(said).toContain('× 課長（Teams）: 届きません — URL が使えなくなっています（http-404）');
  expect(receiver.got.map(({ path }) => path).sort()).toEqual(['/gone', '/team']);
  expect(receiver.got[0]?.raw).toContain('試験です');
  // Its links lead to this very machine.
  expect(said).toContain('PUBLIC_URL がない');
  const reachable = { ...environment, PUBLIC_URL: 'https://soudan.example.jp' };
  const one = await madoguchi(['alert', 'test', '--to', 'team'], reachable);
  expect(one.code).toBe(0);
  expect(one.said).not.toContain('PUBLIC_URL');
});

test('the service warns loudly when nobody would be told, and refuses a plan with a mistake', async () => {
  const { said } = await madoguchi(['start'], {}, 'だれにも知らされません');
  expect(said).toContain('警告');
  const file = join(folder, 'alerts.yaml');
  writeFileSync(file, plan);
  const refused = await madoguchi(['start'], { MADOGUCHI_ALERTS: file, TEAM: receiver.url('/team') });
  expect(refused.code).toBe(1);
  expect(refused.said).toContain('環境変数 CHIEF が設定されていません');
});
