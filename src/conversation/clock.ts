import type { Draft } from './draft.ts';
import { BOT_IDLE_MS, end } from './end.ts';
import { position } from './hand-off.ts';
import { isDangerous } from './safety.ts';
import { fallbackChoices, move } from './show.ts';
import { answerTurn } from './turn.ts';

/** Between the warning and the end of a talk whose resident is silent. */
const WARNED_MS = 10 * 60_000;

/** A timer of ours came due: `turn`, `idle`, `owner-silent`, or `step:n` of the step where the resident stands. */
export function onTimer(draft: Draft, name: string): void {
  if (name === 'turn') answerTurn(draft);
  else if (name === 'idle') onIdle(draft);
  else if (name === 'owner-silent') backToQueue(draft, 'owner_silent');
  else if (name.startsWith('step:') && draft.snapshot.talk.state === 'bot')
    move(draft, { type: 'wait', index: Number(name.slice('step:'.length)) });
}

/** The counselor's presence went stale: the resident is told and goes back to the queue. */
export function ownerGone(draft: Draft, staff: string): void {
  if (draft.snapshot.talk.owner === staff) backToQueue(draft, 'owner_gone');
}

function backToQueue(draft: Draft, text: 'owner_silent' | 'owner_gone'): void {
  const { talk, unansweredSince } = draft.snapshot;
  if (talk.state !== 'human' || (text === 'owner_silent' && unansweredSince === null)) return;
  draft.talk({ type: 'HAND_OFF', now: unansweredSince ?? draft.facts.now, wanted: null });
  draft.effect({ kind: 'cancel-timer', name: 'owner-silent' });
  draft.effect({ kind: 'notify', what: 'queue' });
  draft.sayText(text, position(draft), 'notice');
  draft.offer(fallbackChoices(draft));
}

/** Silence for long: the bot ends quietly; a counselor's talk ends with a kind word, unless somebody is in danger. */
function onIdle(draft: Draft): void {
  const { talk, residentAt, unansweredSince } = draft.snapshot;
  const { now, flow } = { now: draft.facts.now, flow: draft.flow };
  if (talk.state === 'bot') {
    const rested = now - (residentAt ?? 0);
    if (rested >= BOT_IDLE_MS) end(draft, 'silent');
    else draft.effect({ kind: 'start-timer', name: 'idle', at: (residentAt ?? now) + BOT_IDLE_MS });
    return;
  }
  if (talk.state !== 'human' || unansweredSince !== null) return;
  if (isDangerous(talk.level)) {
    draft.effect({
      kind: 'note',
      text: `${Math.round(flow.desk.idleMs / 60_000)}分、返事がありません（危険度が高いため自動では終えません）`,
    });
    draft.effect({ kind: 'notify', what: 'talk' });
    return;
  }
  if (!draft.snapshot.idleWarned) {
    draft.sayText('idle_warning', {}, 'notice');
    draft.change({ idleWarned: true });
    draft.effect({ kind: 'start-timer', name: 'idle', at: now + WARNED_MS });
    return;
  }
  draft.sayText('idle_closed', {}, 'notice');
  draft.talk({ type: 'CLOSE' });
  draft.effect({ kind: 'close', outcome: 'silent' });
  draft.effect({ kind: 'notify', what: 'queue' });
}
