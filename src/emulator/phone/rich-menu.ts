import { h } from './dom.ts';
import type { Press } from './flex.ts';
import { menuUrl, type PhoneView } from './server.ts';

type Menu = NonNullable<NonNullable<PhoneView['person']>['menu']>;
type Area = { bounds: Record<'x' | 'y' | 'width' | 'height', number>; action: Record<string, unknown> };

/** The picture under the talk with its areas, opened and closed by the bar that carries the menu's name. */
export function createRichMenu(press: Press) {
  const areas = h('div', { class: 'areas' });
  const bar = h('button', {
    type: 'button',
    class: 'menu-bar',
    'data-testid': 'menu-bar',
    onclick: () => open(areas.hidden === true),
  });
  const element = h('div', { class: 'rich-menu', hidden: true, 'data-testid': 'rich-menu' }, bar, areas);
  let shown = '';

  function open(isOpen: boolean): void {
    areas.hidden = !isOpen;
    bar.setAttribute('aria-expanded', String(isOpen));
  }

  function show(menu: Menu | null): void {
    const as = menu ? `${menu.id} ${menu.image}` : '';
    if (as === shown) return;
    shown = as;
    element.hidden = !menu;
    if (!menu) return;
    const definition = menu.definition as {
      size: { width: number; height: number };
      chatBarText: string;
      selected: boolean;
      areas: Area[];
    };
    const { width, height } = definition.size;
    bar.textContent = definition.chatBarText;
    areas.style.aspectRatio = `${width} / ${height}`;
    areas.replaceChildren(
      ...(menu.image ? [h('img', { src: menuUrl(menu.id), alt: '' })] : []),
      ...definition.areas.map(({ bounds, action }) => {
        const label = String(action.label ?? action.displayText ?? action.text ?? 'メニュー');
        const area = h(
          'button',
          { type: 'button', 'aria-label': label, onclick: () => press(action) },
          menu.image ? '' : label,
        );
        area.style.left = `${(bounds.x / width) * 100}%`;
        area.style.top = `${(bounds.y / height) * 100}%`;
        area.style.width = `${(bounds.width / width) * 100}%`;
        area.style.height = `${(bounds.height / height) * 100}%`;
        return area;
      }),
    );
    open(definition.selected);
  }

  return { element, show };
}
