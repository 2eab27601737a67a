import type { TestProject } from 'vitest/node';
import type { Migration } from '../../../src/store/store.ts';
import { readMigrations } from '../../support/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    migrations: Migration[];
  }
}

/** Runs in Node before the tests in workerd, which has no folder of ours to read. */
export function setup(project: TestProject): void {
  project.provide('migrations', readMigrations());
}
