import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `src/worker/files.ts`: Workers has no folder of ours, so what Node reads from `flows/` and `migrations/` is
 * imported there as text, file by file. A test holds the list against the folders. `node scripts/worker-files.ts`
 */
const root = join(import.meta.dirname, '..');

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith(ending) && !name.endsWith(`.test${ending}`))
    .sort();

/** The source of `src/worker/files.ts`, for the files that are there now. */
export function workerFiles(): string {
  const flows = [...filesIn('flows', '.yaml'), ...filesIn('flows', '.model')].sort();
  const migrations = filesIn('migrations', '.sql');
  const imports = [
    ...flows.map((path, i) => `import flow${i} from '../../flows/${path}';`),
    ...migrations.map((path, i) => `import migration${i} from '../../migrations/${path}';`),
  ];
  return `// Written by scripts/worker-files.ts; see there.

${imports.join('\n')}
import type { FlowFiles } from '../flow/definition.ts';
import type { Migration } from '../store/store.ts';

export const flowFiles: FlowFiles = new Map([
${flows.map((path, i) => `  ['${path}', flow${i}],`).join('\n')}
]);

export const migrations: readonly Migration[] = [
${migrations.map((path, i) => `  { name: '${path}', sql: migration${i} },`).join('\n')}
];
`;
}

if (import.meta.main) writeFileSync(join(root, 'src', 'worker', 'files.ts'), workerFiles());
