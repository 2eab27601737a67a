import { type CompiledQuery, InsertQueryNode, PrimitiveValueListNode, TableNode, ValuesNode } from 'kysely';

/** Cloudflare D1 takes no more a query; kept on every engine, so that a query which works on one works on all. */
const mostParameters = 100;

/** Throws on a query that one of the databases would refuse: a bug, better found on the first of them. */
export function assertPortable(query: { sql: string; parameters: readonly unknown[] }): void {
  if (query.parameters.length > mostParameters)
    throw new Error(
      `a query with ${query.parameters.length} parameters (D1 takes ${mostParameters}): ${query.sql}`,
    );
}

/**
 * The event id an insert into `event` carries. When the insert fails, whether that id is there tells `repeated` from
 * `stale`: which of two violated constraints a database reports first is its own business.
 */
export function eventIdOf({ query, parameters }: CompiledQuery<unknown>): string | undefined {
  if (!InsertQueryNode.is(query) || !query.into || !query.columns || !query.values) return undefined;
  if (!TableNode.is(query.into) || query.into.table.identifier.name !== 'event') return undefined;
  const column = query.columns.findIndex((node) => node.column.name === 'id');
  const row = ValuesNode.is(query.values) ? query.values.values[0] : undefined;
  if (column < 0 || !row || !PrimitiveValueListNode.is(row))
    throw new Error('the event row must be inserted as plain values, with its id');
  return String(parameters[column]);
}
