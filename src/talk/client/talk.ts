import { type Done, LONGEST_TEXT, type State, type Welcome } from '../page.ts';
import { api } from './api.ts';
import { h, show } from './dom.ts';
import { lines } from './lines.ts';
import type { Memory, Unsent } from './memory.ts';
import { createQueue } from './queue.ts';
import { createTimeline } from './timeline.ts';

/** After a failure the state is asked for again this soon, then later and later. */
const AGAIN_MS = 1_000;
const SLOWEST_MS = 30_000;

export type TalkScreen = {
  element: HTMLElement;
  /** The guide is to speak another language from now on; a counselor is not interrupted for it. */
  speak(language: string, name: string): void;
  stop(): void;
};

/** The talk itself: who speaks, what waits, what can be tapped, and the field to write in. */
export function talkScreen(
  { words, lines: cards, language }: Welcome,
  memory: Memory,
  on: { closed(): void; deleted(ended: NonNullable<Done['ended']>): void },
): TalkScreen {
  const timeline = createTimeline(words);
  const status = h('p', { class: 'status', role: 'status' });
  const desk = h('p', { class: 'soft' });
  const trouble = h('p', { class: 'trouble', role: 'status' });
  const choices = h('div', { class: 'choices' });
  const stopping = new AbortController();
  let withCounselor = false;
  /** The yes to deleting has been tapped: when the page ends and the answer was lost, that is why. */
  let deleting = false;
  /** 「データを消す」 of this page is on its way. */
  let deletingHere = false;
  let over = false;
  const end = (ended?: Done['ended']) => {
    if (over) return;
    over = true;
    if (!ended && !deleting) return on.closed();
    memory.forget();
    on.deleted(ended ?? 'deleted');
  };

  const queue = createQueue({
    memory,
    send: (unsent) =>
      'text' in unsent ? api.send(unsent.id, unsent.text) : api.choose(unsent.id, unsent.data),
    changed(why) {
      timeline.unsent(memory.unsent);
      tell('queue', why === 'too-many' ? words.page_too_many : why === 'later' ? words.page_kept : '');
    },
    sent(unsent, { ended }) {
      timeline.sent(unsent);
      deleting = false;
      if (ended) end(ended);
    },
    closed: end,
  });

  const troubles = { queue: '', network: '' };
  function tell(about: keyof typeof troubles, text: string) {
    troubles[about] = text;
    show(trouble, [troubles.network, troubles.queue].filter(Boolean).join(' '));
  }

  const send = (what: { text: string } | { data: string; label: string }) => {
    const label = 'text' in what ? what.text : what.label;
    queue.add({ id: crypto.randomUUID(), at: Date.now(), ...what, label } as Unsent);
    timeline.toEnd();
  };

  function update(state: State) {
    timeline.update(state);
    timeline.unsent(memory.unsent);
    show(status, state.status);
    show(desk, state.desk);
    choices.replaceChildren(
      ...state.choices.map(({ label, data }) =>
        h('button', { type: 'button', onclick: () => choose(label, data) }, label),
      ),
    );
    withCounselor = state.state === 'human';
  }
  const choose = (label: string, data: string) => {
    choices.replaceChildren();
    deleting = data === 'delete|yes';
    send({ data, label });
    field.focus();
  };

  async function follow() {
    let seen = { talk: '', version: 0 };
    let pause = 0;
    while (!stopping.signal.aborted) {
      // A page that nobody looks at tells nobody that it was read.
      await visible(stopping.signal);
      const wait = pause > 0 || seen.version === 0 ? 0 : 25;
      const answer = await api.state({ ...seen, language }, wait, stopping.signal);
      if (stopping.signal.aborted) return;
      if (answer.ok) {
        pause = 0;
        tell('network', '');
        queue.run();
        seen = { talk: answer.value.talk, version: answer.value.version };
        update(answer.value);
        continue;
      }
      if (answer.why === 'closed') {
        // What was just sent may be what ended the page; its own answer says so.
        await queue.settled();
        return deletingHere ? undefined : end();
      }
      if (answer.why !== 'too-many') tell('network', words.page_offline);
      pause = Math.min(Math.max(AGAIN_MS, pause * 2), SLOWEST_MS);
      await rest(pause, stopping.signal);
    }
  }

  const field = h('textarea', {
    id: 'write',
    rows: '2',
    maxlength: String(LONGEST_TEXT),
    placeholder: words.page_write,
    autocomplete: 'off',
    oninput: () => {
      memory.draft = field.value;
    },
    onkeydown: (event) => {
      const { key, ctrlKey, metaKey } = event as KeyboardEvent;
      if (key === 'Enter' && (ctrlKey || metaKey)) write();
    },
  });
  field.value = memory.draft;
  const write = () => {
    const text = field.value.trim();
    if (!text) return;
    send({ text });
    field.value = '';
    memory.draft = '';
  };

  const ask = deletion(words, async () => {
    queue.stop();
    memory.forget();
    deletingHere = true;
    const id = crypto.randomUUID();
    for (let tries = 0; ; tries++) {
      const answer = await api.erase(id);
      // The answer may have been lost after the deed: then the talk is gone at the next try.
      if (answer.ok) return end(answer.value.ended ?? 'deleted');
      if (answer.why === 'closed') return end(tries > 0 ? 'deleted' : undefined);
      tell('network', words.page_offline);
      await rest(AGAIN_MS * 2, stopping.signal);
    }
  });

  const element = h(
    'main',
    { class: 'talking' },
    h(
      'div',
      { class: 'top' },
      status,
      desk,
      lines(cards, words, false),
      h('button', { type: 'button', class: 'quiet', onclick: () => ask.showModal() }, words.page_delete),
    ),
    timeline.element,
    h(
      'form',
      {
        class: 'compose',
        onsubmit: (event) => {
          event.preventDefault();
          write();
        },
      },
      trouble,
      choices,
      h('label', { class: 'hidden', for: 'write' }, words.page_write),
      h('div', { class: 'row' }, field, h('button', { class: 'main' }, words.page_send)),
    ),
    ask,
  );
  timeline.unsent(memory.unsent);
  void follow();
  return {
    element,
    speak(chosen, name) {
      if (!withCounselor) send({ data: `language|${chosen}`, label: name });
    },
    stop() {
      stopping.abort();
      queue.stop();
    },
  };
}

/** 「データを消す」 asks once, with the safe answer first. */
function deletion(words: Welcome['words'], erase: () => Promise<void>): HTMLDialogElement {
  const yes = h('button', { type: 'button', class: 'danger' }, words.button_delete_yes);
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'delete-question' },
    h('p', { id: 'delete-question' }, words.delete_confirm),
    h(
      'div',
      { class: 'row' },
      h('button', { type: 'button', autofocus: true, onclick: () => dialog.close() }, words.button_no),
      yes,
    ),
  );
  yes.addEventListener('click', () => {
    yes.disabled = true;
    void erase();
  });
  return dialog;
}

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const [target, name] of wakes) target.removeEventListener(name, done);
      resolve();
    };
    // Back in the network, or back on the page: at once.
    const wakes: [EventTarget, string][] = [
      [window, 'online'],
      [document, 'visibilitychange'],
      [signal, 'abort'],
    ];
    const timer = setTimeout(done, ms);
    for (const [target, name] of wakes) target.addEventListener(name, done);
  });

async function visible(signal: AbortSignal): Promise<void> {
  while (document.visibilityState === 'hidden' && !signal.aborted) await rest(60_000, signal);
}
