import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { Resident } from '../../src/emulator/resident.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { openData, rootFolder } from '../../src/node/platform.ts';
import { listen } from '../../src/node/serve.ts';
import { seeded } from '../emulator/serve.ts';
import { type Fate, points } from './fate.ts';
import { judge, type Verdict } from './verdict.ts';
import type { VictimOptions } from './victim.ts';

export type CrashReport = {
  kills: number;
  by_point: Record<string, number>;
  redeliveries: number;
  seed: number;
} & Verdict & {
    wrong: {
      /** Nobody blocks the account here and no quota runs out: what was given up is lost. */
      given_up: number;
      /** A death leaves at most one request of each resident in doubt. */
      doubted_without_cause: number;
      /** Deaths that did not happen where they should. */
      not_killed_there: number;
    };
  };

const tooLate = 'too late';

/**
 * Kills the service `kills` times while residents write to it, restarts it each time on the same database, and has LINE bring
 * again what was not answered. Then lets everything come to rest, and judges.
 */
export async function crashRun(options: {
  kills: number;
  residents: number;
  seed: number;
}): Promise<CrashReport> {
  const random = seeded(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'madoguchi-crash-'));
  const database = join(folder, 'crash.db');
  const sent = new Set<string>();
  const accepted = new Set<string>();
  const emulator = createEmulator({
    channelSecret: demoSecrets.channelSecret,
    channelAccessToken: demoSecrets.accessToken,
    webhookUrl: 'http://127.0.0.1:1/line/webhook',
    now: Date.now,
    random,
    quota: null,
    redelivery: true,
    deliver: async (url, init) => {
      const { events } = JSON.parse(new TextDecoder().decode(init.body as Uint8Array));
      for (const { webhookEventId } of events) sent.add(webhookEventId);
      const response = await fetch(url, init);
      if (response.ok) for (const { webhookEventId } of events) accepted.add(webhookEventId);
      return response;
    },
  });
  const line = await listen((request) => emulator.app.fetch(request), { port: 0, host: '127.0.0.1' });
  const victim = (fate: Fate | null) =>
    startVictim({ database, lineUrl: `http://127.0.0.1:${line.port}`, fate }, emulator);
  const town = openTownOf(emulator, options.residents, random);
  const byPoint: Record<string, number> = {};
  let redeliveries = 0;
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      const point = points[kill % points.length] ?? 'random';
      const child = await victim(point === 'random' ? null : { point, times: 1 + Math.floor(random() * 30) });
      town.up();
      const bringing = emulator.webhooks.redeliver();
      if (point === 'random') setTimeout(() => child.process.kill('SIGKILL'), 50 + random() * 1_000);
      // A point that is not passed often enough must not count as died at.
      let where: string = point;
      const patience = setTimeout(() => {
        where = tooLate;
        child.process.kill('SIGKILL');
      }, 60_000);
      await child.ended;
      clearTimeout(patience);
      town.down();
      redeliveries += await bringing;
      byPoint[where] = (byPoint[where] ?? 0) + 1;
    }
    const last = await victim(null);
    town.up();
    await town.close();
    while (emulator.webhooks.undelivered() > 0) redeliveries += await emulator.webhooks.redeliver();
    await atRest(database);
    last.process.kill('SIGTERM');
    await last.ended;
    const { store, vault } = await openData(rootFolder, `sqlite:${database}`, demoSecrets.key);
    const verdict = await judge({
      store,
      vault,
      channel: emulator.platform.account.userId,
      people: emulator.platform.people.values(),
      sent,
      accepted,
    });
    await store.close();
    const { unknown, dead } = verdict.deliveries;
    const wrong = {
      ...verdict.wrong,
      given_up: dead,
      doubted_without_cause: Math.max(0, unknown - options.kills * options.residents),
      not_killed_there: byPoint[tooLate] ?? 0,
    };
    return { kills: options.kills, by_point: byPoint, redeliveries, seed: options.seed, ...verdict, wrong };
  } finally {
    await town.close();
    emulator.close();
    await line.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Victim = { process: ChildProcess; ended: Promise<unknown> };

/** Starts the service; resolves when it takes requests, or when it has died before: taking up what was left, it can meet its fate. */
async function startVictim(options: VictimOptions, emulator: Emulator): Promise<Victim> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), JSON.stringify(options)], {
    // Compiled once, as the program's own start does.
    env: { ...process.env, NODE_COMPILE_CACHE: join(rootFolder, 'node_modules', '.cache', 'madoguchi') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    if (code) throw new Error(`the service ended with ${code}`);
  });
  const ready = once(child.stdout.setEncoding('utf8'), 'data').then(([said]) => {
    emulator.platform.webhook.url = `http://127.0.0.1:${String(said).trim()}/line/webhook`;
  });
  await Promise.race([ready, ended]);
  return { process: child, ended };
}

type Town = { up(): void; down(): void; close(): Promise<void> };

/** Residents who write and tap, each on their own, until the town is closed; who gets no 既読 waits for the service. */
function openTownOf(emulator: Emulator, count: number, random: () => number): Town {
  let open = true;
  let running = Promise.withResolvers<void>();
  const live = async (index: number) => {
    const resident = emulator.resident(`住民${index}`);
    await resident.follow();
    while (open) {
      const status = await act(resident, random);
      if (status !== 200) await running.promise;
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 80));
    }
  };
  const lives = Array.from({ length: count }, (_, index) => live(index));
  return {
    up: () => running.resolve(),
    down() {
      running = Promise.withResolvers();
    },
    async close() {
      open = false;
      running.resolve();
      await Promise.all(lives);
    },
  };
}

const words = [
  'はじめから',
  '仕事',
  'お金・住まい',
  '健康',
  '人と話したい',
  'もう限界です。死にたいです',
  '家賃が払えなくて',
];

async function act(resident: Resident, random: () => number): Promise<unknown> {
  const choices = resident.choices();
  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const chance = random();
  if (chance < 0.1) return resident.sendSticker();
  const choice = any(choices);
  if (chance < 0.6 && choice) return resident.tap(choice);
  return resident.say(any(words) ?? 'はい');
}

/** Waits until nothing waits to be said, and no turn is open. */
async function atRest(database: string): Promise<void> {
  const { store } = await openData(rootFolder, `sqlite:${database}`, demoSecrets.key);
  const { sql } = store;
  const open = [
    sql.selectFrom('outbox').select('id').limit(1).compile(),
    sql.selectFrom('delivery').select('id').where('state', 'in', ['frozen', 'sending']).limit(1).compile(),
    sql.selectFrom('timer').select('name as id').where('name', '=', 'turn').limit(1).compile(),
  ];
  const giveUp = Date.now() + 60_000;
  for (;;) {
    const rows = await Promise.all(open.map((query) => store.read(query)));
    if (rows.every((found) => found.length === 0) || Date.now() > giveUp) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await store.close();
}
