import type { Finding } from '../risk/finding.ts';
import { answerDeletion, answersAboutDeletion, erase, press } from './choice.ts';
import type { Draft } from './draft.ts';
import { BOT_IDLE_MS } from './end.ts';
import type { Event, Media, ResidentEvent } from './event.ts';
import { greet } from './greet.ts';
import { guessLanguage } from './guess-language.ts';
import { wordless } from './misunderstood.ts';
import { answerMuted } from './mute.ts';
import { tooFast } from './pace.ts';
import { lookAfter } from './safety.ts';
import { goTo } from './show.ts';
import type { Said } from './snapshot.ts';
import { waitForOwner } from './staff.ts';
import { answersAtOnce, isRequest, joinTurn } from './turn.ts';

/** How many of the resident's last texts risk detection sees beside a new one. */
const RECENT = 4;

/** Something the resident did. Danger is looked for first, in every state; then whoever has the talk goes on. */
export function hear(draft: Draft, event: Event & ResidentEvent, finding: Finding | null): void {
  if (event.kind === 'unfollow') return;
  if (event.kind === 'unsend') {
    forgetMessage(draft, event.messageId);
    return;
  }
  if (event.kind === 'erase') {
    erase(draft);
    return;
  }
  const { counts } = draft.snapshot;
  const speaks = event.kind !== 'follow';
  if (draft.snapshot.residentAt === null)
    draft.effect({ kind: 'start-timer', name: 'idle', at: draft.facts.now + BOT_IDLE_MS });
  draft.change({
    residentAt: draft.facts.now,
    counts: speaks ? { ...counts, resident: counts.resident + 1 } : counts,
  });
  if (event.kind === 'text' && !draft.snapshot.greeted) {
    const language = guessLanguage(event.text, draft.flow.languages);
    if (language) draft.change({ language });
  }
  const dangerous =
    finding !== null && lookAfter(draft, finding, event.kind === 'text' && isRequest(draft, event.text));
  if (event.kind === 'text') remember(draft, { text: event.text, message: event.messageId ?? null });
  if (draft.snapshot.talk.state === 'human') {
    draft.effect({ kind: 'notify', what: 'talk' });
    if (dangerous || !answersAboutDeletion(draft, event)) waitForOwner(draft);
    return;
  }
  if (draft.snapshot.talk.state === 'waiting') draft.effect({ kind: 'notify', what: 'talk' });
  if (dangerous || answerMuted(draft, event) || tooFast(draft, event)) return;
  switch (event.kind) {
    case 'follow':
      greet(draft);
      goTo(draft, draft.flow.start);
      break;
    case 'media':
      greet(draft);
      answerMedia(draft, event.media);
      break;
    case 'choice':
      greet(draft);
      press(draft, event.data);
      break;
    case 'text':
      if (answerDeletion(draft, event.text) || answersAtOnce(draft, event.text)) break;
      joinTurn(draft, { text: event.text, message: event.messageId ?? null });
      break;
  }
}

function answerMedia(draft: Draft, media: Media): void {
  const to = draft.flow.steps.get(draft.snapshot.place.step)?.media;
  if (to && draft.snapshot.talk.state === 'bot') {
    goTo(draft, to);
    return;
  }
  wordless(draft, media === 'sticker' ? 'sticker' : 'media');
}

function remember(draft: Draft, said: Said): void {
  draft.change({ recent: [...draft.snapshot.recent, said].slice(-RECENT) });
}

/** Unsend: the words leave everything that still holds them; `handle` erases the row, consoles drop it. */
function forgetMessage(draft: Draft, messageId: string): void {
  const { recent, turn } = draft.snapshot;
  draft.change({
    recent: recent.filter(({ message }) => message !== messageId),
    turn: turn && { ...turn, said: turn.said.filter(({ message }) => message !== messageId) },
  });
  draft.effect({ kind: 'erase-message', messageId });
  draft.effect({ kind: 'notify', what: 'talk' });
}
