import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { rootFolder } from '../../src/node/platform.ts';

let child: ChildProcess | undefined;
const folder = mkdtempSync(join(tmpdir(), 'madoguchi-start-'));
afterEach(async () => {
  if (child && child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the program as `npm start` does, with nothing of this process's environment but what is given. */
function start(environment: Record<string, string>): {
  child: ChildProcess;
  output: () => string;
  saw(pattern: RegExp): Promise<RegExpExecArray>;
} {
  const started = spawn(process.execPath, ['bin/madoguchi.mjs', 'start'], {
    cwd: rootFolder,
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  child = started;
  let text = '';
  const heard: (() => void)[] = [];
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (bytes) => {
      text += String(bytes);
      for (const look of heard) look();
    });
  return {
    child: started,
    output: () => text,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text);
          if (found) resolve(found);
        };
        heard.push(look);
        started.once('close', () => reject(new Error(`stopped before it said ${pattern}: ${text}`)));
        look();
      }),
  };
}

const secrets = () => ({
  LINE_CHANNEL_SECRET: 'a'.repeat(32),
  LINE_CHANNEL_ACCESS_TOKEN: 'token',
  MADOGUCHI_KEY: randomBytes(32).toString('base64'),
  DATABASE_URL: `sqlite:${join(folder, 'start.db')}`,
  PORT: '0',
});

test('the real service refuses to start without its secrets, and with 例 values outside a trial', async () => {
  const without = start({});
  // Not 'exit', which can come before the last that it said.
  await once(without.child, 'close');
  expect(without.child.exitCode).toBe(1);
  for (const name of ['LINE_CHANNEL_SECRET', 'LINE_CHANNEL_ACCESS_TOKEN', 'MADOGUCHI_KEY'])
    expect(without.output()).toContain(name);
  expect(without.output()).toContain('openssl rand -base64 32');

  const example = start(secrets());
  await once(example.child, 'close');
  expect(example.child.exitCode).toBe(1);
  expect(example.output()).toContain('MADOGUCHI_TRIAL=1');
});

test('the first administrator is made with the code that the first start prints, once', async () => {
  const running = start({ ...secrets(), MADOGUCHI_TRIAL: '1' });
  const [, url = ''] = await running.saw(/(http:\/\/localhost:\d+)\/console\//u);
  const [code = ''] = await running.saw(/[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}/u);
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const join = (email: string) =>
    fetch(`${url}/api/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ code, name: '最初の管理者', email, password: 'a long enough password' }),
    });
  expect((await join('first@example.jp')).status).toBe(200);
  expect((await join('second@example.jp')).status).toBe(400);
  running.child.kill('SIGTERM');
  await once(running.child, 'close');
  expect(running.child.exitCode).toBe(0);
});
