import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startService } from '../support/service-process.ts';
import { openLine } from './line.ts';
import { cpuTime, residentMemory } from './process.ts';
import { createClient, doingsEach, median, newUserIds, quantile, webhooksOf } from './traffic.ts';

export type IntakeFigures = {
  floor_rps: number;
  intake_rps: number;
  /** Ours over the floor's, medians of rounds driven in turn. */
  intake_ratio: number;
  /** CPU time of either process for one event. */
  floor_cpu_us: number;
  intake_cpu_us: number;
  /** The same of this process, which is the client and LINE, for one event of an intake. */
  line_cpu_us: number;
  ready_ms: number;
  rss_mb: number;
};

/** Requests under way at the same time. */
export const atOnce = 32;

/** Rounds that are not counted, of both: V8 goes on compiling a program of this size for some thirty thousand events. */
const warmUp = 9;

/**
 * How many webhooks a second the whole service takes, against the bare floor, in turn. An intake counts when its event and its
 * delivery are committed (the 200) and its answer has arrived at LINE, which is another process.
 */
export async function benchIntake(options: {
  folder: string;
  rounds: number;
  residents: number;
  nodeFlags?: readonly string[];
}): Promise<IntakeFigures> {
  const line = await openLine();
  const floor = await startFloor(join(options.folder, 'floor.db'));
  const service = await startService({
    database: `sqlite:${join(options.folder, 'intake.db')}`,
    lineUrl: line.url,
    ...(options.nodeFlags ? { nodeFlags: options.nodeFlags } : {}),
  });
  const events = options.residents * doingsEach;
  const rates = { floor: [] as number[], intake: [] as number[] };
  const cpu = { floor: [] as number[], intake: [] as number[], line: [] as number[] };
  try {
    for (let round = -warmUp; round < options.rounds; round++) {
      const drive = async (url: string, pid: number, answered: boolean) => {
        const webhooks = webhooksOf(line.emulator, newUserIds(options.residents));
        // Connections of its own for each round: in the other server's turn they would be closed as idle.
        const client = createClient(atOnce);
        const used = [cpuTime(pid), cpuTime(process.pid)] as const;
        const began = performance.now();
        await client.postAll(url, webhooks, answered ? line.reply : undefined);
        if (answered) await line.answered(webhooks);
        else line.forget(webhooks);
        const rate = events / ((performance.now() - began) / 1000);
        client.close();
        const each = (now: number, before: number) => (now - before) / events;
        return { rate, cpu: each(cpuTime(pid), used[0]), line: each(cpuTime(process.pid), used[1]) };
      };
      const bare = await drive(floor.url, floor.pid, false);
      const ours = await drive(service.url, service.pid, true);
      if (round < 0) continue;
      rates.floor.push(bare.rate);
      rates.intake.push(ours.rate);
      cpu.floor.push(bare.cpu);
      cpu.intake.push(ours.cpu);
      cpu.line.push(ours.line);
    }
    const [floorRps, intakeRps] = [median(rates.floor), median(rates.intake)];
    return {
      floor_rps: Math.round(floorRps),
      intake_rps: Math.round(intakeRps),
      intake_ratio: round2(intakeRps / floorRps),
      floor_cpu_us: Math.round(median(cpu.floor)),
      intake_cpu_us: Math.round(median(cpu.intake)),
      line_cpu_us: Math.round(median(cpu.line)),
      ready_ms: Math.round(service.readyMs),
      rss_mb: Math.round(residentMemory(service.pid)),
    };
  } finally {
    await service.stop();
    floor.stop();
    await line.close();
  }
}

/** Webhook out, answer in, one at a time on an otherwise idle service, ms. */
export async function benchLatency(options: {
  folder: string;
  residents: number;
}): Promise<{ p50_ms: number; p99_ms: number }> {
  const line = await openLine();
  const service = await startService({
    database: `sqlite:${join(options.folder, 'latency.db')}`,
    lineUrl: line.url,
  });
  const client = createClient(1);
  const times: number[] = [];
  try {
    const webhooks = webhooksOf(line.emulator, newUserIds(options.residents));
    for (const [index, webhook] of webhooks.entries()) {
      const began = performance.now();
      const arrival = line.nextArrival();
      const [, at] = await Promise.all([client.post(service.url, webhook), arrival]);
      await line.answered([webhook]);
      // The first tenth warms up.
      if (index >= webhooks.length / 10) times.push(at - began);
    }
    return { p50_ms: round2(quantile(times, 0.5)), p99_ms: round2(quantile(times, 0.99)) };
  } finally {
    client.close();
    await service.stop();
    await line.close();
  }
}

async function startFloor(file: string): Promise<{ url: string; pid: number; stop(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'floor.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (said: string) => resolve(said.trim()));
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
  return { url, pid: child.pid ?? 0, stop: () => child.kill() };
}

export const round2 = (value: number): number => Math.round(value * 100) / 100;
