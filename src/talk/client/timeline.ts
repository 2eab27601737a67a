import type { Item, State, Words } from '../page.ts';
import { h } from './dom.ts';
import { card } from './lines.ts';
import type { Unsent } from './memory.ts';

const time = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  hour: 'numeric',
  minute: '2-digit',
});

/**
 * The talk, oldest first. It is added to and seldom replaced, so that a screen reader reads what is new, and whoever has
 * scrolled up stays there.
 */
export function createTimeline(words: Words) {
  const list = h('ol', { class: 'talk' });
  const waiting = h('ol', { class: 'talk unsent' });
  const element = h(
    'section',
    { class: 'scroll', tabindex: '0', 'aria-label': words.page_timeline },
    h('div', { role: 'log', 'aria-label': words.page_timeline }, list),
    waiting,
  );
  const known = new Set<string>();
  const arrived = new Set<string>();
  /** Safe with the server, and not yet among what it tells of the talk; with how often it has told since. */
  const sent = new Map<string, { unsent: Unsent; told: number }>();
  const who = { resident: words.page_you, bot: words.page_bot, counselor: words.page_counselor };

  function bubble({ who: speaker, at, body }: Pick<Item, 'who' | 'at' | 'body'>, mark?: string): HTMLElement {
    const content =
      body.kind === 'windows'
        ? body.cards.map((one) => card(one, words))
        : [
            h(
              'p',
              body.kind === 'text' ? {} : { class: 'soft' },
              body.kind === 'text'
                ? body.text
                : body.kind === 'media'
                  ? words.page_media
                  : words.page_taken_back,
            ),
          ];
    return h(
      'li',
      { class: speaker },
      h('p', { class: 'who' }, who[speaker], ' ', h('time', {}, time.format(at)), mark && ` ${mark}`),
      h('div', { class: 'bubble' }, ...content),
    );
  }

  /** True while the newest line is in sight. */
  const atEnd = () => element.scrollHeight - element.scrollTop - element.clientHeight < 80;
  const toEnd = () => element.scrollTo({ top: element.scrollHeight });
  let following = true;
  element.addEventListener('scroll', () => {
    following = atEnd();
  });
  // The keyboard, buttons and notices take room from below.
  new ResizeObserver(() => {
    if (following) toEnd();
  }).observe(element);

  return {
    element,
    update({ from, items }: Pick<State, 'from' | 'items'>) {
      const follow = atEnd() || known.size === 0;
      if (from === 0) {
        list.replaceChildren();
        known.clear();
      }
      for (const item of items) {
        if (known.has(item.key)) continue;
        known.add(item.key);
        if (item.id) arrived.add(item.id);
        list.append(bubble(item));
      }
      for (const [id, one] of sent) {
        // The first telling may have been on its way before; what the second leaves out is not part of the talk.
        one.told += 1;
        if (arrived.has(id) || one.told > 1) sent.delete(id);
      }
      if (follow) toEnd();
    },
    /** It is safe: its line stays, without its mark, until the server's own takes its place. */
    sent(unsent: Unsent) {
      if (!arrived.has(unsent.id)) sent.set(unsent.id, { unsent, told: 0 });
    },
    unsent(queue: readonly Unsent[]) {
      const follow = atEnd();
      const line = ({ label, at }: Unsent, mark?: string) =>
        bubble({ who: 'resident', at, body: { kind: 'text', text: label } }, mark);
      waiting.replaceChildren(
        ...[...sent.values()].map(({ unsent }) => line(unsent)),
        ...queue.filter(({ id }) => !arrived.has(id)).map((one) => line(one, words.page_unsent)),
      );
      if (follow) toEnd();
    },
    toEnd,
  };
}

export type Timeline = ReturnType<typeof createTimeline>;
