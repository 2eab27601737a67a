import { menusForStaff } from '../../src/cli/open.ts';
import type { Menus } from '../../src/flow/menu.ts';

/** The menus of a real flow: `ise`. */
export function menusOfTown(town: string): Menus {
  const menus = menusForStaff(`flows/${town}`);
  if (!menus) throw new Error(`${town} has no menu`);
  return menus;
}
