import type { Which } from '../../conversation/menu.ts';

const mark = 'madoguchi';

/** Menus of ours are known by their name, which residents never see. `hash` stands for all that is in it. */
export const nameOf = (which: Which, hash: string): string => `${mark}:${which}:${hash}`;

/** Which menu it is that `line setup` made; null for menus that others made. */
export function madeByUs(name: string): Which | null {
  const [own, which] = name.split(':');
  return own === mark && (which === 'everyday' || which === 'talking') ? which : null;
}
