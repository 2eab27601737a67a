import type { DirectoryEntry } from './console/deps.ts';
import type { Flow, Triage } from './conversation/flow.ts';
import { windowCard } from './directory/card.ts';
import { loadHolidays } from './directory/holidays.ts';
import type { FlowFiles } from './flow/definition.ts';
import { type EmergencyCard, emergencyCard } from './flow/emergency.ts';
import { type LoadedFlow, loadFlow } from './flow/load.ts';

/** The flow in force, with its directory. `reload` keeps the old one when the new one has errors. */
export type FlowHolder = {
  flow(): Flow;
  directory(now: number): DirectoryEntry[];
  /** Whom counselors call when a life is in danger; null where the city has written nothing. */
  emergency(now: number): EmergencyCard | null;
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
  const served = ({ windows, definition }: LoadedFlow, flow: Flow) => ({
    flow,
    windows,
    emergency: definition?.emergency?.file ?? null,
  });
  let current = served(loaded, loaded.flow);
  const directory = (at: number) =>
    current.windows.map((window) => ({ ...windowCard(window, at, 'ja'), categories: window.categories }));
  const holder: FlowHolder = {
    flow: () => current.flow,
    directory,
    emergency: (at) => current.emergency && emergencyCard(current.emergency, directory(at)),
    example: loaded.example,
    reload() {
      const next = load();
      if (next.flow) current = served(next, next.flow);
      return next;
    },
  };
  return { holder, loaded };
}
