import { openAlerting } from '../alerting.ts';
import { type Config, readConfig } from '../config.ts';
import { firstCode } from '../console/invite.ts';
import type { Log } from '../diagnostic/log.ts';
import { createLineClient } from '../line/client.ts';
import { createService, type Service } from '../service.ts';
import { openServing } from '../serving.ts';
import { openD1 } from '../store/d1.ts';
import { settings } from '../store/queries/setting.ts';
import { loadKeys } from '../vault/keys.ts';
import { parseKeyRing } from '../vault/ring.ts';
import { createVault } from '../vault/vault.ts';
import type { Asset } from '../web.ts';
import type { Env } from './env.ts';
import { flowFiles, migrations } from './files.ts';

export type Opened =
  | {
      ok: true;
      service: Service;
      /** Puts a newer revision in force, if there is one. */
      look(): Promise<unknown>;
      warnings: readonly string[];
      firstCode: string | undefined;
    }
  | { ok: false; message: string };

/**
 * Opens the service on Cloudflare's platform: D1 brought up to date, keys loaded, content compiled. What is missing or weak
 * comes back as a sentence, as `npm start` would print it.
 */
export async function openService(env: Env, log: Log): Promise<Opened> {
  const read = readConfig(stringsOf(env));
  if (!read.ok) return { ok: false, message: read.problems.join('\n') };
  const { config } = read;
  if (!config.publicUrl)
    return {
      ok: false,
      message: 'PUBLIC_URL がありません。この Worker の https:// で始まる URL を設定してください。',
    };
  const ring = parseKeyRing(config.key);
  if (!ring.ok) return ring;
  const alerting = openAlerting(alertsFile(config), { environment: stringsOf(env), now: now() });
  if (!alerting.ok) return alerting;
  const store = openD1(env.DB);
  await store.migrate(migrations);
  const { flow, publicUrl } = config;
  const opened = await openServing(
    { store, log, read: () => flowFiles },
    { flow, now, examples: config.trial, publicUrl },
  );
  if (!opened.ok) return opened;
  const { content, look } = opened.serving;
  const { flows, detect } = content;
  const keys = await loadKeys(settings(store), ring.ring, random);
  const service = createService({
    store,
    vault: createVault(keys, random),
    sessionSecret: keys.sessionSecret,
    channelSecret: config.channelSecret,
    line: createLineClient({
      token: config.accessToken,
      baseUrl: config.lineApiBaseUrl,
      timeoutMs: 10_000,
    }),
    flow: flows.flow,
    directory: flows.directory,
    emergency: flows.emergency,
    deskSource: flows.deskSource,
    detect,
    now,
    random,
    uuid: () => crypto.randomUUID(),
    log,
    publicUrl,
    trial: () => config.trial && flows.example,
    demo: null,
    alerts: alerting.alerts,
    metricsToken: config.metricsToken,
    asset: assetsOf(env, 'console'),
    talkAsset: assetsOf(env, 'talk'),
    consoleAllow: config.consoleAllow ?? [],
    address: (request) => request.headers.get('cf-connecting-ip') ?? 'unknown',
  });
  const warnings = [...opened.serving.warnings, ...alerting.warnings];
  return { ok: true, service, look, warnings, firstCode: await firstCode({ store, now, random }) };
}

/** `alerts.yaml` of the flow, or the file of `flows/` that `MADOGUCHI_ALERTS` names. */
function alertsFile({ alertsFile, flow }: Config): { file: string; text: string } | null {
  const file = alertsFile ?? `${flow}/alerts.yaml`;
  const text = flowFiles.get(file.replace(/^flows\//u, ''));
  return text === undefined ? null : { file, text };
}

const now = (): number => Date.now();
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

function stringsOf(env: Env): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(env);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** One client's files out of the assets binding, which knows their types. */
function assetsOf({ ASSETS }: Env, client: 'console' | 'talk'): (path: string) => Promise<Asset | undefined> {
  return async (path) => {
    const found = await ASSETS.fetch(new URL(path || 'index.html', `https://assets.invalid/${client}/`).href);
    const type = found.headers.get('content-type');
    if (!found.ok || !type) return undefined;
    return {
      body: new Uint8Array(await found.arrayBuffer()),
      type,
      immutable: path.startsWith('assets/'),
    };
  };
}
