import { languageNames } from '../conversation/choice.ts';
import { localized } from '../conversation/draft.ts';
import type { Event } from '../conversation/event.ts';
import type { Flow } from '../conversation/flow.ts';
import type { Language, Saying } from '../message/message.ts';
import type { Finding } from '../risk/finding.ts';
import type { DataKey, Vault } from '../vault/vault.ts';

/** What came in, as the timeline shows it. `erased`: the resident took it back. */
export type Incoming =
  | { kind: 'text'; text: string }
  | { kind: 'choice'; label: string; data: string }
  /** `message`: LINE's id, by which a counselor can open a picture; an unsend erases it. */
  | { kind: 'media'; media: string; message?: string }
  | { kind: 'erased' };

/** The sealed part of an event row: everything this event brought and said. */
export type EventRecord = {
  in?: Incoming;
  risk?: Finding;
  said: Saying[];
  notes?: string[];
  /** The reply token that what was said was given: used up at once, but for a process that dies before. */
  token?: string;
};

/** The associated data that binds a sealed value to its row. */
export const sealContext = {
  event: (conversationId: string, version: number) => `event:${conversationId}:${version}`,
  snapshot: (conversationId: string, version: number) => `snapshot:${conversationId}:${version}`,
};

/** Throws `Unsealable`. */
export function openRecord(
  vault: Vault,
  key: DataKey,
  row: { conversation_id: string; version: number; sealed: string },
): EventRecord {
  return JSON.parse(
    vault.open(key, sealContext.event(row.conversation_id, row.version), row.sealed),
  ) as EventRecord;
}

/** What came in with an event, if anything did. A tap is shown by its label, as the resident saw it. */
export function incomingOf(event: Event, flow: Flow, language: Language): Incoming | undefined {
  switch (event.kind) {
    case 'text':
      return { kind: 'text', text: event.text };
    case 'media':
      return { kind: 'media', media: event.media, ...(event.messageId ? { message: event.messageId } : {}) };
    case 'choice':
      return { kind: 'choice', data: event.data, label: labelOf(event.data, flow, language) };
    default:
      return undefined;
  }
}

function labelOf(data: string, flow: Flow, language: Language): string {
  const [kind, first = '', second = ''] = data.split('|');
  const text = (
    name: 'button_human' | 'button_start' | 'button_more' | 'button_quit' | 'button_delete_yes' | 'button_no',
  ) => {
    const variants = flow.texts[name][0];
    return variants ? localized(variants, language, flow) : name;
  };
  if (kind === 'choice') {
    const choice = flow.steps.get(first)?.choices.find(({ id }) => id === second);
    return choice ? localized(choice.label, language, flow) : second;
  }
  if (kind === 'category') {
    const category = flow.categories.get(first);
    return category ? localized(category.label, language, flow) : first;
  }
  // A button of the rich menu brings its own words.
  if ((kind === 'word' || kind === 'step') && second) return second;
  if (kind === 'more') return text('button_more');
  if (kind === 'delete') return text(first === 'yes' ? 'button_delete_yes' : 'button_no');
  if (kind === 'word' && first === 'human') return text('button_human');
  if (kind === 'word' && first === 'start') return text('button_start');
  if (kind === 'word' && first === 'quit') return text('button_quit');
  if (kind === 'language') return languageNames[first] ?? first;
  return first || data;
}
