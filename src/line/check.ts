import type { Answer, LineClient } from './client.ts';

/** One line of `madoguchi line check`, in Japanese. `hand`: the API does not tell, so a person has to look. */
export type Finding = { state: 'ok' | 'wrong' | 'hand'; text: string; todo?: string };

/** Where the webhook is served; the same path in `app`. */
export const webhookPath = '/line/webhook';

export const webhookUrl = (publicUrl: string): string => new URL(webhookPath, publicUrl).href;

const developers = 'LINE Developersコンソール（https://developers.line.biz/console/）';
const manager = 'LINE Official Account Manager（https://manager.line.biz/）';
const webhookSettings = `${developers}でチャネルを開き、「Messaging API設定」タブの「Webhook設定」`;
const answerSettings = `${manager}でアカウントを開き、「設定」→「応答設定」`;

/**
 * Looks at a real channel through LINE's API and says what is wrong and where to click. Asks LINE to call the webhook once.
 * @param publicUrl where Madoguchi is reached from outside (`PUBLIC_URL`), if configured
 */
export async function checkLine(
  line: Pick<LineClient, 'botInfo' | 'webhook' | 'testWebhook' | 'quota'>,
  publicUrl: string | undefined,
): Promise<Finding[]> {
  const bot = await line.botInfo();
  if (!bot.ok) return [unreachable(bot)];
  const [webhook, quota] = await Promise.all([line.webhook(), line.quota()]);
  const address = ofAddress(webhook, publicUrl);
  return [
    {
      state: 'ok',
      text: `LINEにつながりました。アカウント名は「${bot.value.displayName}」（${bot.value.basicId}）です。`,
    },
    ...address,
    ...(webhook.ok && webhook.value.active ? [ofTest(await line.testWebhook())] : []),
    ofQuota(quota),
    ...ofAnswers(bot.value.chatMode),
  ];
}

/** Whether anything must be changed before residents may come. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'wrong');
}

/** The findings as lines for a terminal. */
export function formatFindings(findings: readonly Finding[]): string {
  const marks = { ok: '○', wrong: '×', hand: '△' };
  return findings
    .map(({ state, text, todo }) => `${marks[state]} ${text}${todo ? `\n  → ${todo}` : ''}`)
    .join('\n');
}

function unreachable(failure: Extract<Answer<unknown>, { ok: false }>): Finding {
  if (failure.reason === 'unauthorized')
    return {
      state: 'wrong',
      text: 'チャネルアクセストークンが正しくないか、期限が切れています。',
      todo: `${developers}でチャネルを開き、「Messaging API設定」タブのいちばん下でトークンを発行し、LINE_CHANNEL_ACCESS_TOKEN に入れてください。`,
    };
  return {
    state: 'wrong',
    text: `LINEにつながりません（${failure.reason}）。`,
    todo: 'このコンピューターから https://api.line.me へ通信できるか、プロキシやファイアウォールの設定を確かめてください。',
  };
}

function ofAddress(
  webhook: Awaited<ReturnType<LineClient['webhook']>>,
  publicUrl: string | undefined,
): Finding[] {
  const wanted = publicUrl && webhookUrl(publicUrl);
  const paste = wanted
    ? `${webhookSettings}で、Webhook URLに ${wanted} を入れて「更新」を押してください。`
    : `PUBLIC_URL に外から見えるアドレス（https://…）を入れ、${webhookSettings}で、Webhook URLにそのアドレス＋${webhookPath} を入れてください。`;
  if (!webhook.ok)
    return [
      webhook.reason === 'http-404'
        ? { state: 'wrong', text: 'Webhook URLがまだ登録されていません。', todo: paste }
        : {
            state: 'wrong',
            text: `Webhookの設定を読めませんでした（${webhook.reason}）。`,
            todo: 'しばらくしてもう一度お試しください。',
          },
    ];
  const { endpoint, active } = webhook.value;
  const findings: Finding[] = [];
  if (!wanted)
    findings.push({
      state: 'wrong',
      text: `PUBLIC_URL がないため、登録されているWebhook URL（${endpoint}）が正しいか確かめられません。`,
      todo: paste,
    });
  else if (endpoint !== wanted)
    findings.push({
      state: 'wrong',
      text: `登録されているWebhook URLは ${endpoint} で、このサーバーのものと違います。`,
      todo: paste,
    });
  else findings.push({ state: 'ok', text: `Webhook URLは ${endpoint} です。` });
  if (!active)
    findings.push({
      state: 'wrong',
      text: 'Webhookがオフです。このままでは、相談者のメッセージが届きません。',
      todo: `${webhookSettings}で「Webhookの利用」をオンにしてください。`,
    });
  return findings;
}

function ofTest(test: Awaited<ReturnType<LineClient['testWebhook']>>): Finding {
  if (!test.ok)
    return {
      state: 'wrong',
      text: `LINEにWebhookのテストを頼めませんでした（${test.reason}）。`,
      todo: 'しばらくしてもう一度お試しください。',
    };
  const { success, statusCode, reason } = test.value;
  if (success) return { state: 'ok', text: 'LINEからこのサーバーへのWebhookのテストに成功しました。' };
  const text = `LINEからこのサーバーへのWebhookのテストに失敗しました（${reason}、${statusCode}）。`;
  if (statusCode === 401)
    return {
      state: 'wrong',
      text,
      todo: `チャネルシークレットが違います。${developers}の「チャネル基本設定」タブのチャネルシークレットを LINE_CHANNEL_SECRET に入れ、再起動してください。`,
    };
  return {
    state: 'wrong',
    text,
    todo: 'サーバーが動いているか、証明書（https）が有効か、ファイアウォールが外からの通信を通すかを確かめてください。LINEからの通信をIPアドレスで制限することはできません。',
  };
}

function ofQuota(quota: Awaited<ReturnType<LineClient['quota']>>): Finding {
  if (!quota.ok)
    return {
      state: 'wrong',
      text: `今月の送信数を読めませんでした（${quota.reason}）。`,
      todo: 'しばらくしてもう一度お試しください。',
    };
  const { limit, used } = quota.value;
  if (limit === null) return { state: 'ok', text: `今月の送信数に上限はありません（これまで${used}通）。` };
  const text = `今月送れるプッシュメッセージは${limit}通、使ったのは${used}通です（返信は数えません）。`;
  if (used < limit * 0.8) return { state: 'ok', text };
  return {
    state: 'wrong',
    text: `${text}残りがわずかです。`,
    todo: `なくなると、相談員からの返事が届かないことがあります。${manager}の「設定」→「利用と請求」で、プランの変更を考えてください。`,
  };
}

/**
 * LINE's greeting and auto-reply are ON by default and would answer beside us. The API tells the chat switch only, so the others
 * have to be looked at.
 */
function ofAnswers(chatMode: string): Finding[] {
  return [
    chatMode === 'chat'
      ? { state: 'ok', text: 'チャットはオンです。人が読んだときだけ「既読」がつきます。' }
      : {
          state: 'hand',
          text: 'チャットはオフです。人が読む前でも、届くとすぐに「既読」がつきます。',
          todo: `人が読んだときに「既読」をつけるには、${answerSettings}で「チャット」をオンにしてください。`,
        },
    {
      state: 'hand',
      text: 'あいさつメッセージと応答メッセージは、オフですか（LINEのはじめの設定はオンで、相談者に二重の返事が届きます）。',
      todo: `${answerSettings}で「あいさつメッセージ」をオフに、「応答メッセージ」をオフにしてください。`,
    },
    {
      state: 'hand',
      text: 'Webhookの再送は、オンですか（LINEのはじめの設定はオフで、サーバーが止まっていた間のメッセージが失われます）。',
      todo: `${webhookSettings}で「Webhookの再送」をオンにしてください。`,
    },
  ];
}
