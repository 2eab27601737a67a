import { languageNames } from '../conversation/choice.ts';
import { fill, localized } from '../conversation/draft.ts';
import type { Flow } from '../conversation/flow.ts';
import { pageTextNames, type TextName } from '../conversation/texts.ts';
import { type EventRecord, sealContext } from '../handle/record.ts';
import { telephoneUri } from '../message/card.ts';
import type { Choice, Message, Saying, WindowCard } from '../message/message.ts';
import { type PageEventRow, type PageRow, pageEvents, waitingBefore } from '../store/queries/talk.ts';
import { tokenHash } from '../vault/token.ts';
import type { TalkDeps } from './deps.ts';
import type { Card, Item, State, Welcome, Words } from './page.ts';

/** Texts of the page in a language, with what they say of the service and the desk filled in. */
function wording(flow: Flow, now: number, language: string, more: Record<string, string> = {}) {
  const { open } = flow.desk.at(now);
  const variables: Record<string, string> = {
    service: flow.name,
    municipality: flow.municipality,
    'desk.name': localized(flow.desk.name, language, flow),
    'desk.hours': localized(flow.desk.hoursText, language, flow),
    'desk.next_open': flow.desk.nextOpen(now, language),
    ...more,
  };
  const text = (name: TextName) =>
    flow.texts[name]
      .map((variants) => fill(localized(variants, language, flow), (name) => variables[name] ?? ''))
      .join('\n\n');
  return { open, text };
}

/** The words and numbers for anybody who comes; `wanted` is a language of the flow or whatever was asked for. */
export function welcome(flow: Flow, now: number, wanted: string | undefined): Welcome {
  const language = flow.languages.find((known) => known === wanted) ?? flow.languages[0] ?? 'ja';
  const { text } = wording(flow, now, language);
  const names = [...pageTextNames, 'delete_confirm', 'button_delete_yes', 'button_no'] as const;
  return {
    service: flow.name,
    language,
    languages: flow.languages.map((id) => ({ id, name: languageNames[id] ?? id })),
    words: Object.fromEntries(names.map((name) => [name, text(name)])) as Words,
    lines: linesOf(flow, now, language),
    leaveTo: flow.desk.leaveTo,
  };
}

/** 110 and 119 first, then the flow's own lines, else the national ones. */
function linesOf(flow: Flow, now: number, language: string): Card[] {
  const fixed = ['police-110', 'ambulance-119'];
  const ask = (categories: string[], ids: string[]) =>
    flow.windows({ categories, ids, limit: Math.max(5, ids.length) }, now, language, 0).cards;
  const own = flow.lines.length > 0 ? ask([], flow.lines) : ask(['lines'], []);
  const cards = [...ask([], fixed), ...own];
  return cards.filter(({ id }, index) => cards.findIndex((card) => card.id === id) === index).map(cardOf);
}

const cardOf = (card: WindowCard): Card => {
  const tel = card.phone === undefined ? undefined : telephoneUri(card.phone);
  return { ...card, ...(tel ? { tel } : {}) };
};

/** The talk for its resident: what they wrote, what was said to them. Notes, levels and names of staff stay out. */
export async function talkState(
  { store, vault, flow, now }: TalkDeps,
  page: PageRow,
  seen: { talk: string; after: number; language: string },
): Promise<State> {
  const [rows, [before]] = await Promise.all([
    store.read(pageEvents(store.sql, page.consultation_id)),
    page.state === 'waiting' ? store.read(waitingBefore(store.sql, page)) : [],
  ]);
  const key = page.sealed_key === null ? null : vault.unwrap(page.sealed_key, page.consultation_id);
  const opened = rows.map((row) => ({ row, record: key && openRecord(row) }));
  function openRecord(row: PageEventRow): EventRecord | null {
    if (row.sealed === null || !key) return null;
    return JSON.parse(vault.open(key, sealContext.event(page.id, row.version), row.sealed)) as EventRecord;
  }
  const talk = page.consultation_id.slice(0, 8);
  // Taking back changes what was shown already.
  const whole =
    seen.talk !== talk || rows.some(({ version, kind }) => version > seen.after && kind === 'unsend');
  const from = whole ? 0 : seen.after;
  const current = flow();
  const at = now();
  const position = { 'queue.position': String(Number(before?.people ?? 0) + 1) };
  const language = current.languages.includes(seen.language) ? seen.language : page.language;
  const { open, text } = wording(current, at, language, position);
  const last = opened.flatMap(({ row, record }) => itemsOf(row, record)).at(-1);
  // With a counselor, the bot asks nothing but whether to delete.
  const mayStand = ({ data }: Choice) => page.state !== 'human' || data.startsWith('delete|');
  const lastSaying = opened.flatMap(({ record }) => shown(record)).at(-1);
  return {
    version: page.version,
    mine: tokenHash(`page:${page.id}`).slice(0, 16),
    talk,
    from,
    language: page.language,
    state: page.state,
    status: text(
      (
        {
          bot: 'page_with_bot',
          waiting: 'page_waiting',
          human: 'page_with_counselor',
          closed: 'page_closed',
        } as const
      )[page.state],
    ),
    desk: text(open ? 'page_desk_open' : 'page_desk_closed'),
    choices: last?.who === 'bot' ? (lastSaying?.choices ?? []).filter(mayStand) : [],
    items: opened.filter(({ row }) => row.version > from).flatMap(({ row, record }) => itemsOf(row, record)),
  };
}

/** What an event said that stands on the page: all but LINE's notices. */
const shown = (record: EventRecord | null): Saying[] =>
  (record?.said ?? []).filter(({ where }) => where !== 'line');

function itemsOf(row: PageEventRow, record: EventRecord | null): Item[] {
  const item = (place: string, who: Item['who'], body: Item['body']): Item => ({
    key: `${row.version}.${place}`,
    at: row.at,
    who,
    body,
  });
  const own = row.id.startsWith('web:') ? { id: row.id.slice('web:'.length) } : {};
  const incoming = record?.in;
  const mine: Item[] =
    incoming === undefined
      ? []
      : incoming.kind === 'text'
        ? [{ ...item('in', 'resident', { kind: 'text', text: incoming.text }), ...own }]
        : incoming.kind === 'choice'
          ? [{ ...item('in', 'resident', { kind: 'text', text: incoming.label }), ...own }]
          : [item('in', 'resident', { kind: incoming.kind === 'media' ? 'media' : 'taken-back' })];
  const theirs = shown(record).flatMap((saying, index) =>
    saying.messages.flatMap((message, place) =>
      // A link to this very page has nothing to say here.
      message.kind === 'link' ? [] : [item(`${index}.${place}`, saying.speaker, bodyOf(message))],
    ),
  );
  return [...(row.kind === 'erase' ? [] : mine), ...theirs];
}

function bodyOf(message: Exclude<Message, { kind: 'link' }>): Item['body'] {
  if (message.kind === 'windows') return { kind: 'windows', cards: message.cards.map(cardOf) };
  return { kind: 'text', text: message.text };
}
