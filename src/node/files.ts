import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { NOT_UTF8 } from '../diagnostic/yaml.ts';
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
  return new Map(names.map((name) => [relative(folder, name).split(sep).join('/'), readText(name)]));
}

/**
 * The text of a file that somebody saved with an editor of theirs: UTF-8, or UTF-16 with its mark, without the mark.
 * `NOT_UTF8` in place of a text in Shift_JIS or the like. Throws what `readFileSync` throws.
 */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  const encoding = encodings[bytes.subarray(0, 2).toString('hex')] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return NOT_UTF8;
  }
}

const encodings: Record<string, string> = { fffe: 'utf-16le', feff: 'utf-16be' };
