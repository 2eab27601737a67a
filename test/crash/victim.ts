import { sql as raw } from 'kysely';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { type RunOptions, run } from '../../src/node/run.ts';
import type { Store, Write } from '../../src/store/store.ts';
import type { Fate } from './fate.ts';

/**
 * The whole service in a process that dies at a chosen moment: `node victim.ts '{"database":…,"lineUrl":…,"fate":…}'`. Prints
 * its port. Death is SIGKILL by its own hand, so that it strikes exactly there and nothing is tidied up.
 */
export type VictimOptions = { database: string; lineUrl: string; fate: Fate | null };

const { database, lineUrl, fate } = JSON.parse(process.argv[2] ?? '') as VictimOptions;
const running = await run({
  root: rootFolder,
  config: {
    ...demoSecrets,
    port: 0,
    databaseUrl: `sqlite:${database}`,
    flow: 'flows/ise',
    lineApiBaseUrl: lineUrl,
    publicUrl: '',
    trial: true,
  },
  now: Date.now,
  log: () => {},
  demo: null,
  host: '127.0.0.1',
  ...(fate ? { around: dyingBy(fate) } : {}),
});
console.log(running.port);
process.once('SIGTERM', () => void running.stop());

function dyingBy({ point, times }: Fate): NonNullable<RunOptions['around']> {
  let left = times;
  /** Called at each passing of the point; the last one is not survived. */
  const pass = (here: Fate['point']) => {
    if (here === point && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
  return ({ store, line }) => ({
    store: {
      ...store,
      async commit(writes) {
        pass('before-commit');
        const inside = point === 'inside-group' && left === 1;
        if (inside) setTimeout(() => pass('inside-group'), INSIDE_MS);
        else if (point === 'inside-group') left--;
        const committed = await store.commit(inside ? [...writes, slow(store)] : writes);
        pass('after-commit');
        return committed;
      },
    },
    line: {
      ...line,
      async send(request) {
        pass('before-send');
        const sending = line.send(request);
        if (point === 'during-send') setTimeout(() => pass('during-send'), Math.random() * 3);
        const result = await sending;
        pass('after-send');
        return result;
      },
    },
  });
}

/** The group that ends with a slow write has begun by then, and is far from its end. */
const INSIDE_MS = 40;

/** A write that changes nothing and takes the database half a second. */
function slow(store: Store): Write {
  const counted = raw`with recursive n (i) as (select 1 union all select i + 1 from n where i < 4000000) select count(*) from n`;
  const query = store.sql
    .insertInto('tombstone')
    .columns(['message_key', 'at'])
    .expression(raw`select 'nobody', 0 where (${counted}) < 0`)
    .compile();
  return { query };
}
