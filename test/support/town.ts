import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config.ts';
import { createStaff, type NewStaff } from '../../src/console/staff.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { createPhoneRoutes } from '../../src/emulator/phone-routes.ts';
import { assetsIn } from '../../src/node/assets.ts';
import { demoAccounts, demoSecrets } from '../../src/node/demo-accounts.ts';
import { createDemoClock, type DemoClock, readInstant } from '../../src/node/demo-clock.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { type Running, run } from '../../src/node/run.ts';
import { listen } from '../../src/node/serve.ts';
import { freePort } from './port.ts';

/** A whole Madoguchi with its LINE, over real HTTP and a SQLite file of its own, at an instant of our choice. */
export type Town = {
  emulator: Emulator;
  readonly running: Running;
  clock: DemoClock;
  /** Folder of the database and its WAL. */
  folder: string;
  /** Every line that was logged. */
  log: string[];
  url: string;
  /** The phone page in a browser. */
  phoneUrl: string;
  /** As one of the demo's people, who is made when they first sign in: each password takes a tenth of a second. */
  signIn(account?: number): Promise<Console>;
  /** The service ends as on SIGTERM and starts again at the same address, on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function openTown(
  at: string,
  options: {
    flow?: string;
    quota?: number | null;
    folder?: string;
    config?: Partial<Config>;
    environment?: Record<string, string>;
    /** `web`: after the hand-off the talk is held on the resident's own page. */
    talk?: 'web';
    /** All of the demo's people are there from the beginning, for who signs in otherwise. */
    staffed?: boolean;
  } = {},
): Promise<Town> {
  const clock = createDemoClock(readInstant(at));
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'madoguchi-town-'));
  const log: string[] = [];
  const emulator = createEmulator({
    channelSecret: demoSecrets.channelSecret,
    channelAccessToken: demoSecrets.accessToken,
    webhookUrl: 'http://127.0.0.1:1/',
    now: clock.now,
    random: Math.random,
    deliver: fetch,
    // LINE waits for two seconds, which a machine full of other tests can take.
    webhookTimeoutMs: 20_000,
    quota: options.quota === undefined ? null : options.quota,
  });
  emulator.app.route(
    '/',
    createPhoneRoutes({ emulator, clock, page: assetsIn(join(rootFolder, 'dist', 'phone')) }),
  );
  const line = await listen((request) => emulator.app.fetch(request), { port: 0, host: '127.0.0.1' });
  const own = options.talk ? await ownAddress() : {};
  const start = (port?: number) =>
    run({
      root: rootFolder,
      config: {
        ...demoSecrets,
        port: 0,
        databaseUrl: `sqlite:${join(folder, 'town.db')}`,
        flow: options.flow ?? 'flows/ise',
        lineApiBaseUrl: `http://127.0.0.1:${line.port}`,
        publicUrl: '',
        trial: true,
        ...own,
        ...options.config,
        ...(port ? { port } : {}),
      },
      now: clock.now,
      log: (entry) => log.push(JSON.stringify(entry)),
      demo: { accounts: demoAccounts.map(({ label, email, password }) => ({ label, email, password })) },
      environment: options.environment ?? {},
      host: '127.0.0.1',
      ...(options.talk ? { talk: options.talk } : {}),
    });
  let running = await start();
  const url = `http://127.0.0.1:${running.port}`;
  emulator.platform.webhook.url = `${url}/line/webhook`;
  clock.attach(running.store);
  const make = (account: NewStaff) => createStaff({ sessions: running.service.sessions }, account);
  if (options.staffed) await Promise.all(demoAccounts.map(make));
  return {
    emulator,
    get running() {
      return running;
    },
    clock,
    folder,
    log,
    url,
    phoneUrl: `http://127.0.0.1:${line.port}/phone/`,
    async signIn(account = 0) {
      const who = demoAccounts[account];
      if (!who) throw new Error(`there is no account ${account}`);
      await make(who);
      return signIn(url, who);
    },
    async restart() {
      const { port } = running;
      await running.stop();
      running = await start(port);
      clock.attach(running.store);
    },
    async stop() {
      emulator.close();
      await running.stop();
      await line.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Links need to know the address before the server listens. */
async function ownAddress(): Promise<{ port: number; publicUrl: string }> {
  const port = await freePort();
  return { port, publicUrl: `http://127.0.0.1:${port}` };
}

/** A counselor's browser, without the browser. */
export type Console = {
  get(path: string): Promise<any>;
  /** A file, with its type. */
  bytes(path: string): Promise<{ type: string | null; bytes: number[] }>;
  /** Status and body of an action. */
  post(path: string, body: object): Promise<{ status: number; body: any }>;
};

async function signIn(url: string, account: { email: string; password: string }): Promise<Console> {
  const headers = { 'content-type': 'application/json', origin: url };
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: account.email, password: account.password }),
  });
  if (!answer.ok) throw new Error(`sign-in answered ${answer.status}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return {
    async get(path) {
      const got = await fetch(`${url}${path}`, { headers: { cookie } });
      if (!got.ok) throw new Error(`${path} answered ${got.status}`);
      return got.json();
    },
    async bytes(path) {
      const got = await fetch(`${url}${path}`, { headers: { cookie } });
      if (!got.ok) throw new Error(`${path} answered ${got.status}`);
      return { type: got.headers.get('content-type'), bytes: [...new Uint8Array(await got.arrayBuffer())] };
    },
    async post(path, body) {
      const got = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: JSON.stringify(body),
      });
      return { status: got.status, body: await got.json().catch(() => null) };
    },
  };
}

/** Polls a question until it is answered; for things that happen in another process or a moment later. */
export async function until<T>(
  ask: () => Promise<T | undefined | null | false> | T | undefined | null | false,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
