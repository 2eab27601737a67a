import type { Card, Words } from '../page.ts';
import { h } from './dom.ts';

/** One window to call: what it is, whether it is open, and a button that dials. */
export function card(window: Card, words: Words): HTMLElement {
  const state = window.stateText || window.hours;
  return h(
    'div',
    { class: 'card' },
    h('p', { class: 'name' }, window.name),
    window.about && h('p', {}, window.about),
    state && h('p', { class: `state ${window.state}` }, state),
    window.note && h('p', { class: 'soft' }, window.note),
    window.phone &&
      (window.tel
        ? h(
            'a',
            { class: 'call', href: window.tel },
            `${words.page_call} `,
            h('span', { class: 'number' }, window.phone),
          )
        : h('p', {}, window.phone)),
    window.address && h('p', { class: 'soft' }, window.address),
  );
}

/** The numbers to call, folded away while they are not needed. */
export function lines(cards: readonly Card[], words: Words, open: boolean): HTMLElement {
  return h(
    'details',
    { class: 'lines', open },
    h('summary', {}, words.page_lines),
    ...cards.map((one) => card(one, words)),
  );
}
