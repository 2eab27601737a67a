import type { Choice, Message, Speaker } from '../message/message.ts';
import { type Level, rank } from '../risk/finding.ts';
import type { Effect, SayKind } from './effect.ts';
import type { Flow, Situation, Text } from './flow.ts';
import type { Snapshot } from './snapshot.ts';
import { type TalkEvent, talkAfter } from './talk.ts';
import type { GlobalWord, TextName } from './texts.ts';

/** What `step` is told of the world at the event's instant. */
export type Facts = {
  now: number;
  /** Counselors on duty and seen within the last 30 s. */
  present: number;
  /** Free places among them; 0 means everybody is busy. */
  free: number;
  /** Waiting consultations that go before one of this level which starts waiting now. */
  ahead(level: Level): number;
  /** A trial with example values: the first message says so. */
  trial: boolean;
  /** With `desk.talk: web`: up to when the resident's page has shown everything, ms; null while none is open. */
  pageSeenAt?: number | null;
};

/**
 * One step in the making: the snapshot as it changes, and the effects so far. Lives inside a single call of `step`;
 * what leaves is plain data. Bubbles gather into one saying, so that one event makes one answer.
 */
export class Draft {
  readonly flow: Flow;
  readonly facts: Facts;
  readonly effects: Effect[] = [];
  snapshot: Snapshot;
  #messages: Message[] = [];
  #choices: Choice[] = [];
  #kind: SayKind = 'answer';

  constructor(flow: Flow, snapshot: Snapshot, facts: Facts) {
    this.flow = flow;
    this.snapshot = snapshot;
    this.facts = facts;
  }

  /** True while nothing has been said for this event. */
  get silent(): boolean {
    return this.#messages.length === 0;
  }

  /** Windows stand in this event's answer already. */
  get showsWindows(): boolean {
    return this.#messages.some(({ kind }) => kind === 'windows');
  }

  change(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
  }

  talk(event: TalkEvent): void {
    this.change({ talk: talkAfter(this.snapshot.talk, event) });
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Adds bubbles of the bot to this event's answer; safety outranks notice outranks answer. */
  say(messages: readonly Message[], as: SayKind = 'answer'): void {
    this.#messages.push(...messages);
    if (as === 'safety' || this.#kind === 'answer') this.#kind = as;
  }

  /** Bubbles of named texts, in the resident's language. */
  sayText(name: TextName, variables: Record<string, string> = {}, as: SayKind = 'answer'): void {
    this.say(
      this.flow.texts[name].map((text) => ({ kind: 'text', text: this.fill(text, variables) })),
      as,
    );
  }

  /** The choices under the last bubble; the last call wins. */
  offer(choices: readonly Choice[]): void {
    this.#choices = [...choices];
  }

  /** The variant for the resident, with `{{ variables }}` filled in. */
  fill(text: Text, variables: Record<string, string> = {}): string {
    return fill(
      localized(text, this.snapshot.language, this.flow),
      (name) => variables[name] ?? this.variable(name),
    );
  }

  label(name: TextName): string {
    const text = this.flow.texts[name][0];
    return text ? this.fill(text) : name;
  }

  /** A button that carries a global word. */
  word(word: GlobalWord, name: TextName): Choice {
    return { label: this.label(name), data: `word|${word}` };
  }

  get deskOpen(): boolean {
    return this.flow.desk.at(this.facts.now).open;
  }

  /**
   * Whether a hand-off is taken up now: before the last entry of an open desk, and for somebody in danger also past
   * closing while a counselor is still there, where the flow says so.
   */
  get takesEntries(): boolean {
    const { desk } = this.flow;
    const { now, present } = this.facts;
    const { open, closesAt } = desk.at(now);
    if (rank(this.snapshot.talk.level) >= rank('high') && (open || (desk.highGoesOn && present > 0)))
      return true;
    return open && (closesAt === null || now < closesAt - desk.lastEntryMs);
  }

  /** Only a desk that takes entries with a counselor present can answer (DESIGN 7). */
  get someoneCanAnswer(): boolean {
    return this.takesEntries && this.facts.present > 0;
  }

  /** What conditions look at. The desk's hours are worked out only for a condition that asks for them. */
  situation(): Situation {
    const { snapshot, facts } = this;
    const deskOpen = () => this.deskOpen;
    return {
      get deskOpen() {
        return deskOpen();
      },
      get present() {
        return facts.present > 0;
      },
      level: snapshot.talk.level,
      language: snapshot.language,
      returning: snapshot.returning,
    };
  }

  /** What a variable stands for. The desk's hours are worked out only where a text speaks of them. */
  private variable(name: string): string {
    const { flow, snapshot } = this;
    switch (name) {
      case 'service':
        return flow.name;
      case 'municipality':
        return flow.municipality;
      case 'desk.name':
        return localized(flow.desk.name, snapshot.language, flow);
      case 'desk.hours':
        return localized(flow.desk.hoursText, snapshot.language, flow);
      case 'desk.next_open':
        return flow.desk.nextOpen(this.facts.now, snapshot.language);
      default:
        return '';
    }
  }

  /** Closes the answer: what was gathered becomes one saying. */
  finish(): { snapshot: Snapshot; effects: Effect[] } {
    this.#flush('bot');
    return { snapshot: this.snapshot, effects: this.effects };
  }

  /** What was said so far is one saying; what follows is another. */
  apart(): void {
    this.#flush('bot');
  }

  /** A counselor's words go out by themselves, under the counselor's name. */
  counselorSays(messages: readonly Message[]): void {
    this.#flush('bot');
    this.#messages = [...messages];
    this.#kind = 'counselor';
    this.#flush('counselor');
  }

  #flush(speaker: Speaker): void {
    if (this.#messages.length === 0) return;
    const { counts } = this.snapshot;
    this.change({ counts: { ...counts, [speaker]: counts[speaker] + this.#messages.length } });
    this.effects.push({
      kind: 'say',
      as: this.#kind,
      saying: { speaker, messages: this.#messages, choices: this.#choices },
    });
    this.#messages = [];
    this.#choices = [];
    this.#kind = 'answer';
  }
}

/** The resident's variant of a text, or the flow's first language. */
export function localized(text: Text, language: string, flow: { languages: string[] }): string {
  return text[language] ?? text[flow.languages[0] ?? 'ja'] ?? Object.values(text)[0] ?? '';
}

/** Fills `{{ name }}`; the checker has seen to it that every name is known. */
export function fill(text: string, variable: (name: string) => string): string {
  if (!text.includes('{{')) return text;
  return text.replace(/\{\{\s*([\w.]+)\s*\}\}/gu, (_, name: string) => variable(name));
}
