import { h, icon, paths } from './dom.ts';
import { pictureSample, voiceSample } from './samples.ts';
import type { Act } from './server.ts';

/** The row to write in, with a tray for what is not words. */
export function createComposer(act: (what: Act) => void) {
  const field = h('textarea', {
    rows: '1',
    placeholder: 'メッセージを入力',
    'aria-label': 'メッセージを入力',
    enterkeyhint: 'send',
    'data-testid': 'composer',
  });
  const send = h(
    'button',
    { type: 'submit', class: 'send', 'aria-label': '送信', 'data-testid': 'send', disabled: true },
    icon(paths.send, true),
  );
  const tray = h(
    'div',
    { class: 'tray', hidden: true, id: 'tray' },
    trayButton('スタンプ', paths.smile, () => act({ do: 'sticker' })),
    trayButton('写真', paths.picture, async () => act({ do: 'image', ...(await pictureSample()) })),
    trayButton('音声', paths.voice, () => act({ do: 'audio', ...voiceSample() })),
    trayButton('位置情報', paths.place, () => act({ do: 'location' })),
  );
  const more = h(
    'button',
    {
      type: 'button',
      class: 'round',
      'aria-label': '写真やスタンプを送る',
      'aria-expanded': 'false',
      'aria-controls': 'tray',
      onclick: () => openTray(tray.hidden === true),
    },
    icon(paths.plus),
  );

  function openTray(open: boolean): void {
    tray.hidden = !open;
    more.setAttribute('aria-expanded', String(open));
  }

  function trayButton(label: string, path: string, press: () => void): HTMLElement {
    return h(
      'button',
      {
        type: 'button',
        onclick: () => {
          openTray(false);
          press();
        },
      },
      icon(path),
      h('span', {}, label),
    );
  }

  function resize(): void {
    send.disabled = !field.value.trim();
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
  }

  function submit(): void {
    if (!field.value.trim()) return;
    act({ do: 'say', text: field.value });
    field.value = '';
    resize();
    field.focus();
  }

  field.addEventListener('input', resize);
  field.addEventListener('keydown', (event) => {
    // Enter while a Japanese conversion is open belongs to the conversion.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  const form = h(
    'form',
    {
      class: 'composer',
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    more,
    field,
    send,
  );
  return { element: h('div', { class: 'compose' }, form, tray), more };
}
