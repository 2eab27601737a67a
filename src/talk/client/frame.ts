import type { Welcome } from '../page.ts';
import { h } from './dom.ts';

/** What stands around every screen: the name of the service, the language, and the way out. */
export function frame(
  { service, language, languages, words }: Welcome,
  on: { leave(): void; language(chosen: string): void },
  main: HTMLElement,
): HTMLElement {
  document.documentElement.lang = language === 'easy' ? 'ja' : language;
  const choose = h(
    'select',
    {
      'aria-label': words.page_language,
      onchange: (event) => on.language((event.target as HTMLSelectElement).value),
    },
    ...languages.map(({ id, name }) => h('option', { value: id, selected: id === language }, name)),
  );
  return h(
    'div',
    { class: 'frame' },
    h(
      'header',
      {},
      h('h1', {}, service),
      languages.length > 1 && choose,
      h('button', { type: 'button', class: 'leave', onclick: () => on.leave() }, words.page_leave),
    ),
    main,
  );
}
