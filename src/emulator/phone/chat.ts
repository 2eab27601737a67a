import { dayOf, h, icon, paths, timeOf } from './dom.ts';
import { drawButton, drawFlex, type Press } from './flex.ts';
import { contentUrl, type PhoneView } from './server.ts';

type Line = NonNullable<PhoneView['person']>['shown'][number];
type Fields = Record<string, unknown>;

export type ChatEvents = { press: Press; unsend: (id: string) => void };

/**
 * The talk: grows at the end and redraws only lines that changed, so that a reader's place, focus and scroll position stay.
 */
export function createChat(events: ChatEvents) {
  const log = h('div', {
    class: 'log',
    role: 'log',
    'aria-label': 'トーク',
    tabindex: '0',
    'data-testid': 'chat',
  });
  const rows = h('div');
  log.append(rows);
  const drawn = new Map<string, { element: HTMLElement; as: string }>();
  let owner = '';

  function show(person: string, account: string, lines: readonly Line[], typing: boolean): void {
    if (person !== owner) {
      owner = person;
      drawn.clear();
      rows.replaceChildren();
    }
    let added = false;
    for (const [index, line] of lines.entries()) {
      const before = lines[index - 1];
      const as = JSON.stringify([line, before && [nameOf(before, account), before.from, dayOf(before.at)]]);
      const known = drawn.get(line.id);
      if (known?.as === as) continue;
      const element = drawLine(line, before, account, events);
      if (known) known.element.replaceWith(element);
      else rows.append(element);
      drawn.set(line.id, { element, as });
      added ||= !known;
    }
    rows.querySelector('.typing')?.remove();
    if (typing) rows.append(typingDots());
    atEnd ||= added;
    follow();
  }

  // Choices, tray and menu take their room from the talk, pictures and fonts grow in it; who reads its end stays there.
  let atEnd = true;
  let room = 0;
  const follow = () => {
    room = log.clientHeight;
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
  log.addEventListener('scroll', () => {
    // A scroll that the changed room brought about says nothing of the reader.
    if (log.clientHeight === room) atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  });
  const observer = new ResizeObserver(follow);
  observer.observe(log);
  observer.observe(rows);

  return { element: log, show };
}

function drawLine(line: Line, before: Line | undefined, account: string, events: ChatEvents): HTMLElement {
  const day = dayOf(line.at);
  const separator = (!before || dayOf(before.at) !== day) && h('p', { class: 'day' }, h('span', {}, day));
  const message = line.message as Fields;
  if (line.unsent)
    return h(
      'div',
      { class: 'line' },
      separator,
      h('p', { class: 'notice', 'data-testid': 'unsent' }, 'メッセージの送信を取り消しました'),
    );
  const own = line.from === 'resident';
  const name = nameOf(line, account);
  const first =
    !before ||
    before.from !== line.from ||
    nameOf(before, account) !== name ||
    separator !== false ||
    before.unsent;
  const body = drawMessage(line, events.press);
  const meta = h(
    'div',
    { class: 'meta' },
    own && line.read && h('span', {}, '既読'),
    line.via &&
      h(
        'span',
        {
          class: `via ${line.via}`,
          title: line.via === 'reply' ? '応答メッセージ（無料）' : 'プッシュメッセージ（1通と数える）',
        },
        line.via === 'reply' ? '応答' : 'プッシュ',
      ),
    h('time', {}, timeOf(line.at)),
  );
  const wide = message.type === 'flex' || message.type === 'template';
  return h(
    'div',
    { class: 'line' },
    separator,
    h(
      'article',
      {
        class: `message ${own ? 'own' : 'theirs'}${first ? ' first' : ''}${wide ? ' wide' : ''}`,
        'aria-label': own ? '自分' : name,
        'data-testid': 'message',
        'data-from': own ? 'resident' : 'account',
        'data-speaker': own ? undefined : name,
      },
      !own && (first ? avatar(name, account) : h('span', { class: 'avatar-space' })),
      h(
        'div',
        { class: 'column' },
        !own && first && h('p', { class: 'speaker' }, name),
        h('div', { class: 'row' }, own && unsendButton(line, events), own && meta, body, !own && meta),
      ),
    ),
  );
}

/** LINE hides it behind a long press, which no keyboard has; here it shows on hover and focus, and always on touch. */
function unsendButton(line: Line, events: ChatEvents): HTMLElement | false {
  // What a tapped choice shows is no message of one's own, so it cannot be taken back.
  if (!(line.message as Fields).id) return false;
  const button = h(
    'button',
    {
      type: 'button',
      class: 'unsend',
      'aria-label': '送信取消',
      title: '送信取消',
      onclick: () => events.unsend(line.id),
    },
    icon('M6 6l12 12M18 6L6 18'),
  );
  return button;
}

function nameOf(line: Line, account: string): string {
  const sender = (line.message as Fields).sender as Fields | undefined;
  return line.from === 'account' ? String(sender?.name ?? account) : '';
}

/** Drawn here for each speaker: pictures of senders may lie elsewhere, and this page asks nobody else for anything. */
export function avatar(name: string, account: string): HTMLElement {
  const human = name !== account && /相談員|スタッフ/u.test(name);
  return h(
    'span',
    { class: `avatar ${human ? 'human' : 'bot'}`, 'aria-hidden': 'true' },
    icon(human ? paths.person : paths.house),
  );
}

function drawMessage(line: Line, press: Press): HTMLElement {
  const message = line.message as Fields;
  switch (message.type) {
    case 'text':
    case 'textV2':
      return h('div', { class: 'bubble' }, ...linkify(String(message.text)));
    case 'flex':
      return drawFlex(message.contents as Fields, press);
    case 'template':
      return drawTemplate(message.template as Fields, press);
    case 'sticker':
      return h('div', { class: 'sticker', role: 'img', 'aria-label': 'スタンプ' }, icon(paths.smile));
    case 'image':
      return h('img', { class: 'picture', alt: '送った画像', src: contentUrl(line.id), loading: 'lazy' });
    case 'audio':
      return h('audio', {
        class: 'voice',
        controls: true,
        src: contentUrl(line.id),
        'aria-label': '送った音声',
      });
    case 'location':
      return h('div', { class: 'bubble place' }, icon(paths.place), '位置情報');
    default:
      return h('div', { class: 'bubble' }, `［${String(message.type)}］`);
  }
}

function drawTemplate(template: Fields, press: Press): HTMLElement {
  const columns = Array.isArray(template.columns) ? (template.columns as Fields[]) : [template];
  const cards = columns.map((column) =>
    h(
      'div',
      { class: 'flex-bubble size-kilo template' },
      typeof column.title === 'string' && h('p', { class: 'template-title' }, column.title),
      typeof column.text === 'string' && h('p', { class: 'template-text' }, column.text),
      ...(Array.isArray(column.actions) ? (column.actions as Fields[]) : []).map((action) =>
        drawButton(action, press, 'flex-button link'),
      ),
    ),
  );
  return cards.length === 1 && cards[0]
    ? cards[0]
    : h('ul', { class: 'carousel', tabindex: '0' }, ...cards.map((card) => h('li', {}, card)));
}

/** As LINE does, makes web addresses and telephone numbers in a text tappable; the words themselves stay as they are. */
function linkify(text: string): (Node | string)[] {
  return text
    .split(/(https?:\/\/[^\s「」（）]+)/u)
    .map((part) =>
      /^https?:/u.test(part) ? h('a', { href: part, target: '_blank', rel: 'noreferrer' }, part) : part,
    );
}

function typingDots(): HTMLElement {
  return h(
    'div',
    { class: 'typing', role: 'img', 'aria-label': '入力中', 'data-testid': 'typing' },
    ...[0, 1, 2].map(() => h('span', {})),
  );
}
