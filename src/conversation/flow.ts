import type { Choice, Language, WindowCard } from '../message/message.ts';
import type { Level, RiskKind } from '../risk/finding.ts';
import type { Mover } from './mover.ts';
import type { GlobalWord, TextName } from './texts.ts';

/** A text in its variants; the flow's first language is always there. */
export type Text = { readonly [language: Language]: string };

/** Conditions of a flow; all that are given must hold. */
export type When = {
  answer?: Record<string, string | string[]>;
  desk?: 'open' | 'closed' | 'present' | 'absent';
  level?: 'watch' | 'high' | 'imminent';
  language?: string | string[];
  returning?: boolean;
};

/** What a condition can look at besides the answers. */
export type Situation = {
  deskOpen: boolean;
  present: boolean;
  level: Level;
  language: Language;
  returning: boolean;
};

/** `id` is the label in the first language: it outlives a reordering of the file. */
export type StepChoice = { id: string; label: Text; when?: When };

/** What kind of answer a step waits for. */
export type Ask =
  | { type: 'choices' }
  | { type: 'text' | 'number' | 'date'; save?: string; min?: number; max?: number }
  | { type: 'many'; save: string; options: string[] };

/** What the directory is asked; each filter takes any of its values. */
export type WindowQuery = {
  categories: string[];
  ids: string[];
  target?: string[];
  district?: string[];
  language?: string[];
  limit: number;
};

/** Filters of a list of windows. */
export const filters = ['target', 'district', 'language'] as const;
export type FilterName = (typeof filters)[number];

/** A step's list of windows: a filter is a value of the directory, or the name of an answer that holds one. */
export type WindowList = Omit<WindowQuery, FilterName> & {
  filters: Partial<Record<FilterName, { value: string } | { answer: string }>>;
};

/** One step, as the conversation shows it. Where answers lead is the machine's business. */
export type Step = {
  name: string;
  say: Text[];
  windows?: WindowList;
  ask: Ask;
  choices: StepChoice[];
  else?: string;
  media?: string;
  after: { ms: number; go: string }[];
  survey: boolean;
};

export type Category = { id: string; label: Text; step: string };

export type Desk = {
  name: Text;
  hoursText: Text;
  lastEntryMs: number;
  sessionMs: number;
  idleMs: number;
  ownerSilentMs: number;
  highGoesOn: boolean;
  talk: 'line' | 'web';
  /** Where 「すぐに閉じる」 on the resident's page leads. */
  leaveTo: string;
  /** Whether the desk is open at an instant (ms), and until when. */
  at(now: number): { open: boolean; closesAt: number | null };
  /** The opening after this one in words: 「月曜 8:30から」; empty when none is known. */
  nextOpen(now: number, language: Language): string;
  /** How many talks a counselor holds at once on that day. */
  capacityAt(now: number): number;
};

/** What is said and offered when a kind of danger appears. */
export type SafetyMessage = {
  high: Text[];
  imminent: Text[];
  windows: string[];
  imminentWindows: string[];
};
export type SafetyKind = RiskKind | 'other_in_danger' | 'child';

export type Triage = (text: string) => {
  category: string | null;
  ranked: { category: string; score: number }[];
};

/** How answers read to staff: the name, and each value that a button gives; what residents write stands for itself. */
export type AnswerWords = Readonly<
  Record<string, { label: string; values: Readonly<Record<string, string>> }>
>;

/**
 * A municipality's flow, compiled: what `step` needs to hold a conversation. Made by `flow/compile`.
 * The machine has one state a step, keyed by `keyOf`; its actions are named in `conversation/bot.ts`.
 */
export type Flow = {
  hash: string;
  name: string;
  municipality: string;
  languages: Language[];
  /** What is known of every resident from the start. */
  answers: Readonly<Record<string, string>>;
  answerWords: AnswerWords;
  /** How long what is kept after a consultation is closed, ms. */
  retention: { contentMs: number; notesMs: number; logMs: number; remindMs: number };
  start: string;
  survey?: string;
  /** What this service is, for those who ask. */
  about?: string;
  /** Where somebody is led whose words tell of distress and of nothing else. */
  distress?: string;
  steps: ReadonlyMap<string, Step>;
  categories: ReadonlyMap<string, Category>;
  outcomes: { id: string; label: string }[];
  desk: Desk;
  texts: Readonly<Record<TextName, Text[]>>;
  safety: Readonly<Record<SafetyKind, SafetyMessage>> & { readonly again: Text[] };
  /** The global word a typed text is, if it is one. */
  wordOf(text: string): GlobalWord | null;
  yesNo(text: string): 'yes' | 'no' | null;
  thanks(text: string): boolean;
  /** Whether a text asks who reads and what stays secret. */
  asksAbout(text: string): boolean;
  /** The windows to call when nobody can answer; empty: the national lines. */
  lines: string[];
  triage: Triage;
  /** The cards for a query at an instant; `more` when the limit hid some; `confirmed` when at least one is. */
  windows(
    query: WindowQuery,
    now: number,
    language: Language,
    offset: number,
  ): { cards: WindowCard[]; more: boolean; confirmed: boolean };
  move: Mover;
  keyOf(step: string): string;
  stepOf(key: string): string | undefined;
};

/** Buttons that stand under every bot message, and what they carry. */
export type GlobalChoice = Choice & { word: GlobalWord };
