import type { Saying } from '../message/message.ts';

/**
 * What an event makes happen, as data: `handle` turns each into writes of the one commit.
 * `answer` replies to the resident, `safety` may be sent twice rather than never, `routine` may wait when the quota is low.
 */
export type SayKind = 'answer' | 'counselor' | 'safety' | 'notice' | 'routine';

/** Facts of a consultation that statistics keep; never content. */
export type ConsultationFact =
  | { fact: 'handed-off' }
  | { fact: 'accepted' }
  | { fact: 'first-response' }
  | { fact: 'outcome'; outcome: string };

export type Effect =
  | { kind: 'say'; as: SayKind; saying: Saying }
  | { kind: 'start-timer'; name: string; at: number }
  | { kind: 'cancel-timer'; name: string }
  /** The consultation ends; the next event of the resident opens another. */
  | { kind: 'close'; outcome: string }
  | { kind: 'fact'; fact: ConsultationFact }
  /** Consoles look again: the queue changed, this talk changed, or a level rose. */
  | { kind: 'notify'; what: 'queue' | 'talk' | 'risk' }
  /** One message vanishes everywhere (LINE's unsend). */
  | { kind: 'erase-message'; messageId: string }
  /** The resident's content vanishes; facts stay. */
  | { kind: 'erase' }
  /** A line in the timeline that only staff see. */
  | { kind: 'note'; text: string };
