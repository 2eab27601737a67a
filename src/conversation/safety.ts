import { type Finding, type Level, type RiskKind, rank } from '../risk/finding.ts';
import type { Draft } from './draft.ts';
import type { SafetyKind } from './flow.ts';
import { handOff, offerLines, sayWhenSomeoneComes } from './hand-off.ts';
import { fallbackChoices } from './show.ts';

/** A full safety message is not repeated within this time unless the danger rises. */
const AGAIN_AFTER_MS = 30 * 60_000;

/** The most pressing kind of several is the one spoken to. */
const byUrgency: readonly RiskKind[] = [
  'suicide',
  'sexual',
  'abuse',
  'dv',
  'selfharm',
  'harm_others',
  'bullying',
  'distress',
];

/**
 * Takes a finding in: raises the level, tells the humans, and where the bot has the talk says the safety message with
 * numbers to call now and brings a human in without asking. Returns true when it has answered the message.
 * `asked`: the text is a clear request (はじめから, データを消して). Found dangerous only for what stands before it, it is
 * done as asked; somebody in danger must not lose the use of the buttons.
 */
export function lookAfter(draft: Draft, finding: Finding, asked: boolean): boolean {
  if (finding.level === 'none') return false;
  const before = draft.snapshot.talk.level;
  draft.talk({ type: 'RAISE', level: finding.level });
  if (rank(finding.level) < rank('high')) return false;
  if (asked && rank(finding.level) <= rank(before)) return false;
  if (rank(finding.level) > rank(before)) draft.effect({ kind: 'notify', what: 'risk' });
  // One voice: a human who has the talk sees the level rise and answers it.
  if (draft.snapshot.talk.state === 'human') return true;
  const newly = draft.snapshot.talk.state !== 'waiting';
  handOff(draft, { topic: null, raise: 'none', quietly: true });
  saySafety(draft, finding);
  if (newly) sayWhenSomeoneComesShort(draft);
  draft.offer(fallbackChoices(draft));
  return true;
}

function saySafety(draft: Draft, finding: Finding): void {
  const { safety } = draft.snapshot;
  const fresh = safety !== null && draft.facts.now - safety.at < AGAIN_AFTER_MS;
  if (fresh && rank(finding.level) <= rank(safety.level)) {
    draft.say(
      draft.flow.safety.again.map((text) => ({ kind: 'text', text: draft.fill(text) })),
      'safety',
    );
    return;
  }
  const message = draft.flow.safety[safetyKind(draft, finding)];
  const imminent = finding.level === 'imminent';
  draft.say(
    (imminent ? message.imminent : message.high).map((text) => ({ kind: 'text', text: draft.fill(text) })),
    'safety',
  );
  offerLines(draft, imminent ? message.imminentWindows : message.windows);
  draft.change({ safety: { level: finding.level, at: draft.facts.now } });
}

/** A child who tells of danger is spoken to as a child; danger of somebody else has words of its own. */
function safetyKind(draft: Draft, finding: Finding): SafetyKind {
  if (finding.subject === 'other') return 'other_in_danger';
  if ([draft.snapshot.place.answers.age ?? []].flat().includes('child')) return 'child';
  return byUrgency.find((kind) => finding.kinds.includes(kind)) ?? 'distress';
}

/** After the safety message the numbers are already there: only the place in line or the next opening follows. */
function sayWhenSomeoneComesShort(draft: Draft): void {
  if (draft.someoneCanAnswer) sayWhenSomeoneComes(draft);
  else draft.sayText(draft.takesEntries ? 'busy' : 'out_of_hours');
}

/** Levels that bring a human in by themselves. */
export const isDangerous = (level: Level): boolean => rank(level) >= rank('high');
