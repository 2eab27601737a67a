import { type Server as HttpServer, STATUS_CODES } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Reply } from '../../src/emulator/send.ts';
import { limits } from '../../src/message/limits.ts';

/**
 * LINE's end of the connections that bring replies and pushes, on plain sockets, to leave the processor to what is measured: in
 * earnest LINE's work is done on LINE's machines. Anything else that comes, `others` answers, with all that follows it.
 */
export function createDoor(take: Emulator['take'], others: HttpServer): Server {
  const read = createReader();
  return createServer({ noDelay: true }, (socket) => {
    let held: Buffer | undefined;
    const onData = (chunk: Buffer) => {
      const bytes = held ? Buffer.concat([held, chunk]) : chunk;
      held = bytes;
      const headEnds = bytes.indexOf('\r\n\r\n');
      const call = headEnds < 0 ? undefined : callOf(bytes.toString('latin1', 0, headEnds));
      if (call && bytes.length < headEnds + 4 + call.length) return;
      const found = call && read(bytes.subarray(headEnds + 4), call.length);
      const taken = found && take({ ...call, ...found });
      if (taken) {
        held = undefined;
        void taken.then((reply) => socket.write(answerOf(reply), 'latin1'));
      } else {
        socket.off('data', onData).off('error', onError);
        others.emit('connection', socket);
        socket.unshift(bytes);
      }
    };
    const onError = () => socket.destroy();
    socket.on('data', onData).on('error', onError);
  });
}

/** A call as a client that keeps its connection sends JSON; undefined: it may mean more than is understood here. */
function callOf(head: string) {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const length = Number(headers['content-length']);
  const plain = headers['content-type'] === 'application/json' && headers.connection === 'keep-alive';
  return plain && length <= limits.bodyBytes ? { method, path, headers, length } : undefined;
}

/**
 * Reads the body of a reply or push as we write it; undefined: it is written otherwise. Messages that are the same, to the byte, as
 * the last ones of that length, which they mostly are, are not read again.
 */
function createReader() {
  const last = new Map<number, { bytes: Buffer; fields: object; size: number }>();
  return (bytes: Buffer, length: number) => {
    const at = bytes.indexOf('"messages":');
    const [, to = '', whom] =
      /^\{"(replyToken|to)":"([^"\\]*)",$/u.exec(bytes.toString('latin1', 0, at)) ?? [];
    if (bytes.length !== length || whom === undefined) return undefined;
    const rest = bytes.subarray(at);
    let told = last.get(rest.length);
    if (!told?.bytes.equals(rest)) {
      const text = rest.toString();
      const fields = parsed(`{${text}`);
      if (!fields) return undefined;
      told = { bytes: Buffer.from(rest), fields, size: text.length };
      last.set(rest.length, told);
    }
    return { body: { [to]: whom, ...told.fields }, size: at + told.size };
  };
}

function parsed(json: string): object | undefined {
  try {
    return JSON.parse(json) as object;
  } catch {
    return undefined;
  }
}

/** Every answer of LINE's is ASCII. */
function answerOf({ status, headers, body = {} }: Reply): string {
  const json = JSON.stringify(body);
  const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}content-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
}
