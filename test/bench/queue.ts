import { randomUUID } from 'node:crypto';
import { openOffice } from '../console/office.ts';
import { round2 } from './intake.ts';
import { median } from './traffic.ts';

/** ms that the server takes to show a counselor the queue with 1,000 open consultations. */
export async function benchQueue(): Promise<{ queue_ms: number }> {
  const office = await openOffice();
  for (let one = 0; one < 1_000; one++)
    await office.talk({
      state: one % 10 === 0 ? 'human' : 'waiting',
      level: one % 4,
      resident: randomUUID(),
      waitingSince: office.clock.now - one * 1_000,
    });
  await office.staff('counselor', ['counselor']);
  const browser = office.browser();
  await browser.signIn('counselor');
  const times: number[] = [];
  for (let round = 0; round < 30; round++) {
    const began = performance.now();
    const answer = await browser.get('/api/queue');
    const { entries } = (await answer.json()) as { entries: unknown[] };
    if (entries.length !== 1_000) throw new Error(`the queue shows ${entries.length}`);
    if (round >= 5) times.push(performance.now() - began);
  }
  await office.store.close();
  return { queue_ms: round2(median(times)) };
}
