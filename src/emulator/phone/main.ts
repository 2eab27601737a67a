import { createChat } from './chat.ts';
import { createComposer } from './composer.ts';
import { h, icon, paths, timeOf } from './dom.ts';
import { createFindings } from './findings.ts';
import { createPanel } from './panel.ts';
import { createRichMenu } from './rich-menu.ts';
import { type Act, act, addPerson, fetchState, nextVersion, type PhoneView } from './server.ts';

const find = <E extends Element>(selector: string): E => {
  const found = document.querySelector<E>(selector);
  if (!found) throw new Error(`${selector} is missing from the page`);
  return found;
};

const phone = find<HTMLElement>('.phone');
const side = find<HTMLElement>('.panel');
const toast = h('div', { class: 'toast', role: 'status', 'data-testid': 'toast', hidden: true });

/** Who holds the phone; the address remembers it across reloads. */
let chosen = decodeURIComponent(location.hash.slice(1));
let view: PhoneView | undefined;
/** Between the server's clock, which may stand anywhere, and this machine's. */
let ahead = 0;
const present = () => Date.now() + ahead;

let fading: ReturnType<typeof setTimeout> | undefined;
function tell(words: string): void {
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => {
    toast.hidden = true;
  }, 5_000);
}

async function perform(what: Act): Promise<void> {
  try {
    const status = await act(chosen, what);
    const expected = what.do !== 'press' || (what.action as { type?: string }).type !== 'uri';
    if (expected && (status === null || status >= 300))
      tell(`窓口のサーバーが受け取れませんでした（${status ?? '応答なし'}）`);
  } catch {
    tell('送れませんでした。もう一度お試しください。');
  }
}

function press(action: Record<string, unknown>): void {
  const uri = String(action.uri ?? '');
  if (action.type !== 'uri') void perform({ do: 'press', action });
  else if (uri.startsWith('tel:'))
    tell(`ここで ${decodeURIComponent(uri.slice(4))} に電話がかかります（体験用なので、かかりません）`);
}

const chat = createChat({
  press,
  unsend: (id) => {
    if (confirm('このメッセージの送信を取り消しますか？')) void perform({ do: 'unsend', id });
  },
});
const composer = createComposer(perform);
const menu = createRichMenu(press);
const panel = createPanel({ choose, failed: tell });

const findings = createFindings(() => tell('直った会話に切りかわりました。'));

const clock = h('time', { 'aria-label': '端末の時刻' });
const title = h('h2', { class: 'title' });
const choices = h('div', {
  class: 'choices',
  role: 'group',
  'aria-label': '返事をえらぶ',
  'data-testid': 'choices',
});
const relation = h('div', { class: 'relation', hidden: true });
const friendMenu = h(
  'div',
  { class: 'popover', id: 'friend-menu', popover: 'auto' },
  h(
    'button',
    {
      type: 'button',
      'data-testid': 'block',
      onclick: () => {
        closeMenu();
        void perform({ do: 'block' });
      },
    },
    'ブロックする',
  ),
);
const closeMenu = () => friendMenu.hidePopover();

phone.append(
  h('div', { class: 'status', 'aria-hidden': 'true' }, clock, h('span', { class: 'signal' })),
  h(
    'header',
    { class: 'bar' },
    h(
      'button',
      {
        type: 'button',
        class: 'round only-narrow',
        'aria-label': '体験の操作をひらく',
        'data-testid': 'open-panel',
        onclick: () => openPanel(true),
      },
      icon(paths.clock),
    ),
    title,
    h(
      'button',
      { type: 'button', class: 'round', 'aria-label': 'このアカウントの設定', popovertarget: 'friend-menu' },
      icon(paths.menu),
    ),
    friendMenu,
  ),
  relation,
  chat.element,
  choices,
  composer.element,
  menu.element,
  findings.element,
  toast,
);
side.append(
  h('button', { type: 'button', class: 'close only-narrow', onclick: () => openPanel(false) }, '閉じる'),
  panel.element,
);

function openPanel(open: boolean): void {
  side.classList.toggle('open', open);
  (open ? side.querySelector<HTMLElement>('.close') : find<HTMLElement>('[data-testid=open-panel]'))?.focus();
}
side.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') openPanel(false);
});

function choose(name: string): void {
  chosen = name;
  history.replaceState(null, '', `#${encodeURIComponent(name)}`);
  side.classList.remove('open');
  void refresh();
}

let drawnChoices = '';
function drawChoices(): void {
  const last = view?.person?.shown.at(-1);
  const quick =
    last?.from === 'account'
      ? (last.message.quickReply as { items?: { action: Record<string, unknown> }[] })
      : undefined;
  const items = view?.person?.relation === 'blocked' ? [] : (quick?.items ?? []);
  const as = JSON.stringify([last?.id, items]);
  if (as === drawnChoices) return;
  drawnChoices = as;
  choices.replaceChildren(
    ...items.map(({ action }) =>
      h('button', { type: 'button', onclick: () => press(action) }, String(action.label)),
    ),
  );
  choices.scrollLeft = 0;
}

function drawRelation(): void {
  const state = view?.person?.relation;
  relation.hidden = state === undefined || state === 'friend';
  composer.element.classList.toggle('off', state === 'blocked');
  composer.element.inert = state === 'blocked';
  friendMenu.querySelector('button')?.toggleAttribute('disabled', state !== 'friend');
  if (relation.dataset.state === state) return;
  relation.dataset.state = state;
  relation.replaceChildren(
    h(
      'span',
      {},
      state === 'blocked' ? 'ブロックしています。メッセージは届きません。' : '友だちに追加されていません',
    ),
    h(
      'button',
      { type: 'button', 'data-testid': 'follow', onclick: () => perform({ do: 'follow' }) },
      state === 'blocked' ? 'ブロック解除' : '友だち追加',
    ),
  );
}

function draw(): void {
  if (!view) return;
  const { person, account } = view;
  clock.textContent = timeOf(present());
  title.textContent = account.name;
  panel.show(view, chosen, present());
  findings.show(view.preview);
  if (!person) return;
  chat.show(person.name, account.name, person.shown, person.typingUntil > present());
  drawRelation();
  drawChoices();
  menu.show(person.menu);
}

async function refresh(): Promise<void> {
  view = await fetchState(chosen || undefined);
  ahead = view.now - Date.now();
  if (!view.person) {
    const first = view.people.find(({ name }) => name === chosen) ?? view.people[0];
    if (first) return choose(first.name);
    await addPerson('相談者A');
    return choose('相談者A');
  }
  draw();
}

/** Follows the emulator for as long as the page is open; after a break it tries again every two seconds. */
async function follow(): Promise<void> {
  for (;;) {
    try {
      const version = view?.version ?? -1;
      if ((await nextVersion(version)) > version || !view) await refresh();
      document.body.classList.remove('offline');
    } catch {
      document.body.classList.add('offline');
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

setInterval(draw, 1_000);
void follow();
