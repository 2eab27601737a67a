import type { Text } from '../conversation/flow.ts';
import type { Window } from '../directory/window.ts';
import type { Definition } from './definition.ts';
import type { FlowFile } from './schema.ts';

type AreaFile = NonNullable<FlowFile['menu']>['everyday'][number];

/** The pictures that a menu's button may carry. */
export type MenuIcon = AreaFile['icon'];

/** One button: what stands on it, and what a tap does. `press` is what the tap of a choice carries (`conversation/choice`). */
export type MenuArea = {
  label: Text;
  icon: MenuIcon;
  does: { press: string } | { call: string; name: Text };
};

/** The rich menus of a flow: the everyday one, and the one while a counselor has the talk. Labels in all variants. */
export type Menus = { bar: Text; everyday: MenuArea[]; talking: MenuArea[] };

/** The menus as staff wrote them, with the telephones of the windows they call; null when the flow has none. */
export function menusOf({ file }: Definition, windows: readonly Window[]): Menus | null {
  const { menu, lines, languages, desk } = file;
  if (!menu) return null;
  const first = languages[0] ?? 'ja';
  const text = (value: string | Text): Text => (typeof value === 'string' ? { [first]: value } : value);
  const area = ({ label, icon, go, word, call }: AreaFile): MenuArea[] => {
    const window = windows.find(({ id }) => id === call);
    if (call !== undefined)
      return window?.phone
        ? [{ label: text(label), icon, does: { call: window.phone, name: text(window.name) } }]
        : [];
    return [{ label: text(label), icon, does: { press: go === undefined ? `word|${word}` : `step|${go}` } }];
  };
  return {
    bar: text(menu.bar),
    everyday: menu.everyday.flatMap(area),
    // For talks on the page there is none; where one was installed before, `line setup` takes it away from everybody.
    talking: desk.talk === 'web' ? [] : (menu.talking ?? usualTalking(lines)).flatMap(area),
  };
}

/** While a counselor has the talk the bot is silent: what helps is a telephone, and a way to say that it is enough. */
function usualTalking(lines: readonly string[]): AreaFile[] {
  return [
    ...lines
      .slice(0, 1)
      .map((call): AreaFile => ({ label: { ja: 'いますぐ電話', en: 'Call now' }, icon: 'phone', call })),
    { label: { ja: '相談を終わりたい', en: 'End the talk' }, icon: 'close', word: 'quit' },
  ];
}
