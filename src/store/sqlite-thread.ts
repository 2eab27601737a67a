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

/** So many commits at most in one transaction: it bounds how long the first of them waits for the last. */
const MOST = 256;

/** Takes groups that stand next to each other for one, and divides its answer. */
async function applyAll(groups: readonly (readonly (readonly Statement[])[])[]): Promise<void> {
  const applied = await writer.apply(groups.flat());
  let from = 0;
  const answers = groups.map((group) => {
    from += group.length;
    return applied.slice(from - group.length, from);
  });
  port?.postMessage(answers);
}

async function answerAll(asked: Asked[]): Promise<void> {
  while (asked.length > 0) {
    const groups: (readonly (readonly Statement[])[])[] = [];
    for (
      let commits = 0;
      typeof asked[0] === 'object' && commits < MOST;
      commits += groups.at(-1)?.length ?? 0
    )
      groups.push(asked.shift() as readonly (readonly Statement[])[]);
    if (groups.length > 0) await applyAll(groups);
    else if (asked.shift() === 'truncate') port?.postMessage([await writer.truncate()]);
    else {
      db.close();
      port?.close();
    }
  }
}

let line = Promise.resolve();
port.on('message', (first: Asked) => {
  const asked = [first];
  for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port))
    asked.push(more.message);
  line = line.then(() => answerAll(asked));
});
