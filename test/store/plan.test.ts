import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createBuilder } from '../../src/store/builder.ts';
import { serial } from '../../src/store/migrate.ts';
import { outboxQueries } from '../../src/store/queries/outbox.ts';
import { readMigrations } from '../support/migrations.ts';

/** How SQLite goes about a query, on the tables as migrated. */
function planOf(query: { sql: string; parameters: readonly unknown[] }): string {
  const db = new Database(':memory:');
  for (const { sql } of readMigrations()) db.exec(sql.replaceAll('{{serial}}', serial.sqlite));
  const steps = db
    .prepare<unknown[], { detail: string }>(`explain query plan ${query.sql}`)
    .all(...query.parameters);
  db.close();
  return steps.map(({ detail }) => detail).join('\n');
}

test('what is asked at every event touches what is still to be sent, not what was sent long ago', () => {
  const queries = outboxQueries(createBuilder('sqlite'));
  for (const query of [queries.pending('c'), queries.liveDelivery('c'), queries.orphans(10)]) {
    expect(planOf(query)).toMatch(/SEARCH delivery USING (?:COVERING )?INDEX delivery_unsent/u);
    expect(planOf(query)).not.toMatch(/SCAN delivery|delivery_conversation/u);
  }
  for (const query of [queries.due(0, 10), queries.nextDue()])
    expect(planOf(query)).toContain('INDEX delivery_due');
  expect(planOf(queries.waiting('c'))).toContain('SEARCH outbox USING INDEX outbox_conversation');
});
