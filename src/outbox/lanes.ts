/**
 * Work in lanes: what belongs to one key is done one after the other, different keys side by side, `width` of them at
 * most. A key is worked on by asking `next` for jobs until there is none; what another process leaves meanwhile is found by
 * whoever wakes the key next.
 */
export type Lanes<Job> = {
  /**
   * Looks for jobs of this key. With a job at hand, does that first, and looks for others only if there are `more` or it is woken
   * meanwhile. Resolves when the lane has no more to do.
   */
  wake(key: string, job?: Job, more?: boolean): Promise<void>;
  has(key: string): boolean;
  /** Lanes open, working or waiting for a place. */
  readonly open: number;
  /** Resolves when all lanes are done; false when that takes longer than `ms`. */
  settled(ms?: number): Promise<boolean>;
};

type Lane<Job> = { jobs: Job[]; look: boolean; done: Promise<void> };

export function createLanes<Job>(options: {
  width: number;
  next(key: string): Promise<Job | undefined>;
  /** Resolves when the job is dealt with, with whether it left another to look for. Neither may throw; what they throw ends the lane and goes to `fault`. */
  work(job: Job): Promise<boolean>;
  fault(error: unknown): void;
}): Lanes<Job> {
  const lanes = new Map<string, Lane<Job>>();
  const queue: (() => void)[] = [];
  let free = options.width;

  const place = () =>
    new Promise<void>((resolve) => {
      if (free > 0) {
        free--;
        resolve();
      } else queue.push(resolve);
    });
  const leave = () => {
    const first = queue.shift();
    if (first) first();
    else free++;
  };

  const run = async (key: string, lane: Lane<Job>) => {
    await place();
    try {
      while (lane.look || lane.jobs.length > 0) {
        const atHand = lane.jobs.shift();
        if (!atHand) lane.look = false;
        const job = atHand ?? (await options.next(key));
        if (!job) continue;
        // Where one was found there may be another.
        if (!atHand) lane.look = true;
        if (await options.work(job)) lane.look = true;
      }
    } catch (error) {
      options.fault(error);
    } finally {
      lanes.delete(key);
      leave();
    }
  };

  return {
    wake(key, job, more = false) {
      const open = lanes.get(key);
      if (open) {
        if (job) open.jobs.push(job);
        open.look = true;
        return open.done;
      }
      const lane: Lane<Job> = { jobs: job ? [job] : [], look: !job || more, done: Promise.resolve() };
      lanes.set(key, lane);
      lane.done = run(key, lane);
      return lane.done;
    },
    has: (key) => lanes.has(key),
    get open() {
      return lanes.size;
    },
    async settled(ms) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late =
        ms === undefined
          ? undefined
          : new Promise<false>((resolve) => {
              timer = setTimeout(() => resolve(false), ms);
            });
      const all = (async () => {
        while (lanes.size > 0) await Promise.all([...lanes.values()].map((lane) => lane.done));
        return true;
      })();
      try {
        return await (late ? Promise.race([all, late]) : all);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
