import type { Message } from '../message/message.ts';
import { rank } from '../risk/finding.ts';
import type { Draft } from './draft.ts';
import { BOT_IDLE_MS } from './end.ts';
import type { StaffEvent } from './event.ts';
import { offerLines } from './hand-off.ts';
import { LONGEST_MUTE_MINUTES, sayMuted } from './mute.ts';
import { isDangerous } from './safety.ts';
import { offerAgain } from './show.ts';

/** Why a counselor's action was not done; `owner` is who has the talk. Nothing has changed then. */
export type Refusal = {
  why: 'taken' | 'not-yours' | 'closed' | 'not-waiting' | 'reason-needed' | 'empty' | 'in-danger';
  owner: string | null;
};

/** A counselor's action. Returns why it cannot be done, or null when it is. */
export function act(draft: Draft, event: StaffEvent): Refusal | null {
  const { talk } = draft.snapshot;
  const refuse = (why: Refusal['why']): Refusal => ({ why, owner: talk.owner });
  if (talk.state === 'closed') return refuse('closed');
  // Words of a person stand between the question of deletion and a yes: it may answer those.
  if (event.kind !== 'set-level' && event.kind !== 'set-categories') draft.change({ asking: null });
  switch (event.kind) {
    case 'accept':
      if (talk.state === 'human') return talk.owner === event.staff ? null : refuse('taken');
      if (talk.state !== 'waiting') return refuse('not-waiting');
      draft.talk({ type: 'ACCEPT', staff: event.staff });
      if (draft.snapshot.talk.state !== 'human') return refuse('taken');
      draft.change({ turn: null });
      draft.effect({ kind: 'cancel-timer', name: 'turn' });
      draft.effect({ kind: 'fact', fact: { fact: 'accepted' } });
      draft.sayText('counselor_here', {}, 'notice');
      waitForOwner(draft);
      break;
    case 'take-over':
      if (talk.state !== 'human') return refuse('not-waiting');
      draft.talk({ type: 'ACCEPT', staff: event.staff });
      break;
    case 'reply':
    case 'refer':
      if (talk.owner !== event.staff) return refuse(talk.state === 'human' ? 'taken' : 'not-yours');
      if (event.kind === 'reply' && event.text.trim() === '') return refuse('empty');
      draft.counselorSays(event.kind === 'reply' ? [textOf(event.text)] : referral(draft, event));
      draft.effect({ kind: 'fact', fact: { fact: 'first-response' } });
      draft.change({ unansweredSince: null, idleWarned: false });
      draft.effect({ kind: 'cancel-timer', name: 'owner-silent' });
      draft.effect({ kind: 'start-timer', name: 'idle', at: draft.facts.now + draft.flow.desk.idleMs });
      break;
    case 'set-categories': {
      const categories = [...new Set(event.categories)].filter((id) => draft.flow.categories.has(id));
      const topic = draft.snapshot.topic;
      const kept = topic !== null && (categories.includes(topic) || categories.length === 0);
      draft.change({ categories, topic: kept ? topic : (categories[0] ?? null) });
      break;
    }
    case 'give-back':
      if (talk.owner !== event.staff) return refuse('not-yours');
      draft.talk({ type: 'GIVE_BACK' });
      stopClocks(draft);
      draft.sayText('given_back', {}, 'notice');
      // Whoever was in danger is never left with the bot alone.
      if (rank(talk.level) >= rank('high')) offerLines(draft);
      offerAgain(draft);
      break;
    case 'close':
      if (talk.state === 'human' && talk.owner !== event.staff) return refuse('taken');
      closeByCounselor(draft, event);
      break;
    case 'set-level':
      if (rank(event.level) < rank(talk.level)) {
        if (event.reason.trim() === '') return refuse('reason-needed');
        draft.talk({ type: 'LOWER', level: event.level });
      } else draft.talk({ type: 'RAISE', level: event.level });
      draft.effect({
        kind: 'note',
        text: `危険度を変更: ${event.level}${event.reason ? `（${event.reason}）` : ''}`,
      });
      draft.effect({ kind: 'notify', what: 'risk' });
      break;
    case 'mute':
      if (event.reason.trim() === '') return refuse('reason-needed');
      if (isDangerous(talk.level)) return refuse('in-danger');
      mute(draft, event.minutes, event.reason);
      break;
    case 'flag':
      draft.effect({
        kind: 'note',
        text: `${flags[event.what]}の報告${event.note ? `（${event.note}）` : ''}`,
      });
      draft.effect({ kind: 'notify', what: 'risk' });
      break;
    case 'transfer':
      if (talk.owner !== event.staff) return refuse('not-yours');
      if (event.topic) {
        const { categories } = draft.snapshot;
        draft.change({ topic: event.topic, categories: [...new Set([...categories, event.topic])] });
      }
      draft.talk({ type: 'HAND_OFF', now: draft.facts.now, wanted: event.to });
      draft.effect({ kind: 'cancel-timer', name: 'owner-silent' });
      draft.effect({ kind: 'note', text: event.note });
      break;
  }
  draft.effect({ kind: 'notify', what: 'queue' });
  draft.effect({ kind: 'notify', what: 'talk' });
  return null;
}

const flags = { threat: '脅し', sexual: '性的ないやがらせ', other: '迷惑行為' };

/** Back to the bot, which says until when and whom to call meanwhile; 0 minutes ends it. */
function mute(draft: Draft, minutes: number, reason: string): void {
  draft.change({ mutedUntil: draft.facts.now + Math.min(minutes, LONGEST_MUTE_MINUTES) * 60_000 });
  draft.effect({
    kind: 'note',
    text: minutes > 0 ? `${minutes}分の利用停止（${reason}）` : `利用停止を解除（${reason}）`,
  });
  if (minutes === 0) return;
  if (draft.snapshot.talk.state === 'human') draft.talk({ type: 'GIVE_BACK' });
  if (draft.snapshot.talk.state === 'waiting') draft.talk({ type: 'CANCEL' });
  stopClocks(draft);
  draft.effect({ kind: 'start-timer', name: 'idle', at: draft.facts.now + BOT_IDLE_MS });
  draft.change({ turn: null });
  draft.effect({ kind: 'cancel-timer', name: 'turn' });
  sayMuted(draft);
}

/** A resident who waits and hears nothing goes back to the queue; the clock starts with their first unanswered words. */
export function waitForOwner(draft: Draft): void {
  if (draft.snapshot.unansweredSince !== null) return;
  draft.change({ unansweredSince: draft.facts.now });
  draft.effect({
    kind: 'start-timer',
    name: 'owner-silent',
    at: draft.facts.now + draft.flow.desk.ownerSilentMs,
  });
}

function stopClocks(draft: Draft): void {
  draft.change({ unansweredSince: null });
  draft.effect({ kind: 'cancel-timer', name: 'owner-silent' });
  draft.effect({ kind: 'cancel-timer', name: 'idle' });
}

const textOf = (text: string): Message => ({ kind: 'text', text });

/** The counselor's words and the card, as one saying: a card alone would come from nowhere. */
function referral(draft: Draft, { text, card }: Extract<StaffEvent, { kind: 'refer' }>): Message[] {
  const language = draft.snapshot.language;
  const cards: Message = { kind: 'windows', alt: card.name.slice(0, 400), language, cards: [card] };
  return text.trim() === '' ? [cards] : [textOf(text), cards];
}

type Closing = Extract<StaffEvent, { kind: 'close' }>;

function closeByCounselor(draft: Draft, { outcome, farewell = '', survey: asks = true }: Closing): void {
  stopClocks(draft);
  draft.talk({ type: 'CLOSE' });
  if (farewell.trim() === '') draft.sayText('farewell', {}, 'notice');
  else draft.counselorSays([textOf(farewell)]);
  const survey = asks && draft.flow.survey ? draft.flow.steps.get(draft.flow.survey) : undefined;
  if (survey) {
    // Apart from the farewell: a quota that runs low may hold the survey back, never the last words.
    draft.apart();
    draft.change({ place: { ...draft.snapshot.place, step: survey.name } });
    draft.say(
      survey.say.map((text) => ({ kind: 'text', text: draft.fill(text) })),
      'routine',
    );
    offerAgain(draft);
  }
  draft.effect({ kind: 'close', outcome });
}
