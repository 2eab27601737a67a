import type { Choice, Message, Saying } from '../message/message.ts';
import { rank } from '../risk/finding.ts';
import { staysAfterErasing } from './begin.ts';
import { asksToDelete } from './choice.ts';
import type { Draft } from './draft.ts';
import type { Effect, SayKind } from './effect.ts';
import type { Event } from './event.ts';
import { linesFor } from './hand-off.ts';
import { fallbackChoices } from './show.ts';
import type { Snapshot } from './snapshot.ts';
import type { TextName } from './texts.ts';

/**
 * `desk.talk: web`: the talk is held on the resident's own page, not in LINE. The mini-guideline of 30 April 2021 (内閣官房,
 * 個人情報保護委員会, 金融庁, 総務省) asks that what a resident consults about lies with the municipality and not with LINE.
 *
 * So of a talk LINE carries nothing that could tell what it is about: from the hand-off on, and in answer to every typed
 * text, all that is said goes to the page alone, and LINE gets a fixed notice with a link. What stays in LINE is the same
 * for everybody: the flow's own steps, answered with buttons, and the questions about deletion and language.
 *
 * In danger the numbers to call come to LINE at once, for a link that is not opened helps nobody. They are public, and they are
 * the same ones whatever the danger is: which lines fit (sexual violence, say) would tell what was written, so those stand on
 * the page. What a resident types into LINE in spite of all lies with LINE already; it is heard, never repeated.
 */

/** A page heard of within this time is taken to be open: a held request lasts 25 s. */
const OPEN_MS = 40_000;

/** What an open page has not shown after this time is told of in LINE. */
const UNREAD_MS = 45_000;

/** A notice that was not opened stands for others as long as its link is still good for a while. */
const STANDING_MS = 15 * 60_000;

type Finished = { snapshot: Snapshot; effects: Effect[] };

/** Gives everything an event says its place, and adds LINE's notice where one is due. `before`: the snapshot it came upon. */
export function putInPlace(draft: Draft, event: Event, before: Snapshot): Finished {
  const finished = draft.finish();
  if (draft.flow.desk.talk !== 'web') return finished;
  const says = finished.effects.filter((effect) => effect.kind === 'say');
  const toPage = belongsOnPage(draft, event, before, says);
  if (!toPage && says.length > 0) return finished;
  const effects = finished.effects.map(
    (effect): Effect => (effect.kind === 'say' ? { ...effect, saying: onPage(effect.saying) } : effect),
  );
  const erased = finished.effects.some(({ kind }) => kind === 'erase');
  const notice =
    erased && event.from === 'web' ? noticeOfErasing(draft.snapshot) : noticeOf(draft, event, says);
  if (notice === 'later') {
    draft.change({ unreadSince: draft.facts.now });
    effects.push({ kind: 'start-timer', name: 'unread', at: draft.facts.now + UNREAD_MS });
  } else if (notice) {
    draft.change({ noticedAt: draft.facts.now });
    effects.push({ kind: 'say', as: kindOf(notice, says), saying: noticeSaying(draft, notice) });
  }
  return { snapshot: draft.snapshot, effects };
}

export const onPage = (saying: Saying): Saying => ({ ...saying, where: 'web' });

const residentKinds: readonly Event['kind'][] = ['text', 'choice', 'media', 'follow'];

/** The resident did it in LINE. */
const isInLine = (event: Event): boolean => residentKinds.includes(event.kind) && event.from !== 'web';

const isOpen = ({ talk }: Snapshot): boolean => talk.state === 'waiting' || talk.state === 'human';

type Say = Extract<Effect, { kind: 'say' }>;

function belongsOnPage(draft: Draft, event: Event, before: Snapshot, says: readonly Say[]): boolean {
  if (event.from === 'web') return true;
  const safe = !says.some(({ as }) => as === 'safety');
  if (isInLine(event) && safe && isAboutDeletion(draft, event, before)) return false;
  if (isOpen(before) || isOpen(draft.snapshot)) return true;
  switch (event.kind) {
    case 'text':
      // はじめから, ことば …: a button by another name.
      return draft.flow.wordOf(event.text) === null;
    case 'choice':
    case 'follow':
      return false;
    default:
      // What comes by itself may follow from words: a step's own waiting, the end of a turn.
      return true;
  }
}

/** The question of deletion and the answer to it: promised to work in LINE, and empty of content. */
function isAboutDeletion({ flow }: Draft, event: Event, { asking }: Snapshot): boolean {
  if (event.kind === 'choice') return asksToDelete(event.data) || event.data.startsWith('delete|');
  if (event.kind !== 'text') return false;
  return flow.wordOf(event.text) === 'delete' || (asking === 'delete' && flow.yesNo(event.text) !== null);
}

type Notice = 'talk_typed' | 'talk_link' | 'talk_news' | 'talk_safety';

/**
 * Which notice LINE gets. Whoever does something in LINE is always answered there; what comes by itself is told of only while
 * the page is closed, or (`later`) should it turn out that the page has not shown it.
 */
function noticeOf(draft: Draft, event: Event, says: readonly Say[]): Notice | 'later' | null {
  const { facts, snapshot } = draft;
  const seen = facts.pageSeenAt ?? 0;
  if (isInLine(event)) {
    if (says.some(({ as }) => as === 'safety')) return 'talk_safety';
    // More bubbles may follow: the turn's end answers them together.
    if (snapshot.turn && says.length === 0) return null;
    return event.kind === 'text' || event.kind === 'media' ? 'talk_typed' : 'talk_link';
  }
  if (event.kind === 'timer' && event.name === 'unread') {
    const unread = snapshot.unreadSince ?? null;
    return unread !== null && seen < unread ? 'talk_news' : null;
  }
  if (says.length === 0) return null;
  if (event.kind === 'timer' && event.name === 'turn' && snapshot.channel !== 'web') return 'talk_typed';
  if (event.from === 'web' || facts.now - seen < OPEN_MS) return 'later';
  const noticed = snapshot.noticedAt ?? null;
  const stands = noticed !== null && seen < noticed && facts.now - noticed < STANDING_MS;
  return stands ? null : 'talk_news';
}

/**
 * Deleting on the page ends it. Whoever is in danger has a human there or on the way, so the way back is laid before them at once;
 * to everybody else LINE has nothing to say.
 */
const noticeOfErasing = (snapshot: Snapshot): Notice | null =>
  staysAfterErasing(snapshot) ? 'talk_link' : null;

/** A notice is as urgent as what it tells of. */
function kindOf(notice: Notice, says: readonly Say[]): SayKind {
  if (notice === 'talk_safety') return 'safety';
  return says[0]?.as ?? (notice === 'talk_news' ? 'notice' : 'answer');
}

/** The fixed words, the link, and buttons; numbers to call where nobody can answer now. */
function noticeSaying(draft: Draft, notice: Notice): Saying {
  const { snapshot, flow } = draft;
  const numbers =
    notice === 'talk_safety'
      ? linesFor(draft, flow.safety[isChild(snapshot) ? 'child' : 'distress'].imminentWindows)
      : notice === 'talk_link' && snapshot.talk.state === 'waiting' && !draft.someoneCanAnswer
        ? linesFor(draft, flow.lines)
        : null;
  const messages: Message[] = [...(numbers ? [numbers] : []), linkMessage(draft, notice)];
  return { speaker: 'bot', messages, choices: lineChoices(draft), where: 'line' };
}

/** The address is made when the event is committed; it never stands in the record. */
export const linkMessage = (draft: Draft, text: TextName): Message => ({
  kind: 'link',
  text: draft.label(text),
  label: draft.label('button_talk'),
  url: '',
});

/**
 * The same buttons whatever was typed: those of the step that the words led to would tell what they were about. While a
 * person is wanted, only leaving the queue is left to tap in LINE.
 */
function lineChoices(draft: Draft): Choice[] {
  const { state, level } = draft.snapshot.talk;
  if (state === 'waiting') return rank(level) < rank('high') ? [draft.word('quit', 'button_quit')] : [];
  return state === 'bot' ? fallbackChoices(draft) : [];
}

const isChild = ({ place }: Snapshot): boolean => [place.answers.age ?? []].flat().includes('child');
