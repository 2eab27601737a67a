import { type ClientResponse, hc, type InferRequestType, type InferResponseType } from 'hono/client';
import type { ConsoleApi, WelcomeApi } from '../routes.ts';

/** The server's routes, typed. All of them, and nothing else, are what the client knows of the server. */
export const api = hc<ConsoleApi>('/api');
export const door = hc<WelcomeApi>('/api');

export type Session = InferResponseType<typeof api.session.$get, 200>;
export type Queue = InferResponseType<typeof api.queue.$get, 200>;
export type Entry = Queue['entries'][number];
export type Alerts = InferResponseType<typeof api.alerts.$get, 200>;
export type Talk = InferResponseType<(typeof api.consultations)[':id']['$get'], 200>;
export type SearchFilter = Omit<InferRequestType<typeof api.search.$post>['json'], 'after'>;
export type Finds = InferResponseType<typeof api.search.$post, 200>;
export type Line = Talk['lines'][number];

/** An answer that is not the wanted one. `status` 0: the server was not reached. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly by: string | null;
  constructor(status: number, reason: string, by: string | null = null) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.by = by;
  }
}

/** The body of a good answer; throws `Refusal` for every other. */
export async function need<R extends Answer>(request: Promise<R>): Promise<Good<R>> {
  const response = await request.catch(() => {
    throw new Refusal(0, 'offline');
  });
  if (response.ok) return (await response.json()) as Good<R>;
  const told = (await response.json().catch(() => ({}))) as {
    error?: string;
    reason?: string;
    by?: string | null;
  };
  throw new Refusal(response.status, told.reason ?? told.error ?? 'failed', told.by ?? null);
}

type Answer = { ok: boolean; status: number; json(): Promise<unknown> };
/** The body that comes with 200. */
type Good<R> =
  R extends ClientResponse<infer Body, infer Status, string> ? (200 extends Status ? Body : never) : unknown;

/** One request of better-auth. Answers its body, or throws `Refusal`. */
export async function auth<T>(path: string, body?: object): Promise<T> {
  const init = body
    ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    : {};
  return (await need(fetch(`/api/auth/${path}`, init))) as T;
}

/** What to tell a person about a refusal. */
export function inWords(fault: unknown): string {
  if (!(fault instanceof Refusal)) return 'うまくいきませんでした。もう一度お試しください。';
  const words: Record<string, string> = {
    offline: 'サーバーにつながりません。通信を確かめて、もう一度お試しください。',
    taken: fault.by ? `${fault.by}さんが対応しています。` : 'ほかの人が対応しています。',
    'not-yours': 'この相談はあなたの担当ではなくなりました。',
    'not-waiting': 'この相談はもう待っていません。',
    'not-now': 'いまの状態ではできません。画面を新しくしました。',
    closed: 'この相談は終わっています。',
    'reason-needed': '危険度を下げるときは理由を書いてください。',
    'cannot-take': '転送先の人は、いま受けられません（不在か、担当外の分野です）。',
    'assessment-needed': '緊急になった相談です。終える前に「危険の確認」を記録してください。',
    'last-admin': '管理者がひとりもいなくなるため、変えられません。',
    forbidden: 'この操作をする権限がありません。',
    absent: 'この相談は見つかりません。',
    forgotten:
      '相談者がデータを消したか、保存期間が過ぎました。この相談の内容は、もう残っていません。危険があって対応中だった方は、消したあとも相談の列に残っています。',
    unavailable: 'サーバーが一時的に応答できません。数秒おいて、もう一度お試しください。',
    'no-second-factor': '先に「アカウントの設定」で確認コードを設定するか、パスキーで確かめてください。',
    'code-wrong': '確認コードが違います。新しい番号を入れてください。',
    'too-many': '番号の間違いが続いたため、15分のあいだ受けつけません。',
    'searched-much': '続けてたくさんさがしたため、10分ほどお待ちください。',
    'other-role-needed': '申請した人とは別の人が、別の役割で承認してください。',
    'in-danger': '危険度が高いあいだは、利用を止められません。',
    'too-large': '文章が長すぎます。',
  };
  return words[fault.reason] ?? 'うまくいきませんでした。もう一度お試しください。';
}
