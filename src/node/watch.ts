import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps; so long after the last of them it is looked at once. */
const SETTLED_MS = 150;

/**
 * Calls `saved` whenever a file of the flows folder was saved, until stopped. Folders are watched, not files: many editors
 * save by putting a new file in the old one's place, and Node's recursive watching loses those on Linux.
 */
export function watchFlows(root: string, saved: () => void): () => void {
  const flows = join(root, 'flows');
  const folders = readdirSync(flows, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  let timer: NodeJS.Timeout | undefined;
  const watchers = folders.map(({ name: folder }) =>
    watch(join(flows, folder), (_, name) => {
      if (name && !/\.(?:yaml|model)$/u.test(name)) return;
      clearTimeout(timer);
      timer = setTimeout(saved, SETTLED_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
