import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { rootFolder } from '../../src/node/platform.ts';

/** `npm start` as a process of its own. */
export type ServiceProcess = {
  pid: number;
  url: string;
  /** ms from its start until it took requests. */
  readyMs: number;
  /** What it wrote on standard output so far, and on standard error, which is its log. */
  said(): string;
  log(): string;
  /** SIGTERM; resolves with its exit code and how long it took. */
  stop(): Promise<{ code: number | null; ms: number }>;
  /** SIGKILL. */
  kill(): Promise<void>;
};

export type ServiceOptions = {
  /** `sqlite:<file>` or an address of PostgreSQL. */
  database: string;
  lineUrl: string;
  /** Another copy of the program. */
  root?: string;
  environment?: Record<string, string>;
  /** For Node itself: `--cpu-prof`. */
  nodeFlags?: readonly string[];
};

/** Starts the real service on a free port; rejects with what it said when it does not start. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const began = performance.now();
  const root = options.root ?? rootFolder;
  const child = spawn(
    process.execPath,
    [...(options.nodeFlags ?? []), join(root, 'bin', 'madoguchi.mjs'), 'start'],
    {
      cwd: root,
      env: { ...process.env, ...serviceEnvironment(options), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // Not 'exit', which can come before the last that it said.
  const exited = once(child, 'close') as Promise<[number | null]>;
  let said = '';
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const port = /ポート (\d+) /u.exec(said)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    void exited.then(([code]) => reject(new DidNotStart(code, said, log)));
  });
  return {
    pid: child.pid ?? 0,
    url,
    readyMs: performance.now() - began,
    said: () => said,
    log: () => log,
    async stop() {
      const at = performance.now();
      child.kill('SIGTERM');
      const [code] = await exited;
      return { code, ms: performance.now() - at };
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The service ended instead of starting. */
export class DidNotStart extends Error {
  override name = 'DidNotStart';
  readonly code: number | null;
  readonly output: string;
  readonly log: string;
  constructor(code: number | null, output: string, log: string) {
    super(`exit code ${code}\n${output}\n${log}`);
    this.code = code;
    this.output = output;
    this.log = log;
  }
}

function serviceEnvironment({ database, lineUrl }: ServiceOptions): Record<string, string> {
  return {
    LINE_CHANNEL_SECRET: demoSecrets.channelSecret,
    LINE_CHANNEL_ACCESS_TOKEN: demoSecrets.accessToken,
    MADOGUCHI_KEY: demoSecrets.key,
    LINE_API_BASE_URL: lineUrl,
    DATABASE_URL: database,
    MADOGUCHI_TRIAL: '1',
    PORT: '0',
  };
}
