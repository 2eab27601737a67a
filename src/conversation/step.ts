import type { Finding } from '../risk/finding.ts';
import { onTimer, ownerGone } from './clock.ts';
import { Draft, type Facts } from './draft.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import type { Flow } from './flow.ts';
import { putInPlace } from './page.ts';
import { settle } from './place.ts';
import { hear } from './resident.ts';
import { isDangerous } from './safety.ts';
import type { Snapshot } from './snapshot.ts';
import { act, type Refusal } from './staff.ts';

export type Stepped = { ok: true; snapshot: Snapshot; effects: Effect[] } | { ok: false; refusal: Refusal };

/**
 * One event of a conversation, decided: the next snapshot, and effects as data. Pure; time, hours, presence and risk
 * come in as facts. `finding` is null for events without words.
 */
export function step(
  flow: Flow,
  snapshot: Snapshot,
  event: Event,
  facts: Facts,
  finding: Finding | null,
): Stepped {
  const draft = new Draft(flow, snapshot, facts);
  switch (event.kind) {
    case 'text':
    case 'choice':
    case 'media':
    case 'follow':
    case 'unfollow':
    case 'unsend':
    case 'erase':
      if (event.replyToken) draft.change({ token: event.replyToken });
      if (event.readToken) draft.change({ readToken: event.readToken });
      if (event.kind !== 'unsend' && event.kind !== 'unfollow')
        draft.change({ channel: event.from ?? 'line' });
      settle(draft, event.kind === 'text' || event.kind === 'choice');
      hear(draft, event, finding);
      break;
    case 'timer':
      settle(draft, false);
      onTimer(draft, event.name);
      break;
    case 'owner-gone':
      ownerGone(draft, event.staff);
      break;
    default: {
      const refusal = act(draft, event);
      if (refusal) return { ok: false, refusal };
    }
  }
  return { ok: true, ...putInPlace(draft, event, snapshot) };
}

/**
 * Whether an event after the end opens another consultation. Answers to the closing survey belong to the one that
 * ended, unless they speak of danger.
 */
export function reopens(flow: Flow, snapshot: Snapshot, event: Event, finding: Finding | null): boolean {
  if (snapshot.talk.state !== 'closed') return false;
  const surveyed = flow.steps.get(snapshot.place.step);
  switch (event.kind) {
    case 'follow':
    case 'media':
      return true;
    case 'choice':
      return !flow.steps.get(event.data.split('|')[1] ?? '')?.survey;
    case 'text':
      return !(surveyed?.survey && surveyed.ask.type === 'text') || isDangerous(finding?.level ?? 'none');
    default:
      return false;
  }
}
