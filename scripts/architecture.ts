import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/**
 * Holds every import of `src/` against the house's floors (see README, "The house"): nothing imports upward, nothing in a
 * circle, and the pure rooms know neither the web, nor the database, nor Node. Prints what breaks a rule; exit code 1 then.
 */
const floors: readonly (readonly string[])[] = [
  ['node', 'worker', 'worker.ts', 'cli.ts', 'cli'],
  [
    'app.ts',
    'service.ts',
    'content.ts',
    'flows.ts',
    'revisions.ts',
    'serving.ts',
    'hearing.ts',
    'log.ts',
    'alerting.ts',
  ],
  ['line', 'console', 'talk', 'emulator'],
  ['handle', 'outbox', 'alert', 'metrics', 'reports', 'web.ts', 'audit', 'privacy'],
  ['flow', 'store'],
  ['conversation', 'directory', 'risk', 'triage'],
  ['message', 'text', 'vault', 'config.ts', 'network.ts', 'diagnostic'],
];

/** Rooms that decide and do nothing else. */
const pure = ['conversation', 'flow', 'directory', 'risk', 'triage', 'message', 'text', 'diagnostic'];
const notInPure = [/^hono/u, /^@hono\//u, /^kysely/u, /^node:/u, /^better-sqlite3$/u, /^pg$/u];

/** Where Node's own modules may be imported. */
const nodeRooms = [
  /^node\//u,
  /^cli(?:\/|\.ts)/u,
  /^store\/(?:sqlite|sqlite-file|sqlite-thread|sqlite-writer|postgres)\.ts$/u,
];

/** Packages that belong to one place. */
const homes: readonly { what: RegExp; where: RegExp[] }[] = [
  { what: /^cloudflare:/u, where: [/^worker(?:\/|\.ts)/u] },
  { what: /^nodemailer$/u, where: [/^alert\//u] },
  { what: /^@resvg\//u, where: [/^node\//u] },
  { what: /^undici$/u, where: [/^node\//u] },
  { what: /^xstate$/u, where: [/^conversation\//u, /^flow\//u] },
  { what: /^@line\/bot-sdk$/u, where: [/^line\//u] },
  { what: /^react/u, where: [/^console\/client\//u, /^talk\/client\//u] },
  { what: /^better-auth/u, where: [/^console\//u] },
];

const root = join(import.meta.dirname, '..', 'src');
const files = readdirSync(root, { recursive: true })
  .map(String)
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/u.test(name) && !name.endsWith('.d.ts') && !name.endsWith('.config.ts'));

const imports = new Map(files.map((file) => [file, importsOf(file)]));
const problems = [...files.flatMap(checkFile), ...circles()];
for (const problem of problems) console.error(problem);
console.log(`architecture: ${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const found = source.matchAll(
    /^(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gmu,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** A relative import as a path below `src/`. */
function target(file: string, specifier: string): string {
  return normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function floorOf(file: string): number {
  return floors.findIndex((rooms) => rooms.includes(roomOf(file)));
}

function checkFile(file: string): string[] {
  const floor = floorOf(file);
  if (floor < 0) return [`${file}: stands in no room of the house`];
  return (imports.get(file) ?? []).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return checkPackage(file, specifier);
    const to = target(file, specifier);
    if (floorOf(to) < floor && !to.startsWith('..')) return [`${file}: imports upward, ${to}`];
    const sameFloor = floorOf(to) === floor && roomOf(to) !== roomOf(file);
    // LINE, console, talk page and emulator are neighbors that do not know each other.
    return sameFloor && floor === 2 ? [`${file}: imports its neighbor ${to}`] : [];
  });
}

function checkPackage(file: string, specifier: string): string[] {
  const room = roomOf(file);
  if (pure.includes(room) && notInPure.some((pattern) => pattern.test(specifier)))
    return [`${file}: a pure room imports ${specifier}`];
  if (specifier.startsWith('node:')) {
    const allowed =
      nodeRooms.some((pattern) => pattern.test(file)) || (room === 'vault' && specifier === 'node:crypto');
    return allowed ? [] : [`${file}: imports ${specifier}`];
  }
  return homes
    .filter(({ what, where }) => what.test(specifier) && !where.some((pattern) => pattern.test(file)))
    .map(() => `${file}: ${specifier} has another home`);
}

/** Circles of imports, each reported once from its first file. Type-only imports count: a circle of types is one, too. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push(`circle: ${[...path.slice(at), file].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const specifier of imports.get(file) ?? [])
      if (specifier.startsWith('.')) visit(target(file, specifier), [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
