import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Hono } from 'hono';
import { isSignedByLine } from '../../src/line/verify.ts';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { listen } from '../../src/node/serve.ts';
import { openDatabase } from '../../src/store/sqlite-file.ts';

/**
 * What any bot that loses nothing has to do, and nothing more: a bare Hono route on @hono/node-server that verifies the
 * signature and durably inserts one row, one transaction a request, with the settings of our own database. Started as a
 * process: `node floor.ts FILE`; prints its address.
 */
const file = process.argv[2] ?? '';
mkdirSync(dirname(file), { recursive: true });
const db = openDatabase(file);
db.exec('create table if not exists event (id integer primary key, body blob not null)');
const insert = db.prepare('insert into event (body) values (?)');

const app = new Hono().post('/line/webhook', async (c) => {
  const body = new Uint8Array(await c.req.arrayBuffer());
  if (
    !isSignedByLine({ body, signature: c.req.header('x-line-signature') ?? null }, demoSecrets.channelSecret)
  )
    return c.text('bad signature', 401);
  insert.run(body);
  return c.text('ok');
});
const { port } = await listen((request) => app.fetch(request), { port: 0, host: '127.0.0.1' });
console.log(`http://127.0.0.1:${port}`);
