import type { TestProject } from 'vitest/node';
import type { Migration } from '../../../src/store/store.ts';
import { openMailServer } from '../../alert/receivers.ts';
import { readMigrations } from '../../support/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    migrations: Migration[];
    smtpPort: number;
  }
}

/** Runs in Node before the tests in workerd, which has no folder of ours to read. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('migrations', readMigrations());
  const mail = await openMailServer();
  project.provide('smtpPort', mail.port);
  return mail.close;
}
