import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { ConsoleDeps } from '../console/deps.ts';
import { type Content, openContent } from '../content.ts';
import type { Log } from '../diagnostic/log.ts';
import type { FlowHolder } from '../flows.ts';
import { createLineClient, type LineClient } from '../line/client.ts';
import { createService, type Service } from '../service.ts';
import { openServing } from '../serving.ts';
import type { Store } from '../store/store.ts';
import { openAlertsFile } from './alerts.ts';
import { assetsIn } from './assets.ts';
import { readFlowFiles } from './files.ts';
import { CannotStart, openData, random, uuid } from './platform.ts';
import { threadPost } from './post.ts';
import { createAddresses, listen } from './serve.ts';

export type RunOptions = {
  root: string;
  config: Config;
  now(): number;
  log: Log;
  /** Demo accounts for the sign-in page; 例 values are taken then. */
  demo: ConsoleDeps['demo'];
  /** Where the secrets are that `alerts.yaml` names. */
  environment?: Record<string, string | undefined>;
  host?: string;
  /** Lets the crash run stand between the service and its database and LINE, to die at chosen moments. */
  around?(parts: { store: Store; line: LineClient }): { store: Store; line: LineClient };
  /** Another way to talk than the flow's own, to try it out. */
  talk?: 'line' | 'web';
};

export type Running = {
  port: number;
  service: Service;
  store: Store;
  flows: FlowHolder;
  /** Sentences for whoever started it: nobody would be told, or not at every hour. */
  warnings: readonly string[];
  /** Takes no more requests, lets what is being sent finish within 10 s, closes the database. */
  stop(): Promise<void>;
};

/**
 * A stopping server lets what is being sent finish for so long; what is left is taken up by the next start. All that comes before
 * and after has to fit into the 10 s too, on a busy machine.
 */
const DRAIN_MS = 6_000;

/** How often the clock is looked at; an answer to a turn waits for it. */
const TURN_EVERY_MS = 200;

/** How often a newly published flow is looked for. */
const LOOK_EVERY_MS = 2_000;

/** Starts Madoguchi on Node. Throws `CannotStart` with a sentence that says what to do. */
export async function run(options: RunOptions): Promise<Running> {
  const { root, config, now, log, demo, host, environment = {}, around } = options;
  if (!existsSync(join(root, 'dist', 'console', 'index.html')))
    throw new CannotStart(
      '画面がまだ作られていません。npm run build を実行してください。(run npm run build first)',
    );

  const alerting =
    demo && !config.alertsFile
      ? { alerts: null, warnings: [] }
      : openAlertsFile(root, config, { environment, now: now() });
  const { vault, keys, ...data } = await openData(root, config.databaseUrl, config.key);
  const { content, warnings, look } = await openWhatIsServed(options, data.store);
  const { flows, detect } = content;
  const addresses = createAddresses(config.trustedProxies ?? []);
  const client = createLineClient({
    token: config.accessToken,
    baseUrl: config.lineApiBaseUrl,
    timeoutMs: 10_000,
    post: threadPost(),
  });
  const { store, line } = around?.({ store: data.store, line: client }) ?? {
    store: data.store,
    line: client,
  };
  const service = createService({
    store,
    vault,
    sessionSecret: keys.sessionSecret,
    channelSecret: config.channelSecret,
    line,
    flow: flows.flow,
    directory: flows.directory,
    emergency: flows.emergency,
    deskSource: flows.deskSource,
    detect,
    now,
    random,
    uuid,
    log,
    publicUrl: config.publicUrl || `http://localhost:${config.port}`,
    trial: () => config.trial && flows.example,
    demo,
    alerts: alerting.alerts,
    metricsToken: config.metricsToken,
    asset: assetsIn(join(root, 'dist', 'console')),
    talkAsset: assetsIn(join(root, 'dist', 'talk')),
    address: addresses.of,
    consoleAllow: config.consoleAllow ?? [],
  });
  const listening = await listen((request) => service.app.fetch(request), {
    port: config.port,
    addresses,
    webhook: service.webhook,
    ...(host ? { host } : {}),
  });
  const stopClock = keepTime(() => service.tick(), TURN_EVERY_MS, log);
  const stopFollowing = look ? keepTime(look, LOOK_EVERY_MS, log) : () => {};
  const stopOutbox = service.outbox.start();
  return {
    port: listening.port,
    service,
    store,
    flows,
    warnings: [...warnings, ...alerting.warnings],
    async stop() {
      stopClock();
      stopFollowing();
      stopOutbox();
      await listening.close(1_500);
      await service.drain(DRAIN_MS);
      await store.close();
    },
  };
}

/** The demo shows what is being written; the real service what was published. */
async function openWhatIsServed(
  { root, config, now, log, demo, talk }: RunOptions,
  store: Store,
): Promise<{ content: Content; warnings: string[]; look: (() => Promise<unknown>) | null }> {
  const read = () => readFlowFiles(root);
  const { flow, publicUrl } = config;
  const served = { flow, now, examples: demo !== null || config.trial, publicUrl, ...(talk ? { talk } : {}) };
  if (demo) {
    const opened = openContent(read, served);
    if (!opened.ok) throw await closed(store, opened.message);
    return { content: opened.content, warnings: [], look: null };
  }
  const opened = await openServing({ store, log, read }, served);
  if (!opened.ok) throw await closed(store, opened.message);
  const { serving } = opened;
  return { ...serving, look: () => serving.look() };
}

async function closed(store: Store, message: string): Promise<CannotStart> {
  await store.close();
  return new CannotStart(message);
}

/** Runs the clock's turns one after the other until stopped; a failed one is logged and the next one tries again. */
function keepTime(work: () => Promise<unknown>, everyMs: number, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async () => {
    try {
      await work();
    } catch (error) {
      log({ event: 'turn-failed', error: error instanceof Error ? error.name : 'unknown' });
    }
    if (!stopped) timer = setTimeout(turn, everyMs);
  };
  timer = setTimeout(turn, 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
