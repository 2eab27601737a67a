import { parentPort, workerData } from 'node:worker_threads';
import { type Asked, createTell, type Limits, type Told } from './tell.ts';

/** Sends what residents are told, in a thread of its own: requests come in, answers go out as they come. See `threadPost`. */
const port = parentPort;
if (!port) throw new Error('this runs as a thread');
const tell = createTell(workerData as Limits);
let told: Told[] = [];
port.on('message', (asked: readonly Asked[]) => {
  for (const one of asked)
    void tell(one).then((answer) => {
      if (told.push(answer) > 1) return;
      setImmediate(() => {
        port.postMessage(told);
        told = [];
      });
    });
});
