import type { Finding } from './check.ts';
import type { Answer } from './client.ts';

export type Failed = Extract<Answer<unknown>, { ok: false }>;

/** What to do where LINE says no, by the reasons of `failure.ts`. */
export function refusal(what: string, failure: Failed): Finding {
  return { state: 'wrong', text: `${what}（${failure.reason}）。`, todo: wayOut(failure) };
}

function wayOut({ reason, status, again }: Failed): string {
  if (reason === 'unauthorized')
    return 'チャネルアクセストークンが正しくないか、期限が切れています。LINE Developersコンソール（https://developers.line.biz/console/）でチャネルを開き、「Messaging API設定」タブのいちばん下で発行しなおして、LINE_CHANNEL_ACCESS_TOKEN に入れてください。';
  if (reason === 'timeout' || reason === 'network')
    return 'このコンピューターから https://api.line.me と https://api-data.line.me へ通信できるか、プロキシやファイアウォールの設定を確かめてください。';
  if (status === 400 || status === 413)
    return 'LINE がこの形を受け取りません。npm run -s madoguchi -- check でフローを確かめ、menu のボタンの文字を短くしてみてください。';
  if (again) return '時間をおいて、もう一度同じ命令を実行してください。';
  return 'もう一度実行しても同じときは、https://developers.line.biz/ja/ の障害情報と、チャネルの設定を確かめてください。';
}
