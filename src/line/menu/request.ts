import type { messagingApi } from '@line/bot-sdk';
import type { Which } from '../../conversation/menu.ts';
import type { MenuArea, Menus } from '../../flow/menu.ts';
import { telephoneUri } from '../../message/card.ts';
import { clip } from '../../message/clip.ts';
import { limits } from '../../message/limits.ts';
import { nameOf } from './name.ts';
import { drawMenu, layoutOf } from './picture.ts';

/** A menu as LINE takes it, with its picture still to be rendered. */
export type MenuRequest = { which: Which; svg: string; menu: messagingApi.RichMenuRequest };

/** Both menus of a flow, ready for LINE. A menu without buttons is left out. */
export async function menuRequests(menus: Menus): Promise<MenuRequest[]> {
  const both = (['everyday', 'talking'] as const).filter((which) => menus[which].length > 0);
  return Promise.all(both.map((which) => requestOf(menus, which)));
}

async function requestOf(menus: Menus, which: Which): Promise<MenuRequest> {
  const { width, height, areas } = layoutOf(menus, which);
  const menu = {
    size: { width, height },
    selected: true,
    chatBarText: inJapanese(menus.bar),
    areas: menus[which].flatMap((area, index) => {
      const bounds = areas[index];
      return bounds ? [{ bounds, action: actionOf(area) }] : [];
    }),
  };
  const svg = drawMenu(menus, which);
  const name = nameOf(which, await hashOf(JSON.stringify(menu) + svg));
  return { which, svg, menu: { name, ...menu } };
}

/**
 * The label is what screen readers say of an area. A tap shows in the talk as words of the resident, and to counselors, who
 * know it by what it brings along; a call shows nowhere.
 */
function actionOf({ label, does }: MenuArea): messagingApi.Action {
  const words = clip(inJapanese(label), limits.label);
  if ('call' in does) return { type: 'uri', label: words, uri: telephoneUri(does.call) ?? '' };
  return { type: 'postback', label: words, data: `${does.press}|${words}`, displayText: words };
}

function inJapanese(text: Readonly<Record<string, string>>): string {
  return (text.ja ?? Object.values(text)[0] ?? '').replaceAll('\n', '');
}

/** 12 hexadecimal digits of SHA-256: enough to tell one drawing from the next. */
async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
