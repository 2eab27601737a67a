import type { Draft } from './draft.ts';
import type { Event, ResidentEvent } from './event.ts';
import { offerLines } from './hand-off.ts';
import type { Snapshot } from './snapshot.ts';

/** The longest a resident who abuses staff can be kept from them. */
export const LONGEST_MUTE_MINUTES = 360;

export const isMuted = ({ mutedUntil }: Snapshot, now: number): boolean =>
  mutedUntil !== undefined && now < mutedUntil;

/**
 * What a muted resident hears, each time: politely until when, and the numbers to call. Danger is looked for before this is
 * asked, and having one's data deleted stays open.
 */
export function answerMuted(draft: Draft, event: Event & ResidentEvent): boolean {
  const { snapshot, facts } = draft;
  if (!isMuted(snapshot, facts.now) || snapshot.talk.state !== 'bot' || deletes(draft, event)) return false;
  sayMuted(draft);
  return true;
}

export function sayMuted(draft: Draft): void {
  draft.sayText('muted', { until: clockTime(draft.snapshot.mutedUntil ?? draft.facts.now) });
  offerLines(draft);
}

function deletes({ flow, snapshot }: Draft, event: Event & ResidentEvent): boolean {
  if (event.kind === 'text') return snapshot.asking === 'delete' || flow.wordOf(event.text) === 'delete';
  return event.kind === 'choice' && /^(?:word\|delete|delete\|)/u.test(event.data);
}

/** `9:05`, in Japan. */
const clockTime = (at: number): string =>
  new Date(at + 9 * 3_600_000).toISOString().slice(11, 16).replace(/^0/u, '');
