import type { Level } from '../risk/finding.ts';
import type { NoticeReason } from './notice.ts';
import type { Reason } from './policy.ts';

/** What an alert tells: never a word of the resident, never an id of theirs. */
export type Notice = {
  service: string;
  level: Level;
  reason: Reason | NoticeReason;
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
  if (reason === 'identity-asked') return '【承認待ち】身元の開示が申請されました';
  if (reason === 'identity-opened') return '【確認】身元の票が表示されました';
  const what =
    reason === 'absent'
      ? '相談員がいないあいだに相談が来ています'
      : `相談者が${waitedWords(waited)}待っています`;
  return `【${levelWords[level]}】${what}`;
}

/** The lines below the title. */
export function linesOf(notice: Notice): string[] {
  const { service, level, reason, waited, test } = notice;
  if (test)
    return [
      service,
      'このお知らせは試験です。待っている人はいません。',
      '本番では、危険度・待ち時間・画面へのリンクだけが届きます。相談の内容は届きません。',
    ];
  if (reason === 'identity-asked')
    return [
      service,
      '生命の危険のため、相談者の身元を開く申請がありました。30分以内に、申請した人と役割のちがう人の承認が要ります。',
      '理由は、相談員の画面の「承認」で見てください。',
    ];
  if (reason === 'identity-opened')
    return [
      service,
      '二人の承認により、警察への連絡票が表示されました。',
      '覚えのない開示であれば、管理者がすぐに「記録」で確かめてください。',
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
