import type { Welcome } from '../page.ts';
import { h } from './dom.ts';
import { lines } from './lines.ts';

/** Before the talk: one tap opens it. A preview that runs scripts does not tap, so it uses nothing up. */
export function openScreen({ words, lines: cards }: Welcome, open: () => Promise<void>): HTMLElement {
  const button = h('button', { type: 'button', class: 'main' }, words.page_open_button);
  button.addEventListener('click', async () => {
    button.disabled = true;
    await open();
    button.disabled = false;
  });
  return h(
    'main',
    { class: 'screen' },
    h('p', {}, words.page_open),
    button,
    h('p', { class: 'soft' }, words.page_open_note),
    lines(cards, words, true),
  );
}

/** Nothing to open, or nothing any more: what helps now. */
export function plainScreen({ words, lines: cards }: Welcome, text: string): HTMLElement {
  const paragraphs = text.split('\n\n').map((paragraph) => h('p', {}, paragraph));
  return h(
    'main',
    { class: 'screen' },
    h('div', { role: 'status' }, ...paragraphs),
    lines(cards, words, true),
  );
}
