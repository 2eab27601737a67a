import type { Env } from './worker/env.ts';

// biome-ignore lint/performance/noBarrelFile: the runtime looks for the object's class among the door's exports.
export { Madoguchi } from './worker/madoguchi.ts';

/** Tokyo's side of the world, for the object and whoever writes to it. */
const near = { locationHint: 'apac' };

/** The door on Cloudflare Workers: everything goes to the one object in which the service lives. */
export default {
  fetch: (request: Request, env: Env): Promise<Response> =>
    env.MADOGUCHI.getByName('madoguchi', near).fetch(request),
  /** Every minute, should an alarm have been lost. */
  scheduled: (_: unknown, env: Env): Promise<void> => env.MADOGUCHI.getByName('madoguchi', near).wake(),
};
