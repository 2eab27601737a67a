import { dayOf, fieldOf, h, instantOf, timeOf } from './dom.ts';
import { addPerson, type PhoneView, setClock } from './server.ts';

/** Instants worth trying: what the windows say changes with each. */
const presets: { label: string; at: string | null }[] = [
  { label: '今', at: null },
  { label: '平日 10:00', at: '2026-11-24T10:00' },
  { label: '日曜 10:00', at: '2026-11-22T10:00' },
  { label: '祝日 10:00', at: '2026-11-23T10:00' },
  { label: '午前2時', at: '2026-11-25T02:00' },
];

/** Beside the phone: who holds it, what time it is, and what the marks mean. */
export function createPanel(events: { choose: (name: string) => void; failed: (what: string) => void }) {
  const people = h('ul', { class: 'people', 'aria-label': '相談者' });
  const name = h('input', {
    id: 'new-person',
    maxlength: '30',
    autocomplete: 'off',
    placeholder: 'なまえ（例：さくら）',
  });
  const time = h('input', { id: 'clock', type: 'datetime-local', 'data-testid': 'clock' });
  const now = h('p', { class: 'now', 'data-testid': 'now' });

  const change = (at: number | null) => {
    setClock(at).catch(() => events.failed('時刻を変えられませんでした'));
  };
  const element = h(
    'div',
    { class: 'panel-inner' },
    h('h1', {}, '体験用のスマートフォン'),
    h(
      'p',
      { class: 'lead' },
      '相談者になって、LINEでのやりとりを試せます。本物のLINEにはつながっていません。',
    ),
    h('h2', {}, '時刻'),
    now,
    h(
      'div',
      { class: 'presets', role: 'group', 'aria-label': '時刻を選ぶ' },
      ...presets.map(({ label, at }) =>
        h('button', { type: 'button', onclick: () => change(at === null ? null : instantOf(at)) }, label),
      ),
    ),
    h('label', { for: 'clock' }, '日時を決める'),
    h(
      'form',
      {
        class: 'field-row',
        onsubmit: (event) => {
          event.preventDefault();
          if (time.value) change(instantOf(time.value));
        },
      },
      time,
      h('button', { type: 'submit' }, 'この時刻にする'),
    ),
    h('h2', {}, '相談者'),
    people,
    h('label', { for: 'new-person' }, '新しい相談者'),
    h(
      'form',
      {
        class: 'field-row',
        onsubmit: async (event) => {
          event.preventDefault();
          const wanted = name.value.trim();
          if (!wanted) return;
          try {
            await addPerson(wanted);
            name.value = '';
            events.choose(wanted);
          } catch {
            events.failed('相談者をふやせませんでした');
          }
        },
      },
      name,
      h('button', { type: 'submit' }, 'ふやす'),
    ),
    h('h2', {}, '開発する人へ'),
    h(
      'dl',
      { class: 'legend' },
      h('dt', {}, h('span', { class: 'via reply' }, '応答')),
      h('dd', {}, '応答トークンで届いたもの（無料）'),
      h('dt', {}, h('span', { class: 'via push' }, 'プッシュ')),
      h('dd', {}, 'プッシュで届いたもの（1回を1通と数える）'),
    ),
  );

  let listed = '';
  return {
    element,
    show(view: PhoneView, chosen: string, present: number): void {
      now.textContent = `${dayOf(present)} ${timeOf(present)}（日本時間）`;
      if (document.activeElement !== time) time.value = fieldOf(present);
      const as = JSON.stringify([view.people, chosen]);
      if (as === listed) return;
      listed = as;
      people.replaceChildren(
        ...view.people.map((person) =>
          h(
            'li',
            {},
            h(
              'button',
              {
                type: 'button',
                'aria-pressed': String(person.name === chosen),
                onclick: () => events.choose(person.name),
              },
              h('span', { class: 'who' }, person.name),
              h(
                'span',
                { class: 'last' },
                person.relation === 'blocked' ? 'ブロック中' : person.last || 'まだ話していません',
              ),
            ),
          ),
        ),
      );
    },
  };
}
