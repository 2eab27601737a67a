import { linesOf, type Notice, titleOf } from './words.ts';

/** What Slack's Incoming Webhooks take: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/ */
export function slackBody(notice: Notice): object {
  const links = linksOf(notice).map(({ title, url }) => `<${url}|${title}>`);
  return {
    text: titleOf(notice),
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `*${titleOf(notice)}*\n${linesOf(notice).join('\n')}` },
      },
      { type: 'section', text: { type: 'mrkdwn', text: links.join('　') } },
    ],
  };
}

/**
 * What the Teams Workflow "post when a webhook request is received" takes: an adaptive card.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
export function teamsBody(notice: Notice): object {
  const text = (line: string, more: object = {}) => ({ type: 'TextBlock', text: line, wrap: true, ...more });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            text(titleOf(notice), { weight: 'Bolder', size: 'Medium' }),
            ...linesOf(notice).map((line) => text(line)),
          ],
          actions: linksOf(notice).map((link) => ({ type: 'Action.OpenUrl', ...link })),
        },
      },
    ],
  };
}

/** For a pager or any other program. Times in seconds. */
export function webhookBody(notice: Notice): object {
  const { level, reason, waited, console, acknowledge, test, service } = notice;
  return {
    event: test ? 'madoguchi.test' : 'madoguchi.alert',
    service,
    level,
    reason,
    waiting_seconds: Math.floor(waited / 1000),
    console_url: console,
    acknowledge_url: acknowledge,
    text: [titleOf(notice), ...linesOf(notice)].join('\n'),
  };
}

export function mailBody(notice: Notice): { subject: string; text: string } {
  const links = linksOf(notice).map(({ title, url }) => `${title}:\n${url}`);
  return { subject: titleOf(notice), text: [...linesOf(notice), '', ...links].join('\n') };
}

function linksOf({ console, acknowledge }: Notice): { title: string; url: string }[] {
  return [
    { title: '相談員の画面を開く', url: console },
    ...(acknowledge ? [{ title: '私が対応します（ほかの人への知らせを止める）', url: acknowledge }] : []),
  ];
}
