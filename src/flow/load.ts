import type { Flow, Text, Triage } from '../conversation/flow.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { japanTime } from '../directory/calendar.ts';
import type { Holidays } from '../directory/holidays.ts';
import { compileHours, type Schedule } from '../directory/hours.ts';
import { loadDirectory } from '../directory/load.ts';
import { findWindows } from '../directory/match.ts';
import type { Window } from '../directory/window.ts';
import { hoursInWords } from '../directory/words.ts';
import { checkDefinition } from './check/check.ts';
import { compileFlow } from './compile.ts';
import { type Definition, type FlowFiles, filesOf, readDefinition } from './definition.ts';
import { deskClock } from './desk.ts';
import { type Menus, menusOf } from './menu.ts';

export type LoadDeps = {
  holidays: Holidays;
  /** For what is stale, ms. */
  now: number;
  /** Makes the sorter of free text from the flow's categories. */
  triage(categories: { id: string; words: readonly string[]; examples: readonly string[] }[]): Triage;
};

/** A flow ready to serve, and what a view of the directory needs; `flow` is null while any diagnostic is an error. */
export type LoadedFlow = {
  flow: Flow | null;
  definition: Definition | null;
  windows: Window[];
  /** The rich menus; null where the flow has none, or is broken. */
  menus: Menus | null;
  diagnostics: Diagnostic[];
  /** 例 values are in use: only a trial or the demo may serve them (DESIGN 8). */
  example: boolean;
};

/** Reads, checks and compiles one municipality's folder: `ise`. Every finding at once, sorted as they stand in the files. */
export function loadFlow(files: FlowFiles, folder: string, deps: LoadDeps): LoadedFlow {
  const { definition, diagnostics } = readDefinition(files, folder);
  const paths = [`${folder}/windows.yaml`, 'common/windows.yaml'].filter((path) => files.has(path));
  const directory = loadDirectory(
    paths.map((file) => ({ file, text: files.get(file) ?? '' })),
    {
      holidays: deps.holidays,
      today: japanTime(deps.now).day,
      ...(definition ? { categories: Object.keys(definition.file.categories) } : {}),
    },
  );
  if (!definition)
    return {
      flow: null,
      definition,
      windows: [],
      menus: null,
      diagnostics: [...diagnostics, ...directory.diagnostics],
      example: false,
    };
  const found = [
    ...diagnostics,
    ...directory.diagnostics,
    ...checkDefinition(definition, {
      windows: directory.windows,
      ids: directory.ids,
      whole: directory.whole,
      holidays: deps.holidays,
      now: deps.now,
    }),
  ].sort(byPlace);
  const desk = compileHours(definition.file.desk.hours, deps.holidays);
  const failed = !desk.ok || found.some(({ severity }) => severity === 'error');
  const { windows } = directory;
  const example = definition.file.desk.example || windows.some((window) => window.example);
  if (failed) return { flow: null, definition, windows, menus: null, diagnostics: found, example };
  const flow = compileFlow(
    definition,
    {
      windows: withinMinute((query, now, language, offset) =>
        findWindows(windows, query, now, language, offset),
      ),
      clock: deskClock(desk.schedule, definition.file.desk.capacity),
      hoursText: hoursTexts(desk.schedule, definition.file.languages),
      triage: deps.triage(
        Object.entries(definition.file.categories).map(([id, { words, examples }]) => ({
          id,
          words,
          examples,
        })),
      ),
    },
    hashOf(files, folder),
  );
  return { flow, definition, windows, menus: menusOf(definition, windows), diagnostics: found, example };
}

/** So many lists are kept at once; answers that residents typed can narrow one, and nobody's shall stay. */
const MOST_LISTS = 200;

/** Hours are given in minutes: whoever asks the same within one gets the same list. */
function withinMinute(find: Flow['windows']): Flow['windows'] {
  const lists = new Map<string, ReturnType<typeof find>>();
  let minute = 0;
  return (query, now, language, offset) => {
    const current = Math.floor(now / 60_000);
    if (current !== minute || lists.size >= MOST_LISTS) lists.clear();
    minute = current;
    const key = JSON.stringify([query, language, offset]);
    const list = lists.get(key) ?? find(query, now, language, offset);
    lists.set(key, list);
    return list;
  };
}

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;

const hoursTexts = (schedule: Schedule, languages: readonly string[]): Text =>
  Object.fromEntries(languages.map((language) => [language, hoursInWords(schedule, language)]));

/** Names the content of a flow: 53 bits of the YAML it is made of (FNV-1a twice over). Not a secret, not a proof. */
function hashOf(files: FlowFiles, folder: string): string {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (const [path, text] of filesOf(files, folder)) {
    if (!path.endsWith('.yaml') || path.endsWith('.test.yaml')) continue;
    for (const unit of `${path}\n${text}`) {
      const code = unit.codePointAt(0) ?? 0;
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x85ebca6b);
    }
  }
  return ((high >>> 11) * 2 ** 32 + (low >>> 0)).toString(36);
}
