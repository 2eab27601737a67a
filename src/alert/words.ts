import type { Level } from '../risk/finding.ts';
import type { Reason } from './policy.ts';

/** What an alert tells: never a word of the resident, never an id of theirs. */
export type Notice = {
  service: string;
  level: Level;
  reason: Reason;
  /** ms. */
  waited: number;
  /** The console's queue, and the page that acknowledges this alert for this person. */
  console: string;
  acknowledge: string | null;
  /** `madoguchi alert test`: nobody is waiting. */
  test: boolean;
};

const levelWords: Record<Level, string> = {
  none: '通常',
  watch: '見守り',
  high: '要注意',
  imminent: '緊急',
};

export function titleOf({ test, level, reason, waited }: Notice): string {
  if (test) return '【試験】知らせが届くかどうかの試験です';
  const what =
    reason === 'absent'
      ? '相談員がいないあいだに相談が来ています'
      : `相談者が${waitedWords(waited)}待っています`;
  return `【${levelWords[level]}】${what}`;
}

/** The lines below the title. */
export function linesOf(notice: Notice): string[] {
  const { service, level, waited, test } = notice;
  if (test)
    return [
      service,
      'このお知らせは試験です。待っている人はいません。',
      '本番では、危険度・待ち時間・画面へのリンクだけが届きます。相談の内容は届きません。',
    ];
  return [
    service,
    `危険度: ${levelWords[level]}`,
    `待ち時間: ${waitedWords(waited)}`,
    '相談の内容は、相談員の画面で見てください。',
  ];
}

export function waitedWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return '1分未満';
  return minutes < 60 ? `${minutes}分` : `${Math.floor(minutes / 60)}時間${minutes % 60}分`;
}
