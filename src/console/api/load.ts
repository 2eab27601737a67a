import { type TalkRow, talk } from '../../store/queries/timeline.ts';
import { type Standing, scopeOf } from '../access.ts';
import type { ConsoleDeps } from '../deps.ts';
import type { Staff } from '../session.ts';

/** A consultation as one person may see it. Past ones stand as closed, whatever the resident does now. */
export type Loaded = { row: TalkRow; standing: Standing };

/** The only way from a consultation's id to its rows: undefined when it is not there or not theirs to see. */
export async function loadTalk(
  { store }: Pick<ConsoleDeps, 'store'>,
  staff: Staff,
  id: string,
): Promise<Loaded | undefined> {
  const [row] = await store.read(talk(store.sql, id, scopeOf(staff)));
  if (!row) return undefined;
  const past = row.current_id !== row.id || row.closed_at !== null;
  const standing = {
    state: past ? ('closed' as const) : row.state,
    owner: past ? null : row.owner,
    topic: row.topic,
    level: row.level,
  };
  return { row, standing };
}
