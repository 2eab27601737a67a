import type { Which } from '../../conversation/menu.ts';
import type { Answer, LineClient } from '../client.ts';
import { madeByUs } from './name.ts';

/** Shows one resident one of the menus; for `talking`, the one that `line setup` installed. */
export type ShowMenu = (userId: string, which: Which) => Promise<Answer<unknown>>;

/**
 * The talking menu is looked up by its name each time, at LINE: take-overs are rare, nothing has to be kept in step between
 * `line setup` (run from any machine) and the service, and it is the same on Workers. Where none is installed nothing is done.
 * Without a link of their own residents see the account's default, the everyday menu.
 */
export function createShowMenu(line: LineClient['menu']): ShowMenu {
  return async (userId, which) => {
    if (which === 'everyday') return line.unlink(userId);
    const listed = await line.list();
    if (!listed.ok) return listed;
    const talking = listed.value.richmenus.find(({ name }) => madeByUs(name) === 'talking');
    return talking ? line.link(userId, talking.richMenuId) : { ok: true, value: undefined };
  };
}
