import { join } from 'node:path';
import { startService } from '../support/service-process.ts';
import { fillDatabase } from './fill.ts';
import { round2 } from './intake.ts';
import { openLine } from './line.ts';
import { createClient, median, newUserIds, quantile, webhooksOf } from './traffic.ts';

/** Fewer than for intake: what is asked is how long one waits, not how many fit. */
const concurrency = 8;

/** Rounds that are not counted. */
const warmUp = 5;

/**
 * How long a webhook waits for its 200 with 1,000,000 messages of 100,000 conversations stored, over the same with an
 * empty database: the 99th percentiles of rounds driven in turn. On the full one half of the residents are old ones who come back.
 */
export async function benchGrowth(options: {
  folder: string;
  rounds: number;
  residents: number;
  conversations?: number;
}): Promise<{ growth_p99_ratio: number; p99_empty_ms: number; p99_full_ms: number; fill_s: number }> {
  const line = await openLine();
  const full = join(options.folder, 'full.db');
  const began = performance.now();
  const known = await fillDatabase(
    full,
    line.emulator.platform.account.userId,
    options.conversations ?? 100_000,
  );
  const fillSeconds = Math.round((performance.now() - began) / 1000);
  const start = (file: string) => startService({ database: `sqlite:${file}`, lineUrl: line.url });
  const services = { empty: await start(join(options.folder, 'empty.db')), full: await start(full) };
  const waits = { empty: [] as number[], full: [] as number[] };
  let taken = 0;
  try {
    for (let round = -warmUp; round < options.rounds; round++)
      for (const which of ['empty', 'full'] as const) {
        const half = Math.floor(options.residents / 2);
        const old = which === 'full' ? known.slice(taken, taken + half) : newUserIds(half);
        if (which === 'full') taken += half;
        const webhooks = webhooksOf(line.emulator, [...old, ...newUserIds(half)]);
        const client = createClient(concurrency);
        const times = await client.postAll(services[which].url, webhooks, line.reply);
        await line.answered(webhooks);
        client.close();
        if (round >= 0) waits[which].push(quantile(times, 0.99));
      }
    const [empty, grown] = [median(waits.empty), median(waits.full)];
    return {
      growth_p99_ratio: round2(grown / empty),
      p99_empty_ms: round2(empty),
      p99_full_ms: round2(grown),
      fill_s: fillSeconds,
    };
  } finally {
    await services.empty.stop();
    await services.full.stop();
    await line.close();
  }
}
