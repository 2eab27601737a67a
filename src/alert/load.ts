import { z } from 'zod';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { didYouMean } from '../diagnostic/diagnostic.ts';
import { checkShape } from '../diagnostic/shape.ts';
import { type Path, parseYaml, type Source } from '../diagnostic/yaml.ts';
import { badHours } from '../directory/check-hours.ts';
import type { Holidays } from '../directory/holidays.ts';
import { compileHours } from '../directory/hours.ts';
import type { Person, Plan, Smtp, Step, Way } from './plan.ts';

const minutes = z
  .string()
  .regex(/^\d+[mh]$/u, { error: '「5m」（5分）、「1h」（1時間）のように書いてください。' })
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('h') ? 3_600_000 : 60_000));

/** An alert that is told again without a pause, or again the moment it was acknowledged, would tell without end. */
const pause = minutes.refine((ms) => ms > 0, { error: '1m（1分）より短くできません。' });

const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/u, {
  error:
    '環境変数の名前（大文字、数字、_）を書いてください。URL やパスワードそのものは秘密なので、ここには書けません。',
});

const Mail = z.strictObject({
  server: z.string().min(1).describe('メールサーバー。'),
  port: z.number().int().min(1).max(65_535).default(587),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls').describe('暗号化。ふつうは starttls。'),
  from: z.email({ error: 'メールアドレスを書いてください。' }).describe('差出人。'),
  user_env: variable.optional().describe('ログイン名が入っている環境変数。'),
  password_env: variable.optional().describe('パスワードが入っている環境変数。'),
});

const Someone = z.strictObject({
  name: z.string().min(1).describe('人や集まりの名前。'),
  hours: z.string().optional().describe('知らせてよい時間。例: Mo-Fr 17:15-22:00。書かなければいつでも。'),
  mail: z.email({ error: 'メールアドレスを書いてください。' }).optional(),
  slack_env: variable.optional().describe('Slack の Incoming Webhook の URL が入っている環境変数。'),
  teams_env: variable.optional().describe('Teams の Workflows の URL が入っている環境変数。'),
  webhook_env: variable.optional().describe('JSON を受け取る URL が入っている環境変数。'),
});

/** `alerts.yaml`: who is told when somebody is in danger and nobody is at the screen. */
export const AlertsFile = z.strictObject({
  mail: Mail.optional(),
  people: z.record(
    z.string().regex(/^[a-z0-9-]{1,40}$/u, { error: '名札は半角の小文字・数字・「-」にしてください。' }),
    Someone,
  ),
  steps: z
    .array(z.strictObject({ after: minutes.optional(), to: z.array(z.string()).min(1) }))
    .min(1)
    .describe('知らせる順番。だれかが確認するまで次へ進みます。'),
  supervisors: z
    .array(z.string())
    .default([])
    .describe(
      '身元の開示が申請されたとき、表示されたときに知らせる人（スーパーバイザー）。書かなければ steps の全員。',
    ),
  repeat: pause.default(600_000).describe('最後の順番のあと、くりかえす間隔。'),
  again: pause.default(900_000).describe('確認されたのに相談が始まらないとき、また知らせるまでの時間。'),
  limits: z
    .strictObject({
      imminent: minutes.default(60_000),
      high: minutes.default(300_000),
      watch: minutes.optional(),
      none: minutes.optional(),
    })
    .default({ imminent: 60_000, high: 300_000 })
    .describe('相談員がいても、これより長く待っている人がいたら知らせます。'),
});
type AlertsFile = z.infer<typeof AlertsFile>;

export type LoadDeps = { environment: Record<string, string | undefined>; holidays: Holidays };
export type LoadedPlan = { plan: Plan | null; diagnostics: Diagnostic[] };

/**
 * Reads `alerts.yaml`. Secrets are looked up in the environment by the names the file gives; what is missing there is a
 * mistake of the file, and no value of it is repeated. With an error among the findings there is no plan.
 */
export function loadPlan(file: string, text: string, deps: LoadDeps): LoadedPlan {
  const { plan, diagnostics } = readPlan(file, text, deps);
  return { plan, diagnostics: diagnostics.map(withoutSecrets) };
}

/** A secret written into the file by mistake is not repeated on a screen or in a log. */
const withoutSecrets = (found: Diagnostic): Diagnostic => ({
  ...found,
  source: found.source.replace(/https?:\/\/\S+/gu, 'https://…').replace(/(password\w*:\s*)\S+/gu, '$1…'),
});

function readPlan(file: string, text: string, { environment, holidays }: LoadDeps): LoadedPlan {
  const { source, diagnostics } = parseYaml(file, text);
  if (diagnostics.length > 0) return { plan: null, diagnostics };
  const shape = checkShape(source, AlertsFile);
  const { value } = shape;
  if (!value) return { plan: null, diagnostics: shape.diagnostics };
  const found: Diagnostic[] = [];
  const secret: Lookup = (path, name) => {
    const given = environment[name];
    if (given) return given;
    found.push(source.at(path, { code: 'missing-env', message: `環境変数 ${name} が設定されていません。` }));
    return '';
  };
  const smtp = value.mail ? readSmtp(value.mail, secret) : null;
  const people = new Map(
    Object.entries(value.people).map(([id, entry]) => [
      id,
      readPerson(source, id, entry, { secret, holidays, smtp, found }),
    ]),
  );
  const steps = readSteps(source, value, found);
  found.push(...strangers(source, value, ['supervisors'], value.supervisors), ...unused(source, value));
  const { imminent, high, watch = null, none = null } = value.limits;
  found.push(...tooPatient(source, { imminent, high }));
  if (found.some(({ severity }) => severity === 'error')) return { plan: null, diagnostics: found };
  const { repeat, again, supervisors } = value;
  const limits = { imminent, high, watch, none };
  return { plan: { people, steps, supervisors, repeat, again, limits, smtp }, diagnostics: found };
}

type Lookup = (path: Path, name: string) => string;

function readSmtp(mail: NonNullable<AlertsFile['mail']>, secret: Lookup): Smtp {
  const { server, port, security, from, user_env, password_env } = mail;
  const login =
    user_env || password_env
      ? {
          user: user_env ? secret(['mail', 'user_env'], user_env) : '',
          password: password_env ? secret(['mail', 'password_env'], password_env) : '',
        }
      : null;
  return { server, port, security, from, login };
}

function readPerson(
  source: Source,
  id: string,
  entry: AlertsFile['people'][string],
  deps: { secret: Lookup; holidays: Holidays; smtp: Smtp | null; found: Diagnostic[] },
): Person {
  const path = ['people', id];
  const { found } = deps;
  const ways: Way[] = [];
  if (entry.mail) ways.push({ kind: 'mail', address: entry.mail });
  if (entry.mail && !deps.smtp)
    found.push(
      source.at([...path, 'mail'], {
        code: 'no-mail-server',
        message: 'メールで知らせるには、上の「mail」にメールサーバーを書いてください。',
      }),
    );
  for (const kind of ['slack', 'teams', 'webhook'] as const) {
    const name = entry[`${kind}_env`];
    if (!name) continue;
    const at = [...path, `${kind}_env`];
    const url = deps.secret(at, name);
    if (url && !isWebAddress(url))
      found.push(
        source.at(at, {
          code: 'bad-url',
          message: `環境変数 ${name} の値が https:// で始まる URL ではありません。`,
        }),
      );
    ways.push({ kind, url });
  }
  if (ways.length === 0)
    found.push(
      source.at(path, {
        code: 'no-way',
        key: true,
        message: `「${entry.name}」に知らせる方法がありません。mail、slack_env、teams_env、webhook_env のどれかを書いてください。`,
      }),
    );
  return { id, name: entry.name, ways, hours: readHours(source, path, entry.hours, deps) };
}

/** In clear only to this very machine: what an alert says tells nobody's words, but its link acknowledges it. */
function isWebAddress(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed?.protocol === 'https:' ||
    (parsed?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname))
  );
}

function readHours(
  source: Source,
  path: Path,
  hours: string | undefined,
  { holidays, found }: { holidays: Holidays; found: Diagnostic[] },
) {
  if (hours === undefined) return null;
  const compiled = compileHours(hours, holidays);
  if (compiled.ok) return compiled.schedule;
  found.push(badHours(source, [...path, 'hours'], hours, compiled.error));
  return null;
}

function readSteps(source: Source, { steps, people }: AlertsFile, found: Diagnostic[]): Step[] {
  let before = -1;
  return steps.map(({ after = 0, to }, index) => {
    if (index === 0 ? after !== 0 : after <= before)
      found.push(
        source.at(['steps', index, 'after'], {
          code: 'bad-after',
          message:
            index === 0
              ? '最初の順番はすぐに知らせます。「after」の行を消してください。'
              : '「after」には、知らせはじめてからの時間を、前の順番より長く書いてください。',
        }),
      );
    before = after;
    found.push(...strangers(source, { people }, ['steps', index, 'to'], to));
    return { after, to: [...new Set(to)] };
  });
}

/** Names of the list that stand for nobody. */
function strangers(
  source: Source,
  { people }: Pick<AlertsFile, 'people'>,
  path: Path,
  ids: readonly string[],
): Diagnostic[] {
  return ids.flatMap((id, place) => {
    if (Object.hasOwn(people, id)) return [];
    const suggestion = didYouMean(id, Object.keys(people));
    return [
      source.at([...path, place], {
        code: 'unknown-person',
        message: `「${id}」は people にいません。`,
        ...(suggestion ? { suggestion } : {}),
      }),
    ];
  });
}

function unused(source: Source, { people, steps, supervisors }: AlertsFile): Diagnostic[] {
  return Object.entries(people)
    .filter(([id]) => !supervisors.includes(id) && !steps.some(({ to }) => to.includes(id)))
    .map(([id, { name }]) =>
      source.at(['people', id], {
        code: 'unused-person',
        severity: 'warning',
        key: true,
        message: `「${name}」は steps にも supervisors にも出てこないので、知らせが届きません。`,
      }),
    );
}

/** A person in danger is never to wait longer than this without somebody being told. */
const mostPatient = { imminent: 60_000, high: 300_000 } as const;

function tooPatient(source: Source, limits: Record<keyof typeof mostPatient, number>): Diagnostic[] {
  return (['imminent', 'high'] as const)
    .filter((level) => limits[level] > mostPatient[level])
    .map((level) =>
      source.at(['limits', level], {
        code: 'too-patient',
        message: `${level} は ${mostPatient[level] / 60_000} 分より長くできません。`,
      }),
    );
}
