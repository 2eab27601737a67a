import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import { openD1 } from '../../../src/store/d1.ts';
import { storeContract } from '../../contract/store.ts';

storeContract('D1', {
  open: async () => openD1(env.DB),
  migrations: inject('migrations'),
  // Each try is a round trip between isolates, and of n writers n²/2 tries are made.
  writers: 20,
});
