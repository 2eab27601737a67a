import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { FlowFiles } from '../flow/definition.ts';
import type { Migration } from '../store/store.ts';

/** The migrations, in the order of their names. */
export function readMigrations(root: string): Migration[] {
  const folder = join(root, 'migrations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

/** Every YAML file and trained model below the flows folder, by its path from there with forward slashes. */
export function readFlowFiles(root: string): FlowFiles {
  const folder = join(root, 'flows');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(yaml|model)$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names.map((name) => [relative(folder, name).split(sep).join('/'), readFileSync(name, 'utf8')]),
  );
}
