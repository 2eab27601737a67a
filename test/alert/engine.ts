import { randomUUID } from 'node:crypto';
import { type Alerts, createAlerts } from '../../src/alert/alerts.ts';
import { createLinks } from '../../src/alert/link.ts';
import { loadPlan } from '../../src/alert/load.ts';
import { sendMail } from '../../src/alert/mail.ts';
import { createTell } from '../../src/alert/tell.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { rank } from '../../src/risk/finding.ts';
import type { Store } from '../../src/store/store.ts';

export const minute = 60_000;

/** Three people, reached at a receiver's `/a`, `/b` and `/c`, one after the other. */
export const threeSteps = `people:
  a: { name: 甲, webhook_env: A }
  b: { name: 乙, webhook_env: B }
  c: { name: 丙, webhook_env: C }
steps:
  - to: [a]
  - { after: 5m, to: [b] }
  - { after: 10m, to: [c] }
repeat: 10m
`;

/** One process's alerts, with a clock that the test sets. */
export function engineOn(
  store: Store,
  url: (path: string) => string,
  clock: { now: number },
  log: string[] = [],
  text = threeSteps,
): Alerts {
  const environment = { A: url('/a'), B: url('/b'), C: url('/c') };
  const { plan, diagnostics } = loadPlan('alerts.yaml', text, {
    environment,
    holidays: loadHolidays(),
  });
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return createAlerts({
    store,
    plan,
    tell: createTell({ fetch, mail: sendMail, smtp: null }),
    links: createLinks('secret', 'https://soudan.test'),
    service: () => '試しの窓口',
    deskOpen: () => false,
    publicUrl: 'https://soudan.test',
    now: () => clock.now,
    uuid: randomUUID,
    log: (line) => log.push(JSON.stringify(line)),
  });
}

/** A resident who waits since then; answers the consultation's id. */
export async function someoneWaits(
  store: Store,
  level: 'none' | 'high' | 'imminent',
  since: number,
): Promise<string> {
  const id = randomUUID();
  const row = {
    id: `conversation-${id}`,
    version: 1,
    state: 'waiting' as const,
    level: rank(level),
    owner: null,
    consultation_id: id,
    language: 'ja',
    topic: null,
    unreachable: 0,
    sealed_user: 'x',
    sealed_snapshot: 'x',
    waiting_since: since,
    resident_at: since,
    counselor_at: null,
    created_at: since,
    updated_at: since,
  };
  await store.commit([{ query: store.sql.insertInto('conversation').values(row).compile() }]);
  return id;
}

/** A counselor takes the consultation. */
export async function someoneAccepts(store: Store, consultation: string): Promise<void> {
  const query = store.sql
    .updateTable('conversation')
    .set({ state: 'human', owner: 'counselor', waiting_since: null })
    .where('consultation_id', '=', consultation)
    .compile();
  await store.commit([{ query, expect: 1 }]);
}
