import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openDatabase } from './sqlite-file.ts';
import { createWriter, type Statement } from './sqlite-group.ts';
import type { Asked } from './sqlite-writer.ts';

/**
 * The one writer of a database file, as a thread of its own: questions come in, answers go out, in order. What has come while one
 * transaction was written goes into the next together. See `createThread`.
 */
const port = parentPort;
if (!port) throw new Error('this runs as a thread');
const db = openDatabase(String(workerData));
const writer = createWriter(db);

type Group = readonly (readonly Statement[])[];

/** So many handfuls of commits at most in one transaction: it bounds how long the first of them waits for the last. */
const MOST = 32;

/** Takes groups for one, and divides its answer. */
async function applyAll(groups: readonly Group[]): Promise<void> {
  if (groups.length === 0) return;
  const applied = await writer.apply(groups.flat());
  let from = 0;
  const answers = groups.map((group) => {
    from += group.length;
    return applied.slice(from - group.length, from);
  });
  port?.postMessage(answers);
}

async function answerAll(asked: readonly Asked[]): Promise<void> {
  const groups: Group[] = [];
  for (const one of asked) {
    if (typeof one === 'object' && groups.push(one) < MOST) continue;
    await applyAll(groups.splice(0));
    if (one === 'truncate') port?.postMessage([await writer.truncate()]);
    if (one === 'close') {
      db.close();
      port?.close();
    }
  }
  await applyAll(groups);
}

let line = Promise.resolve();
port.on('message', (first: Asked) => {
  const asked = [first];
  for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port))
    asked.push(more.message);
  line = line.then(() => answerAll(asked));
});
