import { type EventRecord, sealContext } from '../handle/record.ts';
import type { Message } from '../message/message.ts';
import type { Finding, Level, RiskHit } from '../risk/finding.ts';
import { levels } from '../risk/finding.ts';
import type { EventRow } from '../store/queries/timeline.ts';
import type { Opener } from './deps.ts';

/** `waiting`: not yet handed to LINE. `unknown`: LINE did not say whether it arrived. */
export type DeliveryState = 'sent' | 'waiting' | 'unknown' | 'dead';

/** One line of a talk, as the console shows it. `key` is stable: version and place within the event. */
export type Line = { key: string; version: number; at: number } & (
  | {
      who: 'resident';
      level: Level;
      body:
        | { kind: 'text'; text: string; hits: RiskHit[] }
        /** `meaning`: the button in the flow's first language, where the resident saw another. */
        | { kind: 'choice'; label: string; meaning: string | null }
        /** `opens`: it can be fetched from LINE while LINE keeps it. */
        | { kind: 'media'; media: string; opens: boolean }
        /** Taken back by the resident, or its time is over. */
        | { kind: 'erased'; how: 'unsent' | 'forgotten' };
    }
  | {
      who: 'bot' | 'counselor';
      staff: string | null;
      messages: Message[];
      choices: string[];
      delivery: DeliveryState;
    }
  | { who: 'system'; what: string; staff: string | null; note: string | null }
);

/** What raised the level, the most serious first. */
export type Reason = { version: number; at: number; level: Level; finding: Finding; text: string };

/** Media whose content LINE keeps for a while. */
const opening = ['image', 'video', 'audio', 'file'];

const residentKinds = ['text', 'choice', 'media'];
/** Events that a counselor should see as having happened. Replies show by what they said, timers by what they did. */
const systemKinds = [
  'follow',
  'unfollow',
  'unsend',
  'accept',
  'take-over',
  'give-back',
  'close',
  'set-level',
  'set-categories',
  'transfer',
  'mute',
  'flag',
  'owner-gone',
];

/**
 * The lines of a talk and the reasons of its level. Pure. A row that does not open is kept as erased rather than
 * hiding the rest of the talk.
 */
export function timeline(
  rows: readonly EventRow[],
  open: Opener | null,
  conversation: string,
  delivery: (version: number) => DeliveryState,
): { lines: Line[]; reasons: Reason[] } {
  const lines: Line[] = [];
  const reasons: Reason[] = [];
  for (const row of rows) {
    const record = open && row.sealed ? openRecord(open, conversation, row) : null;
    lines.push(...linesOf(row, record, delivery, open !== null));
    const { risk } = record ?? {};
    if (risk && risk.level !== 'none' && record?.in?.kind === 'text') {
      reasons.push({
        version: row.version,
        at: row.at,
        level: risk.level,
        finding: risk,
        text: record.in.text,
      });
    }
  }
  reasons.sort((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level) || b.version - a.version);
  return { lines, reasons };
}

function openRecord(open: Opener, conversation: string, row: EventRow): EventRecord | null {
  try {
    return JSON.parse(open(sealContext.event(conversation, row.version), row.sealed ?? '')) as EventRecord;
  } catch {
    return null;
  }
}

function linesOf(
  row: EventRow,
  record: EventRecord | null,
  delivery: (version: number) => DeliveryState,
  remembered: boolean,
): Line[] {
  const base = (place: string) => ({ key: `${row.version}.${place}`, version: row.version, at: row.at });
  const lines: Line[] = [];
  if (residentKinds.includes(row.kind)) {
    const level = levels[row.level] ?? 'none';
    lines.push({ ...base('in'), who: 'resident', level, body: bodyOf(record, remembered) });
  }
  const note = record?.notes?.join(' ') ?? null;
  if (systemKinds.includes(row.kind)) {
    lines.push({
      ...base('sys'),
      who: 'system',
      what: row.kind,
      staff: row.staff_id,
      note,
    });
  } else if (note) {
    lines.push({ ...base('note'), who: 'system', what: 'note', staff: row.staff_id, note });
  }
  for (const [index, saying] of (record?.said ?? []).entries()) {
    // A notice that something stands on the resident's page; what stands there is the line before.
    if (saying.where === 'line') continue;
    lines.push({
      ...base(`said${index}`),
      who: saying.speaker,
      staff: saying.speaker === 'counselor' ? row.staff_id : null,
      messages: saying.messages,
      choices: saying.choices.map((choice) => choice.label),
      delivery: delivery(row.version),
    });
  }
  return lines;
}

function bodyOf(record: EventRecord | null, remembered: boolean) {
  const said = record?.in;
  if (said?.kind === 'text')
    return { kind: 'text', text: said.text, hits: record?.risk?.hits ?? [] } as const;
  if (said?.kind === 'choice')
    return { kind: 'choice', label: said.label, meaning: meaningOf(said) } as const;
  if (said?.kind === 'media')
    return {
      kind: 'media',
      media: said.media,
      opens: said.message !== undefined && opening.includes(said.media),
    } as const;
  return { kind: 'erased', how: remembered ? 'unsent' : 'forgotten' } as const;
}

/** A choice carries its label in the flow's first language as its id: `choice|step|label`. */
function meaningOf({ label, data }: { label: string; data: string }): string | null {
  const [kind, , first] = data.split('|');
  return kind === 'choice' && first && first !== label ? first : null;
}

/** The delivery state of what each event said; what is in no row has been sent. Trouble outranks waiting. */
export function deliveryStates(
  unsent: readonly { first_version: number; version: number; state: string }[],
): (version: number) => DeliveryState {
  const states = new Map<number, DeliveryState>();
  for (const row of unsent) {
    const trouble = row.state === 'unknown' || row.state === 'dead' ? row.state : undefined;
    for (let version = row.first_version; version <= row.version; version++)
      if (trouble || !states.has(version)) states.set(version, trouble ?? 'waiting');
  }
  return (version) => states.get(version) ?? 'sent';
}
