import type { DirectoryEntry } from './console/deps.ts';
import type { Flow, Triage } from './conversation/flow.ts';
import { windowCard } from './directory/card.ts';
import { loadHolidays } from './directory/holidays.ts';
import type { Definition, FlowFiles } from './flow/definition.ts';
import { type EmergencyCard, emergencyCard } from './flow/emergency.ts';
import { type LoadedFlow, loadFlow } from './flow/load.ts';
import type { Menus } from './flow/menu.ts';

/** `rule` as written; `file` from the project's folder, `line` from 1. `example`: a value made up for trying out. */
export type DeskSource = { rule: string; file: string; line: number; example: boolean };

/** The flow in force, with its directory. `reload` keeps the old one when the new one has errors. */
export type FlowHolder = {
  flow(): Flow;
  directory(now: number): DirectoryEntry[];
  /** Whom counselors call when a life is in danger; null where the city has written nothing. */
  emergency(now: number): EmergencyCard | null;
  /** What staff wrote of the desk's hours, and where. */
  deskSource(): DeskSource;
  /** Its rich menus; null where it has none. */
  menus(): Menus | null;
  example: boolean;
  reload(): LoadedFlow;
};

export type MakeTriage = (
  categories: { id: string; words: readonly string[]; examples: readonly string[] }[],
) => Triage;

/** Loads a flow from what `read` finds at that moment. A broken one comes back as its findings. */
export function openFlow(
  read: () => FlowFiles,
  folder: string,
  now: () => number,
  triage: MakeTriage,
): { holder: FlowHolder | null; loaded: LoadedFlow } {
  const holidays = loadHolidays();
  const load = () => loadFlow(read(), folder, { holidays, now: now(), triage });
  const loaded = load();
  if (!loaded.flow) return { holder: null, loaded };
  const served = ({ windows, definition, menus }: LoadedFlow, flow: Flow) => ({
    flow,
    windows,
    menus,
    emergency: definition?.emergency?.file ?? null,
    desk: deskSource(definition),
  });
  let current = served(loaded, loaded.flow);
  const directory = (at: number) =>
    current.windows.map((window) => ({ ...windowCard(window, at, 'ja'), categories: window.categories }));
  const holder: FlowHolder = {
    flow: () => current.flow,
    directory,
    deskSource: () => current.desk,
    emergency: (at) => current.emergency && emergencyCard(current.emergency, directory(at)),
    menus: () => current.menus,
    example: loaded.example,
    reload() {
      const next = load();
      if (next.flow) current = served(next, next.flow);
      return next;
    },
  };
  return { holder, loaded };
}

function deskSource(definition: Definition | null): DeskSource {
  if (!definition) return { rule: '', file: '', line: 1, example: false };
  const { hours, example } = definition.file.desk;
  const { file, line } = definition.source.at(['desk', 'hours'], { code: 'here', message: '' });
  return { rule: hours, file: `flows/${file}`, line, example };
}
