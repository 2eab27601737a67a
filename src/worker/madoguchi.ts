import { DurableObject } from 'cloudflare:workers';
import { createLog } from '../log.ts';
import type { Service } from '../service.ts';
import type { Env } from './env.ts';
import { type Opened, openService } from './open.ts';

/** So old may be what is known of newly published flows; one small read of D1 as often, and only while somebody is there. */
const LOOK_EVERY_MS = 5_000;

/**
 * The one Durable Object in which the service lives, with D1 below it. Being one, it keeps what a process keeps: the order of
 * a resident's events, the lanes of the outbox, the bell of the consoles; and what it sends goes on after a request has
 * been answered. Its alarm stands at the next thing the clock owes. Nothing lasting is in it: it may be thrown
 * away at any moment, and the next one takes up what D1 holds.
 */
export class Madoguchi extends DurableObject<Env> {
  #opening: Promise<Opened> | null = null;
  #lookedAt = 0;

  async fetch(request: Request): Promise<Response> {
    const service = await this.#service();
    if (!service) return new Response('not ready', { status: 503, headers: { 'retry-after': '10' } });
    const response = await service.app.fetch(request);
    if (request.method !== 'GET') this.ctx.waitUntil(this.#setAlarm(service));
    return response;
  }

  /** What the clock owes: timers, vanished counselors, deliveries. Cron calls it as well, as the net below the alarm. */
  async wake(): Promise<void> {
    const service = await this.#service();
    if (!service) return;
    // Not waited for: it lasts as long as LINE takes, and timers fall due meanwhile.
    this.ctx.waitUntil(service.outbox.tick());
    try {
      await service.tick();
    } finally {
      await this.#setAlarm(service);
    }
  }

  async alarm(): Promise<void> {
    await this.wake();
  }

  async #setAlarm(service: Service): Promise<void> {
    const due = await service.nextDue();
    if (due !== null) await this.ctx.storage.setAlarm(due);
  }

  /** Opened at the first use. A database that was away is tried again at the next; a wrong setting stays wrong. */
  async #service(): Promise<Service | null> {
    this.#opening ??= this.#open();
    const opened = await this.#opening;
    if (!opened.ok) return null;
    await this.#look(opened);
    return opened.service;
  }

  /** What was published since; a failure leaves in force what is, and the next use looks again. */
  async #look({ look }: Extract<Opened, { ok: true }>): Promise<void> {
    if (Date.now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = Date.now();
    await look().catch(() => console.error('cannot look for a new revision'));
  }

  async #open(): Promise<Opened> {
    const write = (line: string) => console.log(line.trimEnd());
    try {
      this.#lookedAt = Date.now();
      const opened = await openService(this.env, createLog(write, Date.now));
      if (!opened.ok) {
        console.error(opened.message);
        return opened;
      }
      for (const warning of opened.warnings) console.warn(warning);
      if (opened.firstCode)
        write(
          `まだ利用者がいません。次の一度きりのコードで、/console/join から最初の管理者を登録してください: ${opened.firstCode}`,
        );
      return opened;
    } catch (error) {
      this.#opening = null;
      const name = error instanceof Error ? error.name : 'unknown';
      console.error(name === 'Unsealable' ? (error as Error).message : `cannot open: ${name}`);
      return { ok: false, message: name };
    }
  }
}
