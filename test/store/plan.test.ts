import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createBuilder } from '../../src/store/builder.ts';
import { serial } from '../../src/store/migrate.ts';
import { outboxQueries } from '../../src/store/queries/outbox.ts';
import { countPast, eventsOf, past } from '../../src/store/queries/past.ts';
import {
  deleteContent,
  deleteDeliveries,
  deleteEmptyConversation,
  deleteStaffWords,
  destroyKey,
  rememberEvents,
} from '../../src/store/queries/retention.ts';
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

test('forgetting one consultation does not go through those of others', () => {
  const sql = createBuilder('sqlite');
  const queries = [
    ...deleteContent(sql, 'c', 't'),
    ...deleteEmptyConversation(sql, 't'),
    ...deleteStaffWords(sql, 't'),
    deleteDeliveries(sql, 't'),
    destroyKey(sql, 'c', { closedBefore: 0, quietBefore: 0, now: 0 }, null),
    rememberEvents(sql, { consultation: 'c' }, 0, 0),
    rememberEvents(sql, { conversation: 't', before: 9 }, 0, 0),
  ];
  // Small tables: what waits to be said, links and sessions of an hour.
  for (const query of queries)
    expect(planOf(query), query.sql).not.toMatch(/SCAN (?!outbox|talk_link|talk_session)/u);
});

test('what is asked at every event touches what is still to be sent, not what was sent long ago', () => {
  const queries = outboxQueries(createBuilder('sqlite'));
  for (const query of [queries.pending('c'), queries.liveDelivery('c'), queries.orphans(10)]) {
    expect(planOf(query)).toMatch(/SEARCH delivery USING (?:COVERING )?INDEX delivery_unsent/u);
    expect(planOf(query)).not.toMatch(/SCAN delivery/u);
  }
  for (const query of [queries.due(0, 10), queries.nextDue()])
    expect(planOf(query)).toContain('INDEX delivery_due');
  expect(planOf(queries.waiting('c'))).toContain('SEARCH outbox USING INDEX outbox_conversation');
});

test('a page of the search begins where the last one ended, and counting has an end', () => {
  const sql = createBuilder('sqlite');
  const scope = { staff: 's', topics: ['money'], states: ['closed' as const], everybodyFrom: 3 };
  const next = planOf(past(sql, scope, { category: 'money' }, { at: 1, id: 'c' }, 200));
  expect(next).toMatch(/SEARCH consultation USING INDEX consultation_opened \(opened_at<\?\)/u);
  expect(next).not.toContain('SCAN');
  for (const events of [eventsOf(sql, ['c', 'd'], 1_000), eventsOf(sql, ['c'], 1_000, 5)]) {
    expect(planOf(events)).toMatch(/SEARCH event USING INDEX event_consultation/u);
    expect(planOf(events)).not.toContain('TEMP B-TREE');
  }
  expect(countPast(sql, scope, {}, 5_000).sql).toContain('limit');
});
