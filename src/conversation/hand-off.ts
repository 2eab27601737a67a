import type { Message } from '../message/message.ts';
import { type Level, rank } from '../risk/finding.ts';
import type { Draft } from './draft.ts';

/**
 * Brings a human in. Says how long it takes when one can answer; otherwise when the desk opens, and numbers to call
 * now. Either way the conversation stands in the queue and nothing of it is lost. `quietly`: another text has said it.
 */
export function handOff(draft: Draft, why: { topic: string | null; raise: Level; quietly?: boolean }): void {
  if (why.topic) draft.change({ topic: why.topic });
  if (why.raise !== 'none') draft.talk({ type: 'RAISE', level: why.raise });
  const { talk } = draft.snapshot;
  if (talk.state === 'human') return;
  const already = talk.state === 'waiting';
  draft.talk({ type: 'HAND_OFF', now: draft.facts.now, wanted: null });
  if (!already) draft.effect({ kind: 'fact', fact: { fact: 'handed-off' } });
  draft.effect({ kind: 'notify', what: 'queue' });
  if (why.quietly) return;
  if (already && draft.someoneCanAnswer) draft.sayText('already_waiting', position(draft));
  else sayWhenSomeoneComes(draft);
  draft.offer([
    ...(rank(draft.snapshot.talk.level) < rank('high') ? [draft.word('quit', 'button_quit')] : []),
    draft.word('start', 'button_start'),
  ]);
}

/** The notice of waiting: place in line, or the next opening with numbers to call now. */
export function sayWhenSomeoneComes(draft: Draft): void {
  if (!draft.takesEntries) {
    draft.sayText('out_of_hours', {}, 'notice');
    offerLines(draft);
    return;
  }
  if (draft.facts.present > 0 && draft.facts.free > 0) {
    draft.sayText('waiting', position(draft), 'notice');
    return;
  }
  draft.sayText('busy', position(draft), 'notice');
  offerLines(draft);
}

export function position(draft: Draft): Record<string, string> {
  return { 'queue.position': String(draft.facts.ahead(draft.snapshot.talk.level) + 1) };
}

/** Lines that can be called now: the named ones, else the flow's, else the national ones; once an event. */
export function offerLines(draft: Draft, ids = draft.flow.lines): void {
  if (draft.showsWindows) return;
  const lines = linesFor(draft, ids);
  if (lines) draft.say([lines]);
}

/** The cards of some lines, of the national ones when none are named; null when there are none. */
export function linesFor(draft: Draft, ids: string[]): Message | null {
  const { language } = draft.snapshot;
  const query = { categories: ids.length ? [] : ['lines'], ids, limit: Math.max(5, ids.length) };
  const { cards } = draft.flow.windows(query, draft.facts.now, language, 0);
  return cards.length === 0 ? null : { kind: 'windows', alt: draft.label('lines_now'), language, cards };
}
