import { z } from 'zod';
import { type Network, parseNetworks } from './network.ts';

/**
 * The configuration, read once from the environment. A missing secret refuses to start: the problems come back as
 * sentences for whoever starts the server, in Japanese and English, and never repeat a value.
 */
export type Config = Readonly<{
  channelSecret: string;
  accessToken: string;
  /** The key ring as text; the vault parses it and judges its strength. */
  key: string;
  port: number;
  databaseUrl: string;
  /** Folder of the flow, from the project's root: `flows/ise`. */
  flow: string;
  lineApiBaseUrl: string;
  /** Where browsers and LINE reach this server, without a final slash; empty when not known. */
  publicUrl: string;
  trial: boolean;
  /** Path of the plan for telling people, from the project's root; absent: `alerts.yaml` in the flow's folder. */
  alertsFile?: string;
  /** Networks that may reach the console; empty: all. LINE and residents are not limited by it. */
  consoleAllow?: readonly Network[];
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly Network[];
  /** Opens `/metrics`; absent: there is none. */
  metricsToken?: string;
}>;

const networks = z
  .string()
  .default('')
  .transform((text, context) => {
    const parsed = parseNetworks(text);
    if (parsed) return parsed;
    context.addIssue({ code: 'custom', message: 'no networks' });
    return z.NEVER;
  });

const Environment = z.object({
  LINE_CHANNEL_SECRET: z.string().min(1),
  LINE_CHANNEL_ACCESS_TOKEN: z.string().min(1),
  MADOGUCHI_KEY: z.string().min(1),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATABASE_URL: z
    .string()
    .regex(/^(?:sqlite:.+|postgres(?:ql)?:\/\/.+)$/u)
    .default('sqlite:data/madoguchi.db'),
  MADOGUCHI_FLOW: z
    .string()
    .regex(/^flows\/[a-z0-9-]+$/u)
    .default('flows/ise'),
  LINE_API_BASE_URL: z.url().default('https://api.line.me'),
  PUBLIC_URL: z.union([z.literal(''), z.url()]).default(''),
  MADOGUCHI_TRIAL: z.enum(['', '0', '1']).default(''),
  CONSOLE_ALLOW: networks,
  TRUSTED_PROXY: networks,
  MADOGUCHI_ALERTS: z.string().default(''),
  MADOGUCHI_METRICS_TOKEN: z.union([z.literal(''), z.string().min(16)]).default(''),
});

const help: Record<string, string> = {
  LINE_CHANNEL_SECRET:
    'LINE Developers → チャネル基本設定 →「チャネルシークレット」の値を設定してください。(the channel secret of LINE Developers, Basic settings)',
  LINE_CHANNEL_ACCESS_TOKEN:
    'LINE Developers → Messaging API設定 →「チャネルアクセストークン」を発行して設定してください。(a channel access token of LINE Developers, Messaging API)',
  MADOGUCHI_KEY:
    '`openssl rand -base64 32` で作り、サーバーとは別の場所にも控えてください。失うと相談は二度と読めません。(make it with that command, and keep a copy elsewhere)',
  PORT: '0〜65535 の数にしてください。(a port number)',
  DATABASE_URL: '`sqlite:data/madoguchi.db` か `postgres://…` の形にしてください。',
  MADOGUCHI_FLOW: '`flows/ise` のように書いてください。',
  LINE_API_BASE_URL: 'https:// で始まる URL にしてください。',
  PUBLIC_URL: 'https:// で始まる URL にしてください。',
  MADOGUCHI_TRIAL: '1（試験運用）か空にしてください。',
  CONSOLE_ALLOW:
    '`203.0.113.0/24, 2001:db8::/32` のように、コンソールを開けるネットワークを並べてください。空ならどこからでも開けます。',
  TRUSTED_PROXY: '`10.0.0.0/8` のように、前に置いたプロキシのアドレスを並べてください。',
  MADOGUCHI_METRICS_TOKEN: '`openssl rand -base64 32` で作った、16文字以上の値にしてください。',
};

export function readConfig(
  environment: Record<string, string | undefined>,
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    return {
      ok: false,
      problems: [...names].map(
        (name) =>
          `${name} ${environment[name] ? 'の値が正しくありません' : 'がありません'}。${help[name] ?? ''}`,
      ),
    };
  }
  const values = parsed.data;
  return {
    ok: true,
    config: Object.freeze({
      channelSecret: values.LINE_CHANNEL_SECRET,
      accessToken: values.LINE_CHANNEL_ACCESS_TOKEN,
      key: values.MADOGUCHI_KEY,
      port: values.PORT,
      databaseUrl: values.DATABASE_URL,
      flow: values.MADOGUCHI_FLOW,
      lineApiBaseUrl: values.LINE_API_BASE_URL.replace(/\/$/u, ''),
      publicUrl: values.PUBLIC_URL.replace(/\/$/u, ''),
      trial: values.MADOGUCHI_TRIAL === '1',
      consoleAllow: values.CONSOLE_ALLOW,
      trustedProxies: values.TRUSTED_PROXY,
      ...(values.MADOGUCHI_ALERTS && { alertsFile: values.MADOGUCHI_ALERTS }),
      ...(values.MADOGUCHI_METRICS_TOKEN && { metricsToken: values.MADOGUCHI_METRICS_TOKEN }),
    }),
  };
}
