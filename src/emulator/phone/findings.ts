import { h } from './dom.ts';
import type { PhoneView } from './server.ts';

type Preview = NonNullable<PhoneView['preview']>;

/**
 * Lies over the phone while the flow that is being written has a mistake, so that nobody takes the old talk for the new one.
 * It goes by itself when a mended file is saved; whoever wants to look at the old talk meanwhile puts it aside.
 */
export function createFindings(mended: () => void) {
  const list = h('ul', { class: 'mistakes' });
  const title = h('h2', { id: 'findings-title' });
  const element = h(
    'section',
    {
      class: 'findings',
      role: 'alert',
      'aria-labelledby': 'findings-title',
      'data-testid': 'findings',
      hidden: true,
    },
    title,
    h(
      'p',
      {},
      '直して保存すると、この画面は消えて、新しい会話になります。それまでは、前の会話のまま動きます。',
    ),
    list,
    h(
      'button',
      {
        type: 'button',
        onclick: () => {
          element.hidden = true;
        },
      },
      '前の会話を見る',
    ),
  );
  let drawn = '';
  return {
    element,
    show(preview: Preview | null): void {
      const as = JSON.stringify(preview?.findings ?? []);
      if (as === drawn) return;
      const wasBroken = drawn.length > 2;
      drawn = as;
      element.hidden = !preview || preview.ok;
      title.textContent = `会話のファイルに誤りがあります（${preview?.findings.length ?? 0}件）`;
      list.replaceChildren(...(preview?.findings ?? []).map(itemOf));
      if (wasBroken && element.hidden) mended();
    },
  };
}

function itemOf({
  place,
  code,
  message,
  suggestion,
  line: [before, wrong, after],
}: Preview['findings'][number]) {
  return h(
    'li',
    { class: 'mistake' },
    h('p', { class: 'place' }, `${place} [${code}]`),
    h('pre', {}, before.trimStart(), h('mark', {}, wrong), after),
    h('p', {}, message, suggestion !== undefined && ` もしかして: ${suggestion}`),
  );
}
