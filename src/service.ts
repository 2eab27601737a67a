import type { Hono } from 'hono';
import { type Alerts, createAlerts } from './alert/alerts.ts';
import { createLinks } from './alert/link.ts';
import type { Plan } from './alert/plan.ts';
import type { Tell } from './alert/tell.ts';
import { createApp } from './app.ts';
import { createSealer } from './audit/seal.ts';
import { createBell } from './console/bell.ts';
import type { ConsoleDeps, DirectoryEntry } from './console/deps.ts';
import { createSessions, type Sessions } from './console/session.ts';
import { localized } from './conversation/draft.ts';
import type { Flow } from './conversation/flow.ts';
import type { Log } from './diagnostic/log.ts';
import type { EmergencyCard } from './flow/emergency.ts';
import type { DeskSource } from './flows.ts';
import { type Company, createCompany } from './handle/company.ts';
import { createHandle, type Handle } from './handle/handle.ts';
import { createMenus } from './handle/menus.ts';
import { createTalkLinks } from './handle/talk-links.ts';
import { nextTick, tick } from './handle/tick.ts';
import { checkLine } from './line/check.ts';
import type { LineClient } from './line/client.ts';
import { createShowMenu } from './line/menu/show.ts';
import { type ReceiveWebhook, receiveWebhook } from './line/webhook.ts';
import { createRender } from './message/render.ts';
import { createCounters } from './metrics/counters.ts';
import { measuredHandle, measuredStore } from './metrics/measure.ts';
import { isWithin, type Network } from './network.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { createQuota, type Quota } from './outbox/quota.ts';
import { disclosureDocument } from './privacy/disclosure.ts';
import { createRetention } from './privacy/retention.ts';
import { policeSheet, type Sheet } from './privacy/sheet.ts';
import type { Detect } from './risk/finding.ts';
import type { Store } from './store/store.ts';
import type { Vault } from './vault/vault.ts';
import type { Asset } from './web.ts';

/** Everything the platform gives; the doors build it. */
export type Platform = {
  store: Store;
  vault: Vault;
  sessionSecret: string;
  channelSecret: string;
  line: LineClient;
  /** The flow in force, and its windows as the console lists them. */
  flow(): Flow;
  directory(now: number): readonly DirectoryEntry[];
  /** Whom counselors call in danger, and what to say; null where the city has written nothing. */
  emergency(now: number): EmergencyCard | null;
  /** The desk's hours as written, and where. */
  deskSource(): DeskSource;
  detect: Detect;
  now(): number;
  random(bytes: number): Uint8Array;
  uuid(): string;
  log: Log;
  publicUrl: string;
  /** Asked with every event: a flow without 例 values may be published while the service runs. */
  trial(): boolean;
  demo: ConsoleDeps['demo'];
  /** Whom to tell away from the screen, and how; null where nobody is. */
  alerts?: { plan: Plan; tell: Tell } | null;
  /** Opens `/metrics`; absent: there is none. */
  metricsToken?: string;
  /** The built console, and the resident's own page. */
  asset(path: string): Promise<Asset | undefined>;
  talkAsset(path: string): Promise<Asset | undefined>;
  address(request: Request): string;
  /** Networks that may reach the console; empty: all. */
  consoleAllow: readonly Network[];
};

export type Service = {
  app: Hono;
  /** The intake that `app` has at `/line/webhook`, for a door that needs no routing to get there. */
  webhook: ReceiveWebhook;
  handle: Handle;
  sessions: Sessions;
  /** Does what the clock owes once: timers that are due, counselors who vanished, people to be told, the sealing of the log. */
  tick(): Promise<number>;
  /** When the clock owes something next, deliveries included, ms; null while it owes nothing. For an alarm. */
  nextDue(): Promise<number | null>;
  outbox: Outbox;
  /** Waits for what is being sent and told; false when that takes longer than `ms`. */
  drain(ms: number): Promise<boolean>;
};

/** Puts the parts together; the same on Node and on Workers. */
export function createService(platform: Platform): Service {
  const { vault, now, log } = platform;
  const counters = createCounters();
  const store = measuredStore(platform.store, counters);
  const bell = createBell();
  const icon = (name: string) => new URL(`/talk/icons/${name}.png`, platform.publicUrl).href;
  const senders = {
    bot: { name: '案内ボット', iconUrl: icon('bot') },
    counselor: { name: '相談員', iconUrl: icon('counselor') },
  };
  const quota = createQuota({
    ask: async () => {
      const answer = await platform.line.quota();
      return answer.ok ? answer.value : undefined;
    },
    now,
  });
  const outbox = createOutbox({
    store,
    vault,
    send: platform.line.send,
    render: createRender(senders),
    now,
    random: () => Math.random(),
    uuid: platform.uuid,
    log,
    quota,
    onEvent: ({ kind, via, what, saved }) => counters.delivery({ kind, via, result: what }, saved),
  });
  const applying = createHandle({
    store,
    vault,
    flow: platform.flow,
    detect: platform.detect,
    now,
    uuid: platform.uuid,
    trial: platform.trial,
    log,
    outbox,
    links: createTalkLinks({ store, random: platform.random, now, publicUrl: platform.publicUrl }),
    committed: (_, { said, changed }) => {
      if (said || changed) bell.ring();
    },
  });
  const handle = measuredHandle(applying, counters);
  const company = createCompany({
    store,
    vault,
    signs: {
      ...platform.line,
      // Dots in LINE would announce words that come on the page.
      showLoading: async (userId, seconds) => {
        if (platform.flow().desk.talk === 'line') await platform.line.showLoading(userId, seconds);
      },
    },
    now,
  });
  const sessions = createSessions(store, {
    publicUrl: platform.publicUrl,
    secret: platform.sessionSecret,
    demo: platform.demo !== null,
  });
  const showMenu = createShowMenu(platform.line.menu);
  const menus = createMenus({
    store,
    vault,
    // A talk on the page is nothing that LINE, or who looks at the phone, should be told of: neither its beginning nor its end.
    show: async (userId, which) =>
      platform.flow().desk.talk === 'web' ? { ok: true } : showMenu(userId, which),
    now,
    log,
  });
  const seal = createSealer({ store, hash: vault.auditHash, now, log });
  const forget = createRetention({ store, vault, policy: () => platform.flow().retention, now, log });
  const alerts = alertsOf(platform);
  const webhook = receiveWebhook({
    channelSecret: platform.channelSecret,
    handle,
    now,
    leave: platform.line.leave,
    log,
  });
  const app = createApp({
    webhook,
    console: consoleDeps(platform, { handle, sessions, bell, company, alerts, quota }),
    talk: {
      store,
      vault,
      handle,
      flow: platform.flow,
      changed: bell.next,
      now,
      random: platform.random,
      publicUrl: platform.publicUrl,
      asset: platform.talkAsset,
      log,
    },
    ready: () => isReady(store),
    metrics: { store, counters, token: platform.metricsToken, quotaLeft: () => quota.view()?.left, now },
  });
  return {
    app,
    webhook,
    handle,
    sessions,
    async tick() {
      menus.tick();
      // Side by side: where one of them fails, the others have done theirs.
      const [done] = await Promise.all([tick({ store, handle, now }), alerts?.tick(), seal(), forget()]);
      return done;
    },
    async nextDue() {
      const due = await Promise.all([
        nextTick({ store, now }),
        outbox.nextDue(),
        menus.nextDue(),
        alerts?.nextDue() ?? null,
        seal.nextDue(),
      ]);
      const known = due.filter((at) => at !== null);
      return known.length > 0 ? Math.min(...known) : null;
    },
    outbox,
    async drain(ms) {
      const drained = await Promise.all([outbox.drain(ms), menus.drain(ms), alerts?.drain(ms) ?? true]);
      return drained.every(Boolean);
    },
  };
}

/** People away from the screen are told of any conversation of this database, whichever process has it. */
function alertsOf({
  alerts,
  store,
  flow,
  publicUrl,
  sessionSecret,
  now,
  uuid,
  log,
}: Platform): Alerts | null {
  if (!alerts) return null;
  return createAlerts({
    ...alerts,
    store,
    links: createLinks(sessionSecret, publicUrl),
    service: () => flow().name,
    deskOpen: (at) => flow().desk.at(at).open,
    publicUrl,
    now,
    uuid,
    log,
  });
}

function consoleDeps(
  platform: Platform,
  parts: {
    handle: Handle;
    sessions: Sessions;
    bell: ConsoleDeps['bell'];
    quota: Quota;
    company: Company;
    alerts: Alerts | null;
  },
): ConsoleDeps {
  const { store, vault, flow, now } = platform;
  const inJapanese = (text: Record<string, string>) => localized(text, 'ja', flow());
  return {
    store,
    sessions: parts.sessions,
    bell: parts.bell,
    company: parts.company,
    async act(conversationId, event) {
      const handled = await parts.handle({ conversationId }, event);
      if (handled.ok) return { ok: true };
      return handled.why === 'refused'
        ? { ok: false, why: 'refused', refusal: handled.refusal }
        : { ok: false, why: 'unavailable' };
    },
    opener(consultation, sealedKey) {
      const key = vault.unwrap(sealedKey, consultation);
      return (context, sealed) => vault.open(key, context, sealed);
    },
    sealer(consultation, sealedKey) {
      const key = vault.unwrap(sealedKey, consultation);
      return (context, plain) => vault.seal(key, context, plain);
    },
    opening: {
      sheet: (consultation) =>
        policeSheet({ store, vault, channel: () => channelOf(platform.line) }, consultation),
      disclosure: (consultation) => disclosureDocument({ store, vault, now }, consultation),
    },
    retention: () => flow().retention,
    auditHash: vault.auditHash,
    now,
    random: platform.random,
    publicUrl: platform.publicUrl,
    demo: platform.demo,
    get service() {
      const { name, categories, outcomes } = flow();
      return {
        name,
        outcomes,
        categories: [...categories.values()].map(({ id, label }) => ({ id, label: inJapanese(label) })),
      };
    },
    pushes() {
      const view = parts.quota.view();
      return view && { left: view.left, low: view.low };
    },
    windows: platform.directory,
    emergency: platform.emergency,
    deskSource: platform.deskSource,
    checkLine: () => checkLine(platform.line, platform.publicUrl),
    answerWords: () => flow().answerWords,
    desk(at) {
      const { desk } = flow();
      const { open } = desk.at(at);
      return {
        open,
        hours: inJapanese(desk.hoursText),
        nextOpen: open ? '' : desk.nextOpen(at, 'ja'),
        capacity: desk.capacityAt(at),
        sessionMinutes: desk.sessionMs / 60_000,
      };
    },
    alerts: parts.alerts,
    asset: platform.asset,
    address: platform.address,
    mayReach: (address) => platform.consoleAllow.length === 0 || isWithin(platform.consoleAllow, address),
  };
}

/** The city's account, as LINE knows it; null when LINE does not answer. */
async function channelOf(line: LineClient): Promise<Sheet['channel']> {
  const told = await line.botInfo();
  if (!told.ok) return null;
  const { userId, displayName, basicId } = told.value;
  return { id: userId, name: displayName, basicId };
}

async function isReady(store: Store): Promise<boolean> {
  try {
    await store.read(store.sql.selectFrom('setting').select('name').limit(1).compile());
    return true;
  } catch {
    return false;
  }
}
