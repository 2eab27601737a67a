import type { Welcome } from '../page.ts';
import { api } from './api.ts';
import { frame } from './frame.ts';
import { leaveFast } from './leave.ts';
import { createMemory } from './memory.ts';
import { openScreen, plainScreen } from './screens.ts';
import { type TalkScreen, talkScreen } from './talk.ts';

/**
 * The resident's own page. A link brings `#token.language`; the token is taken out of the address at once and is sent
 * only by a tap. Whoever has opened the page before comes straight to the talk.
 */
const root = document.getElementById('page') as HTMLElement;
const [link = '', asked = ''] = decodeURIComponent(location.hash.slice(1)).split('.');
if (location.hash) history.replaceState(null, '', location.pathname);

type Screen = 'open' | 'talk' | 'gone' | 'deleted' | 'stays';
let memory = createMemory('');
let talk: TalkScreen | undefined;
let screen: Screen = 'gone';
let language = asked;

async function start(): Promise<void> {
  let open = await isOpen();
  // The talk is open here already; a newer link is used up on the way, for it may be of another account.
  if (open && link && (await api.open(link, browserSecret())).ok) open = await isOpen();
  await go(open ? 'talk' : link ? 'open' : 'gone');
}

/** Whether this browser has a talk open; asked until somebody answers. */
async function isOpen(): Promise<boolean> {
  for (;;) {
    const answer = await api.state({ talk: '', version: 0, language: '' }, 0);
    if (answer.ok) {
      language = answer.value.language;
      memory = createMemory(answer.value.mine);
    }
    if (answer.ok || answer.why !== 'later') return answer.ok;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function go(next: Screen): Promise<void> {
  const welcome = await words();
  talk?.stop();
  talk = undefined;
  screen = next;
  const inner = main(welcome);
  const on = {
    leave: () => leaveFast(memory, welcome.leaveTo),
    language(chosen: string) {
      const name = welcome.languages.find(({ id }) => id === chosen)?.name ?? chosen;
      language = chosen;
      talk?.speak(chosen, name);
      void go(screen);
    },
  };
  root.replaceChildren(frame(welcome, on, inner));
  inner.tabIndex = -1;
  inner.focus({ preventScroll: true });
}

function main(welcome: Welcome): HTMLElement {
  switch (screen) {
    case 'open':
      return openScreen(welcome, open);
    case 'talk':
      talk = talkScreen(welcome, memory, {
        closed: () => void go('gone'),
        deleted: (ended) => void go(ended),
      });
      return talk.element;
    case 'gone':
      return plainScreen(welcome, welcome.words.page_gone);
    case 'deleted':
      return plainScreen(welcome, welcome.words.page_deleted);
    case 'stays':
      return plainScreen(welcome, welcome.words.page_deleted_stays);
  }
}

async function open(): Promise<void> {
  const answer = await api.open(link, browserSecret());
  if (!answer.ok && answer.why === 'later') return;
  await go(answer.ok && (await isOpen()) ? 'talk' : 'gone');
}

async function words(): Promise<Welcome> {
  for (;;) {
    const answer = await api.welcome(language);
    if (answer.ok) return answer.value;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

/** A secret of this browser for this link: should the answer be lost, only this browser gets in with it again. */
function browserSecret(): string {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  try {
    const kept = sessionStorage.getItem('talk.browser') ?? made;
    sessionStorage.setItem('talk.browser', kept);
    return kept;
  } catch {
    return made;
  }
}

// A page that the browser brings back whole from its history asks anew whether it may be shown.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
// A newer link opened where the page stands already changes nothing but what is behind `#`.
addEventListener('hashchange', () => {
  if (location.hash) location.reload();
});
void start();
