import { join } from 'node:path';
import { startService } from '../support/service-process.ts';
import { fillDatabase } from './fill.ts';
import { atOnce, round2 } from './intake.ts';
import { openLine } from './line.ts';
import { createClient, median, newUserIds, quantile, webhooksOf } from './traffic.ts';

/** Drives of both databases: so many residents a round, so many requests at once. */
type Load = { residents: number; concurrency: number };

/** A quarter of what intake is driven with. */
const calm: Load = { residents: 200, concurrency: 8 };

/** Rounds that are not counted. */
const warmUp = 5;

/**
 * How long a webhook waits for its 200 with 1,000,000 messages of 100,000 conversations stored, over the same with an
 * empty database: the 99th percentiles of rounds driven in turn, at the load of intake and at a calmer one. On the full one half
 * of the residents are old ones who come back.
 */
export async function benchGrowth(options: {
  folder: string;
  rounds: number;
  residents: number;
  conversations?: number;
}): Promise<{
  growth_p99_ratio: number;
  p99_empty_ms: number;
  p99_full_ms: number;
  growth_calm_p99_ratio: number;
  fill_s: number;
}> {
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

  const drive = async (which: 'empty' | 'full', { residents, concurrency }: Load): Promise<number> => {
    const half = Math.floor(residents / 2);
    const old = which === 'full' ? known.splice(0, half) : newUserIds(half);
    const webhooks = webhooksOf(line.emulator, [...old, ...newUserIds(half)]);
    const client = createClient(concurrency);
    const times = await client.postAll(services[which].url, webhooks, line.reply);
    await line.answered(webhooks);
    client.close();
    return quantile(times, 0.99);
  };
  const compare = async (load: Load) => {
    const waits = { empty: [] as number[], full: [] as number[] };
    for (let round = -warmUp; round < options.rounds; round++)
      for (const which of ['empty', 'full'] as const) {
        const p99 = await drive(which, load);
        if (round >= 0) waits[which].push(p99);
      }
    return [median(waits.empty), median(waits.full)] as const;
  };
  try {
    const [empty, grown] = await compare({ residents: options.residents, concurrency: atOnce });
    const [emptyCalm, grownCalm] = await compare(calm);
    return {
      growth_p99_ratio: round2(grown / empty),
      p99_empty_ms: round2(empty),
      p99_full_ms: round2(grown),
      growth_calm_p99_ratio: round2(grownCalm / emptyCalm),
      fill_s: fillSeconds,
    };
  } finally {
    await services.empty.stop();
    await services.full.stop();
    await line.close();
  }
}
