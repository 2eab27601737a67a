import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './sqlite-file.ts';
import { createWriter } from './sqlite-group.ts';
import type { Asked } from './sqlite-writer.ts';

/** The one writer of a database file, as a thread of its own: questions come in, answers go out, in order. See `createThread`. */
const port = parentPort;
if (!port) throw new Error('this runs as a thread');
const db = openDatabase(String(workerData));
const writer = createWriter(db);
const answer = async (asked: Asked) => {
  if (asked === 'close') {
    db.close();
    port.close();
  } else port.postMessage(asked === 'truncate' ? await writer.truncate() : await writer.apply(asked));
};
let line = Promise.resolve();
port.on('message', (asked: Asked) => {
  line = line.then(() => answer(asked));
});
