import { readConfig } from '../config.ts';
import { firstCode } from '../console/invite.ts';
import { createLog } from '../log.ts';
import { CannotStart, random, rootFolder } from './platform.ts';
import { run } from './run.ts';

/** `npm start`: the real service. Resolves when it has been stopped by a signal. */
export async function start(environment: NodeJS.ProcessEnv): Promise<number> {
  const read = readConfig(environment);
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { config } = read;
  // Listened for before anything is promised: a signal at any later moment ends the service by draining it.
  const stopped = untilStopped();
  const now = Date.now;
  const running = await run({
    root: rootFolder,
    config,
    now,
    log: createLog(logWriter(), now),
    demo: null,
    environment,
  });
  const address = config.publicUrl || `http://localhost:${running.port}`;
  console.log(
    `窓口を起動しました: ${address}/console/（このサーバーのポート ${running.port} で待っています）`,
  );
  for (const warning of running.warnings) console.warn(`\n${warning}\n`);
  const code = await firstCode({ store: running.store, now, random });
  if (code)
    console.log(
      `まだ利用者がいません。次の一度きりのコードで最初の管理者を登録してください: ${code}\n${address}/console/join`,
    );
  await stopped;
  await running.stop();
  // A request that LINE never answers would hold the process for minutes; all that matters is in the database.
  process.exit(0);
}

/** Writes to standard error what one turn of the event loop logs, at once: each writing costs more than making the line. */
function logWriter(): (line: string) => void {
  let lines = '';
  const flush = () => {
    if (lines) process.stderr.write(lines);
    lines = '';
  };
  process.once('exit', flush);
  return (line) => {
    if (!lines) setImmediate(flush);
    lines += line;
  };
}

/** Resolves at the first SIGTERM or SIGINT. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
