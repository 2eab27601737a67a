import { japaneseTime } from '../audit/export.ts';
import type { Verified } from '../audit/verify.ts';
import { accessibilityTable, type Checked } from './accessibility.ts';
import type { Policy } from './retention.ts';

/** What the running configuration shows of itself; gathered at the door, put into words here. */
export type Evidence = {
  at: number;
  municipality: string;
  service: string;
  flow: { folder: string; hash: string };
  talk: 'line' | 'web';
  trial: boolean;
  engine: 'sqlite' | 'postgres' | 'd1';
  database: string;
  publicUrl: string;
  consoleLimited: boolean;
  keys: number;
  retention: Policy;
  /** Role, and what it may do, as the program's own table has it. */
  roles: readonly { role: string; talk: readonly string[]; office: readonly string[] }[];
  people: { active: number; withSecondFactor: number; strongWithout: number };
  log: Verified;
  opened: { identity: number; disclosure: number };
  /** Who is told of danger away from the screen: names as the plan has them; null without a plan. */
  alerted: readonly string[] | null;
  /** Who is told of an identity to be opened; names as the plan has them. */
  supervisors: readonly string[];
  firstMessage: readonly string[];
  /** What the program's own browser tests looked at. */
  checked: Checked;
};

const days = (ms: number): string => `${Math.round(ms / 86_400_000)}日`;

/**
 * The evidence pack: a Japanese document (Markdown) for whoever has to answer for the service. Everything in it is read from
 * what runs; what a program cannot know of itself is left as a line to be filled in by hand.
 */
export function evidenceDocument(evidence: Evidence): string {
  const { retention, log, people } = evidence;
  const web = evidence.talk === 'web';
  const place = {
    sqlite: 'このサーバーのファイル（SQLite）',
    postgres: 'PostgreSQL',
    d1: 'Cloudflare D1',
  }[evidence.engine];
  return `# ${evidence.municipality}「${evidence.service}」 個人情報の取り扱いの根拠

${japaneseTime(evidence.at)} に、動いている設定から作成。フロー ${evidence.flow.folder}（${evidence.flow.hash}）${evidence.trial ? '。**試験運用中**' : ''}。
「＿＿」は、プログラムからは分からないため、担当課で書く欄です。

## 1. 何がどこに、いつまであるか

内閣官房・個人情報保護委員会・金融庁・総務省「政府機関・地方公共団体等における業務でのLINE利用状況調査を踏まえた今後のLINEサービス等の利用の際の考え方（ガイドライン）」（2021年4月30日）に照らした一覧。

| データ | LINE 社 | この市のシステム | 形 | 期間 |
| --- | --- | --- | --- | --- |
| 相談者が LINE に打った文 | 通る。市区町村の公式アカウントの追加規約の扱いによる（＿＿） | ${place} | 相談ごとの鍵で AES-256-GCM | 終了後 ${days(retention.contentMs)} |
| ${web ? '相談のページに書いた文' : '相談員・ボットの返事'} | ${web ? '**通らない**' : '通る（LINE のトークとして届く）'} | ${place} | 同上 | 終了後 ${days(retention.contentMs)} |
| ${web ? '相談員・ボットの返事' : '（相談のページは使っていない）'} | ${web ? '**通らない**（LINE には電話番号とリンクだけ）' : '—'} | ${web ? place : '—'} | ${web ? '同上' : '—'} | ${web ? `終了後 ${days(retention.contentMs)}` : '—'} |
| LINE の利用者番号 | LINE が持つ | 封じた値と、鍵つきの仮名（HMAC-SHA-256）だけ | 別の鍵で封 | その人の相談がすべて消えるまで |
| 氏名・写真などのプロフィール | LINE が持つ | **取得しない**（プロフィールの API を呼ばない） | — | — |
| 相談員と話していること | ${web ? '**伝えない**' : 'メニュー（リッチメニュー）の切りかえで伝わる'} | ${place} | 状態だけ。平文 | 終了まで |
| 画像・音声・動画 | LINE が持つ | 保存しない（相談員が開いたときだけ取り寄せて表示） | — | LINE の保存期間 |
| 職員のメモ・危険の確認 | 通らない | ${place} | 相談ごとの鍵で封 | 終了後 ${days(retention.notesMs)} |
| 相談のいまの状態（危険度・分野・ことば・担当・時刻） | 通らない | ${place} | **平文**。仮名と結びつく | 内容が消えるまで |
| 相談のページのリンクと、開いた画面 | リンクは通る | ${place} | ハッシュだけ | リンク 30分、画面 12時間 |
| 職員のアカウント（氏名、メール、サインインした端末のアドレス） | 通らない | ${place} | 平文。パスワードはハッシュ | 消すまで（サインインの記録は最長12時間で無効） |
| 統計の事実（分野・危険度・件数・時刻） | 通らない | ${place} | 平文。だれのものかは、内容とともに切り離す | 残る |
| だれが何を開き、変えたかの記録 | 通らない | ${place} | 内容なし。鍵つきの鎖 | ${days(retention.logMs)} |

相談の方法: **${web ? '相談のページ（LINE に相談の文を残さない方法）' : 'LINE のトークの中（相談の文が LINE を通る方法）'}**。
${web ? '' : '\n> この方法では、相談の文と返事が LINE を通ります。ガイドラインは、相談の内容を LINE 側に残さず市のシステムに直接保存することを求めています。desk.talk: web に変えると、そのようになります。\n'}
データベース: ${evidence.database}。置き場所（国・事業者・契約）: ＿＿。公開の URL: ${evidence.publicUrl || '＿＿'}。

## 2. 消えること

- 終了から ${days(retention.contentMs)} で、相談の鍵を壊し、行を消し、書きこみの控え（WAL）も空にする。メモは ${days(retention.notesMs)}。${days(retention.remindMs)}前にスーパーバイザーの画面で知らせる。理由をつけて残すことができる（最長365日）。
- 相談者はいつでも「データを消して」で消せる。送信の取り消しは、すぐに反映する。
- バックアップ（${evidence.engine === 'd1' ? 'D1 の Time Travel（最長30日）を含む' : '写しのファイルなど'}）には消す前のものが残る。**MADOGUCHI_KEY があれば読める**（なければ読めない）。写しの保存期間: ＿＿（${days(retention.contentMs)}より長くしないこと）。

## 3. 鍵

- いま使える鍵 ${evidence.keys}本${evidence.keys > 1 ? '（**交換の途中**。keys rotate を終えて古い鍵を除くこと）' : ''}。鍵の控えの置き場所と、開けられる人: ＿＿。前に替えた日: ＿＿。
- 鍵が違うとサービスは起動しない。封じた値は行に結びつけてあり、別の行に移すと開かない。
- サーバーを管理する人（root）は、動いているプログラムの鍵とメモリーを読める。その人: ＿＿。

## 4. だれが何をできるか

| 役割 | 相談に対して | そのほか |
| --- | --- | --- |
${evidence.roles.map(({ role, talk, office }) => `| ${role} | ${talk.join('、') || '—'} | ${office.join('、') || '—'} |`).join('\n')}

- いま使える人 ${people.active}人、うち第二要素（認証アプリかパスキー）を設定した人 ${people.withSecondFactor}人。${people.strongWithout > 0 ? `**第二要素のないスーパーバイザー・管理者が ${people.strongWithout}人**（設定するまで何も開けない）。` : ''}
- コンソールを開けるネットワーク: ${evidence.consoleLimited ? '限っている（CONSOLE_ALLOW）' : '**限っていない**'}。
- 身元の開示（生命の危険だけ）と開示請求の書き出しは、役割の違う二人、理由、第二要素、30分、一度きりの表示。これまでに表示した数: 身元 ${evidence.opened.identity}、開示請求 ${evidence.opened.disclosure}（記録の保存期間内）。

## 5. 記録の点検

- ${japaneseTime(evidence.at)}: ${log.breaks.length === 0 ? '書きかえは見つからない' : `**書きかえが見つかった（封 ${[...new Set(log.breaks.map(({ block }) => block))].join('、')}）**`}。封 ${log.blocks}、行 ${log.entries}、まだ封じていない行 ${log.unsealed}${log.pruned > 0 ? `、期間を過ぎて消した封 ${log.pruned} まで` : ''}。
- いちばん新しい封: \`${log.head || 'なし'}\`（サーバーのログの audit-block と照らすこと）。

## 6. 危険なときに知らせる相手

${evidence.alerted === null ? '**設定されていない**（alerts.yaml がない）。' : evidence.alerted.length === 0 ? '**だれもいない**。' : evidence.alerted.map((name) => `- ${name}`).join('\n')}

- 身元の開示が申請されたとき、票が表示されたとき: ${evidence.supervisors.length === 0 ? 'コンソールの画面だけ（外への知らせはない）' : evidence.supervisors.join('、')}。

## 7. 相談者への説明

最初のメッセージ:

${evidence.firstMessage.map((text) => text.replace(/^/gmu, '> ')).join('\n>\n')}

ウェブサイトなどでの公表: ＿＿。個人情報ファイル簿・影響評価: ＿＿。

## 8. 使いやすさ（アクセシビリティ）

このソフトウェアの試験は、画面を本物のブラウザー（Chromium）で開き、axe-core で WCAG 2.2 AA の規則に照らす。違反が一つでもあれば試験は通らない。この版に付いている結果:

${accessibilityTable(evidence.checked)}

- 自動の検査で分かるのは、基準の一部だけ（読み上げの分かりやすさ、文のやさしさなどは分からない）。LINE の画面は対象外。
- この市で動かして確かめた日・人・方法（キーボードだけ、読み上げ、200% の文字）・結果: ＿＿。
- 人による検査（JIS X 8341-3）の日と結果: ＿＿。直していないことと、直す予定: ＿＿。
`;
}
