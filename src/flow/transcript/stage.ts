import type { Happening } from '../../conversation/event.ts';
import { menuFor } from '../../conversation/menu.ts';
import type { Snapshot } from '../../conversation/snapshot.ts';
import type { Refusal } from '../../conversation/staff.ts';
import { duration } from '../duration.ts';
import type { Menus } from '../menu.ts';
import { type Company, emptyScene, type Played, play, type Scene } from '../rehearse.ts';
import { type Bubble, bubblesOf } from './bubble.ts';
import { type Line, readTime, type Transcript } from './file.ts';

/** One line of what was really said and done, as a person would read it. */
export type ChatLine = { who: '相談者' | 'ボット' | '相談員' | '時刻'; text: string };

const refusals: Record<Refusal['why'], string> = {
  taken: 'ほかの相談員が話を持っています。',
  'not-yours': 'その相談員は、この話を持っていません（accept で受けます）。',
  closed: '相談は終わっています。',
  'not-waiting': '相談者は待っていません。',
  'reason-needed': '理由を書いてください。',
  empty: '文が空です。',
  'in-danger': '危険のある人の利用は止められません。',
};

/** More timers than this one after the other are a circle. */
const MOST_TIMERS = 1_000;

/** A bubble of the bot, and which line of the transcript led to it, counted from 1. */
export type Heard = Bubble & { act: number };

/** Whom a transcript is played with; `menus`: what stands at the bottom of the resident's screen. */
export type Performers = Company & { menus?: Menus | null };

/**
 * A conversation being played: the scene, the clock, who is on duty. Every event goes through the real `step`, and all
 * that is remembered is written out as JSON and read back before the next.
 */
export class Stage {
  readonly #company: Performers;
  readonly #returning: boolean;
  #scene: Scene;
  #now: number;
  #present: number;
  #free: number;
  /** Everything the bot said since the last line that was an expectation. */
  answer: Heard[] = [];
  #acts = 0;
  readonly chat: ChatLine[] = [];
  crash: string | null = null;
  /** Taps, as `step|choice`. */
  readonly tapped: string[] = [];

  constructor(company: Performers, transcript: Transcript) {
    this.#company = company;
    this.#returning = transcript.returning;
    this.#scene = emptyScene(transcript.language);
    this.#now = readTime(transcript.at) ?? 0;
    [this.#present, this.#free] = [transcript.counselors, transcript.counselors * 2];
  }

  get offered(): Scene['offered'] {
    return this.#scene.offered;
  }

  get snapshot(): Snapshot | null {
    return this.#scene.snapshot;
  }

  /** Lets pass what is needed for the bot to answer what was typed. */
  settle(): void {
    const { turn } = this.#scene.timers;
    if (turn !== undefined) this.#advance(Math.max(turn, this.#now));
  }

  /** Does what a line says. Returns why it cannot be done, or null. */
  act(line: Line): string | null {
    this.#acts++;
    if (line.resident !== undefined) return this.#write(line.resident);
    if (line.tap !== undefined) return this.#tap(line.tap);
    if (line.menu !== undefined) return this.#tapMenu(line.menu);
    if (line.send !== undefined)
      return this.#happen({ kind: 'media', media: line.send }, '相談者', `（${line.send}）`);
    if (line.follow)
      return this.#happen({ kind: 'follow', again: this.#returning }, '相談者', '（友だち追加）');
    if (line.unsend !== undefined)
      return this.#happen(
        { kind: 'unsend', messageId: line.unsend },
        '相談者',
        `（取り消し: ${line.unsend}）`,
      );
    if (line.wait !== undefined) return this.#pass(this.#now + duration(line.wait), `${line.wait} たつ`);
    if (line.at !== undefined) return this.#pass(readTime(line.at) ?? this.#now, line.at);
    if (line.counselors !== undefined) {
      const given = line.counselors;
      [this.#present, this.#free] =
        typeof given === 'number' ? [given, given * 2] : [given.on_duty, given.free];
      return null;
    }
    return this.#counsel(line);
  }

  #counsel(line: Line): string | null {
    const staff = line.accept ?? this.snapshot?.talk.owner ?? '相談員';
    if (line.accept !== undefined) return this.#happen({ kind: 'accept', staff });
    if (line.counselor !== undefined) return this.#happen({ kind: 'reply', staff, text: line.counselor });
    if (line.give_back) return this.#happen({ kind: 'give-back', staff });
    if (line.gone) return this.#happen({ kind: 'owner-gone', staff });
    if (line.take_over !== undefined) return this.#happen({ kind: 'take-over', staff: line.take_over });
    if (line.close !== undefined)
      return this.#close(staff, typeof line.close === 'string' ? { outcome: line.close } : line.close);
    if (line.refer !== undefined)
      return this.#refer(
        staff,
        typeof line.refer === 'string' ? { window: line.refer, say: '' } : line.refer,
      );
    if (line.set_categories) return this.#setCategories(staff, line.set_categories);
    if (line.mute !== undefined)
      return this.#happen({
        kind: 'mute',
        staff,
        minutes: Number.parseInt(line.mute, 10),
        reason: '会話の試験',
      });
    if (line.flag) return this.#happen({ kind: 'flag', staff, what: line.flag, note: '' });
    if (line.set_level)
      return this.#happen({
        kind: 'set-level',
        staff,
        level: line.set_level.to,
        reason: line.set_level.reason,
      });
    return null;
  }

  #close(
    staff: string,
    closing: { outcome: string; farewell?: string | undefined; survey?: boolean | undefined },
  ) {
    const known = this.#company.flow.outcomes.map(({ id }) => id);
    if (!known.includes(closing.outcome))
      return `結果「${closing.outcome}」がありません。あるのは ${known.join('、')} です。`;
    const { outcome, farewell = '', survey = true } = closing;
    return this.#happen({ kind: 'close', staff, outcome, farewell, survey });
  }

  /** The card as the resident would see it at this hour. */
  #refer(staff: string, { window, say }: { window: string; say: string }): string | null {
    const language = this.snapshot?.language ?? 'ja';
    const query = { categories: [], ids: [window], limit: 1 };
    const [card] = this.#company.flow.windows(query, this.#now, language, 0).cards;
    if (!card) return `「${window}」という窓口はありません。windows.yaml の id を確かめてください。`;
    return this.#happen({ kind: 'refer', staff, text: say, card, consent: false });
  }

  #setCategories(staff: string, categories: string[]): string | null {
    const unknown = categories.find((id) => !this.#company.flow.categories.has(id));
    if (unknown !== undefined)
      return `相談分野「${unknown}」がありません。categories の名前を確かめてください。`;
    return this.#happen({ kind: 'set-categories', staff, categories });
  }

  /** The menu on the screen depends on who has the talk. */
  #tapMenu(label: string): string | null {
    const areas = this.#company.menus?.[menuFor(this.snapshot?.talk.state ?? 'bot')] ?? [];
    const area = areas.find((one) => Object.values(one.label).includes(label));
    if (!area || !('press' in area.does))
      return `「${label}」というメニューのボタンはありません。いま出ているのは ${areas.map((one) => `「${Object.values(one.label)[0]}」`).join('') || 'ありません'}。`;
    return this.#happen({ kind: 'choice', data: area.does.press }, '相談者', `［メニュー: ${label}］`);
  }

  /** A message is named by its words, so that a transcript can take it back. */
  #write(text: string): string | null {
    const step = this.snapshot?.place.step ?? this.#company.flow.start;
    const chosen = this.#company.flow.steps
      .get(step)
      ?.choices.find(({ label }) => Object.values(label).includes(text));
    if (chosen) this.tapped.push(`${step}|${chosen.id}`);
    return this.#happen({ kind: 'text', text, messageId: text }, '相談者', text);
  }

  #tap(label: string): string | null {
    const choice = this.offered.find((offered) => offered.label === label || offered.label === `✓ ${label}`);
    if (!choice)
      return `「${label}」というボタンは出ていません。いま押せるのは ${this.offered.map((one) => `「${one.label}」`).join('') || 'ありません'}。`;
    const [kind, ...rest] = choice.data.split('|');
    if (kind === 'choice') this.tapped.push(rest.join('|'));
    return this.#happen({ kind: 'choice', data: choice.data }, '相談者', `［${label}］`);
  }

  #happen(happening: Happening, who?: ChatLine['who'], text?: string): string | null {
    if (who && text !== undefined) this.chat.push({ who, text });
    const played = play(this.#company, this.#scene, happening, this.#moment());
    if (played) this.#take(played);
    if (played?.refusal) return `いまはできません。${refusals[played.refusal.why]}`;
    return null;
  }

  #take({ scene, said, crash }: Played): void {
    this.#scene = JSON.parse(JSON.stringify(scene)) as Scene;
    this.crash ??= crash;
    const bubbles = bubblesOf(said);
    const heard = bubbles.filter(({ speaker }) => speaker === 'bot');
    this.answer.push(...heard.map((bubble) => ({ ...bubble, act: this.#acts })));
    for (const bubble of bubbles)
      this.chat.push({
        who: bubble.speaker === 'bot' ? 'ボット' : '相談員',
        text: bubble.names.length > 0 ? `［窓口］${bubble.names.join('、')}` : bubble.text,
      });
    const buttons = said.at(-1)?.choices ?? [];
    if (buttons.length > 0)
      this.chat.push({ who: 'ボット', text: buttons.map(({ label }) => `［${label}］`).join('') });
  }

  #pass(until: number, text: string): string | null {
    if (until < this.#now) return '時刻は先にしか進められません。';
    this.chat.push({ who: '時刻', text });
    this.#advance(until);
    return null;
  }

  /** Moves the clock on, letting every timer on the way come due at its own time. */
  #advance(until: number): void {
    for (let fired = 0; fired < MOST_TIMERS; fired++) {
      const [next] = Object.entries(this.#scene.timers).sort(([, a], [, b]) => a - b);
      if (!next || next[1] > until) break;
      this.#now = Math.max(this.#now, next[1]);
      this.#happen({ kind: 'timer', name: next[0] });
    }
    this.#now = until;
  }

  #moment() {
    return { now: this.#now, present: this.#present, free: this.#free, returning: this.#returning };
  }
}
