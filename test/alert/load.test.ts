import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { firstGap } from '../../src/alert/coverage.ts';
import { loadPlan } from '../../src/alert/load.ts';
import { openAlerting } from '../../src/alerting.ts';
import { formatDiagnostic } from '../../src/diagnostic/diagnostic.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';

const holidays = loadHolidays();
const environment = {
  SLACK_URL: 'https://hooks.slack.test/services/secret-path',
  PAGER_URL: 'http://pager.test/',
  SMTP_USER: 'madoguchi',
  SMTP_PASSWORD: 'mail-password',
};
const load = (text: string) => loadPlan('ise/alerts.yaml', text, { environment, holidays });

const good = `mail:
  server: smtp.city.test
  from: madoguchi@city.test
  user_env: SMTP_USER
  password_env: SMTP_PASSWORD
people:
  desk:
    name: 相談チームの Slack
    slack_env: SLACK_URL
  night:
    name: 夜の当番
    hours: Mo-Su 17:15-08:30
    mail: night@city.test
steps:
  - to: [desk, night]
  - after: 5m
    to: [night]
repeat: 10m
limits:
  none: 1h
`;

test('a plan is read, with its secrets from the environment', () => {
  const { plan, diagnostics } = load(good);
  expect(diagnostics).toEqual([]);
  expect(plan).toMatchObject({
    steps: [
      { after: 0, to: ['desk', 'night'] },
      { after: 300_000, to: ['night'] },
    ],
    repeat: 600_000,
    again: 900_000,
    limits: { imminent: 60_000, high: 300_000, watch: null, none: 3_600_000 },
    smtp: { server: 'smtp.city.test', port: 587, security: 'starttls', login: { user: 'madoguchi' } },
  });
  expect(plan?.people.get('desk')?.ways).toEqual([{ kind: 'slack', url: environment.SLACK_URL }]);
});

test.each([
  ['README.md', 1_800_000],
  ['flows/README.md', null],
])('what %s shows is a plan', (file, none) => {
  const readme = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const [, text = ''] = /```\w+\n(mail:[^`]*)```/u.exec(readme) ?? [];
  const { plan, diagnostics } = load(text);
  expect(diagnostics).toEqual([]);
  expect(plan?.limits).toEqual({ imminent: 60_000, high: 300_000, watch: null, none });
});

test.each([
  [
    'a URL written where its variable belongs',
    ['slack_env: SLACK_URL', 'slack_env: https://hooks.slack.test/secret-path'],
    '環境変数の名前',
  ],
  ['the wrong key for it', ['slack_env: SLACK_URL', 'slak_env: SLACK_URL'], 'もしかして: slack_env'],
  [
    'a variable that is not set',
    ['slack_env: SLACK_URL', 'slack_env: TEAM_URL'],
    '環境変数 TEAM_URL が設定されていません',
  ],
  [
    'a secret that would go in clear',
    ['slack_env: SLACK_URL', 'slack_env: PAGER_URL'],
    'https:// で始まる URL ではありません',
  ],
  ['somebody who does not exist', ['to: [night]', 'to: [nihgt]'], 'もしかして: night'],
  ['mail without a server', [good.slice(0, good.indexOf('people:')), ''], 'メールサーバーを書いてください'],
  ['nobody to tell by any way', ['    slack_env: SLACK_URL\n', ''], '知らせる方法がありません'],
  ['steps out of order', ['after: 5m', 'after: 0m'], '前の順番より長く'],
  [
    'a first step that waits',
    ['- to: [desk, night]', '- { after: 1m, to: [desk, night] }'],
    'すぐに知らせます',
  ],
  ['hours that cannot be read', ['Mo-Su 17:15-08:30', 'Mo-Su 17:15'], '「-」でつないで'],
  ['patience with a person in danger', ['none: 1h', 'high: 10m'], '5 分より長くできません'],
  ['a time without its unit', ['repeat: 10m', 'repeat: 10'], '10'],
  ['telling without a pause', ['repeat: 10m', 'repeat: 0m'], '1m（1分）より短くできません'],
  ['telling whoever just acknowledged', ['repeat: 10m', 'again: 0m'], '1m（1分）より短くできません'],
])('%s is shown with its line, in Japanese, and no secret is repeated', (_, [from, to], words) => {
  expect(good).toContain(from);
  const { plan, diagnostics } = load(good.replace(from as string, to as string));
  expect(plan).toBeNull();
  const shown = diagnostics.map(formatDiagnostic).join('\n');
  expect(shown).toContain(words);
  expect(shown).toMatch(/^ise\/alerts\.yaml:\d+:\d+ 誤り/u);
  for (const secret of ['secret-path', 'pager.test', 'mail-password']) expect(shown).not.toContain(secret);
});

test('somebody whom no step names is a warning, and so are hours that nobody covers', () => {
  const { plan, diagnostics } = load(good.replace('to: [desk, night]', 'to: [night]'));
  expect(diagnostics).toMatchObject([{ code: 'unused-person', severity: 'warning' }]);
  const noon = Date.parse('2026-11-24T12:00:00+09:00');
  expect(plan && firstGap(plan, noon)).toBe(noon);
  expect(plan && firstGap(plan, Date.parse('2026-11-24T20:00:00+09:00'))).toBe(
    Date.parse('2026-11-25T08:30:00+09:00'),
  );
  const opened = openAlerting(
    { file: 'ise/alerts.yaml', text: good.replace('to: [desk, night]', 'to: [night]') },
    { environment, now: noon },
  );
  expect(opened.ok && opened.warnings.join('\n')).toContain(
    'だれの時間でもない時があります（11月24日 12:00から）',
  );
  const covered = load(good).plan;
  expect(covered && firstGap(covered, noon)).toBeNull();
});
