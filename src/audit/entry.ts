import type { QueryCreator } from 'kysely';
import type { Write } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** What the log can say, and how it reads on the Log page. Nothing else is ever written there. */
export const auditWords = {
  'talk-read': '相談を開いた',
  'reason-read': '申請や保存の理由を見た',
  'picture-opened': '画像や音声を開いた',
  searched: '相談を検索した',
  accept: '相談を受けた',
  'take-over': '相談を引き取った',
  reply: '返信した',
  'give-back': 'ボットに戻した',
  close: '相談を終えた',
  'set-level': '危険度を変えた',
  'set-categories': '分野を変えた',
  transfer: '転送した',
  mute: '利用を止めた・戻した',
  flag: '脅し・いやがらせを報告した',
  note: 'メモを書いた',
  assessment: '危険の確認を書いた',
  referral: '窓口につないだ',
  'referral-outcome': 'つなぎの結果を書いた',
  'message-unsent': '相談者が送信を取り消した',
  'resident-deleted': '相談者がデータを消した',
  unreadable: '開けないデータがあった（書きかえられたおそれ）',
  'identity-asked': '身元の開示を申請した',
  'identity-approved': '身元の開示を承認した',
  'identity-declined': '身元の開示を認めなかった',
  'identity-shown': '身元の票を表示した',
  'disclosure-asked': '開示請求の書き出しを申請した',
  'disclosure-approved': '開示請求の書き出しを承認した',
  'disclosure-declined': '開示請求の書き出しを認めなかった',
  'disclosure-shown': '開示請求のための書き出しをした',
  'code-wrong': '第二要素の番号が違った',
  'signed-in': 'サインインした',
  'account-changed': 'アカウントの設定を変えた',
  'account-reset': 'パスワードと第二要素を作りなおした',
  'second-factor-reset': '第二要素を取り消した',
  'person-invited': '職員を招いた',
  'person-joined': '職員が登録した',
  'person-changed': '職員の役割・分野を変えた',
  'canned-changed': '定型文を変えた',
  'canned-deleted': '定型文を消した',
  'content-forgotten': '保存期間を過ぎた相談の内容を消した',
  'notes-forgotten': '保存期間を過ぎたメモを消した',
  'retention-reminded': 'まもなく消える相談を知らせた',
  held: '消さずに残すことにした',
  released: '残すのをやめた',
  'flow-published': 'フローを公開した',
  'flow-rolled-back': 'フローを前の公開に戻した',
  'alert-acknowledged': '呼び出しに「対応します」と答えた',
  'duty-changed': '当番を変えた',
  'log-verified': '記録を点検した',
  'keys-rotated': '鍵を替えた',
  'backed-up': '写し（バックアップ）を取った',
  'log-exported': '記録を書き出した',
  'log-pruned': '保存期間を過ぎた記録を消した',
} as const;

export type AuditWord = keyof typeof auditWords;

/**
 * One line of the log to be. `detail` holds fixed words, numbers and ids of ours, never what anybody wrote; only of a published
 * flow it holds the name and the reason that staff gave with the command, which knows no accounts.
 */
export type Entry = {
  at: number;
  what: AuditWord;
  staff?: string | null;
  consultation?: string | null;
  detail?: Record<string, string | number>;
};

/** The write of one line; goes into the commit of what it tells of. */
export function entryWrite(sql: QueryCreator<Tables>, entry: Entry): Write {
  const { at, what, staff = null, consultation = null, detail = {} } = entry;
  const row = { at, what, staff_id: staff, consultation_id: consultation, detail: JSON.stringify(detail) };
  return {
    query: sql
      .insertInto('audit')
      .values({ ...row, block: null })
      .compile(),
  };
}
