import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The web clients, and what each is built from. */
const clients = [
  { folder: 'dist/console', sources: ['src/console/client'], config: 'src/console/client/vite.config.ts' },
  {
    folder: 'dist/talk',
    sources: ['src/talk'],
    config: 'src/talk/client/vite.config.ts',
  },
  { folder: 'dist/phone', sources: ['src/emulator/phone'], config: 'src/emulator/phone/vite.config.ts' },
] as const;

/** Builds the web clients that are missing or older than their sources. Returns false when a build failed. */
export function buildClients(root: string, always = false): boolean {
  return clients
    .filter(
      ({ folder, sources }) =>
        always ||
        isStale(
          join(root, folder, 'index.html'),
          sources.map((source) => join(root, source)),
        ),
    )
    .every(({ config }) => {
      const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
      const { status } = spawnSync(
        process.execPath,
        [vite, 'build', '--logLevel', 'warn', '--config', config],
        { cwd: root, stdio: 'inherit' },
      );
      return status === 0;
    });
}

function isStale(built: string, sources: string[]): boolean {
  if (!existsSync(built)) return true;
  const at = statSync(built).mtimeMs;
  return sources.some((source) =>
    readdirSync(source, { recursive: true }).some(
      (name) => statSync(join(source, String(name))).mtimeMs > at,
    ),
  );
}
