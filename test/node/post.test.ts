import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../../src/line/failure.ts';
import { threadPost } from '../../src/node/post.ts';

let servers: Server[];
let sockets: Set<Socket>;
beforeEach(() => {
  servers = [];
  sockets = new Set();
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** Listens until the test ends; gives host and port. */
async function open<S extends Server>(server: S, host = '127.0.0.1'): Promise<string> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  server.listen(0, host);
  await once(server, 'listening');
  return `${host}:${(server.address() as AddressInfo).port}`;
}

/** LINE as bytes: `answer` gets each connection's requests, numbered from 0. */
const openLine = (answer: (socket: Socket, request: number, connection: number) => void) => {
  let connections = 0;
  return open(
    createServer((socket) => {
      const connection = connections++;
      let requests = 0;
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes;
        // Every body of these tests ends so, and nothing else does.
        for (; text.includes(end); text = text.slice(text.indexOf(end) + end.length))
          answer(socket, requests++, connection);
      });
    }),
  );
};
const end = '"end"}';
const json = `{"to":${end}`;
const yes = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

/** One for all: it holds nothing of those who asked. What a thread knows of its surroundings it knows from its beginning. */
const thread = threadPost();
const post = (to: string, by = thread) => by(new URL(to), { 'content-type': 'application/json' }, json);
const failed = (answer: Promise<unknown>) => answer.then(() => 'answered' as const, failureOf);
const certain = { reason: 'network', certain: true, again: true };
const uncertain = { reason: 'network', certain: false, again: true };

describe('connections', () => {
  test('one is kept, and carries the next request', async () => {
    const seen: string[] = [];
    const line = await openLine((socket, request, connection) => {
      seen.push(`${connection}.${request}`);
      socket.write(yes);
    });
    for (let i = 0; i < 3; i++)
      expect(await post(`http://${line}/`)).toMatchObject({ status: 200, body: '{}' });
    expect(seen).toEqual(['0.0', '0.1', '0.2']);
  });

  test.each([
    ['ends', (socket: Socket) => socket.end()],
    ['breaks', (socket: Socket) => socket.resetAndDestroy()],
    ['ends in the middle of an answer', (socket: Socket) => socket.end(yes.slice(0, 40))],
  ])(
    'a kept one that %s under a request says nothing for certain, and the request is not made again',
    async (_, cut) => {
      const seen: string[] = [];
      const line = await openLine((socket, request, connection) => {
        seen.push(`${connection}.${request}`);
        if (request === 0) socket.write(yes);
        else cut(socket);
      });
      await post(`http://${line}/`);
      expect(await failed(post(`http://${line}/`))).toEqual(uncertain);
      expect(seen).toEqual(['0.0', '0.1']);
      expect(await post(`http://${line}/`)).toMatchObject({ status: 200 });
      expect(seen).toEqual(['0.0', '0.1', '1.0']);
    },
  );

  test('one that was closed while nothing was asked costs nothing', async () => {
    const line = await openLine((socket) => socket.end(yes));
    for (let i = 0; i < 3; i++) expect(await post(`http://${line}/`)).toMatchObject({ status: 200 });
  });

  test('each carries one request at a time, and as many stand as there are requests', async () => {
    const many = 64;
    const waiting: Socket[] = [];
    const line = await openLine((socket) => {
      waiting.push(socket);
      // Nobody is answered before all have asked.
      if (waiting.length >= many) for (const one of waiting) one.write(yes);
    });
    const answers = await Promise.all(Array.from({ length: many }, () => post(`http://${line}/`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(many).fill(200));
    expect(new Set(waiting).size).toBe(many);
  });

  test('one that says nothing is given up, which says nothing for certain', async () => {
    const by = threadPost({ silenceMs: 300 });
    const silent = async (words: string) => {
      const closed = Promise.withResolvers<void>();
      const line = await openLine((socket) => {
        socket.write(words);
        socket.once('close', closed.resolve);
      });
      expect(await failed(post(`http://${line}/`, by))).toEqual(uncertain);
      await closed.promise;
    };
    await Promise.all(['', yes.slice(0, 40), yes.slice(0, -1)].map(silent));
  });
});

describe('before a connection stands', () => {
  test('a name with several addresses that nobody listens at is certain', async () => {
    expect(await failed(post('http://localhost:1/'))).toEqual(certain);
  });

  test('a name that is none is certain', async () => {
    expect(await failed(post('http://line.invalid/'))).toEqual(certain);
  });

  test('a certificate that nobody vouches for is certain: nothing was sent', async () => {
    // Any server with such a certificate will do. It is left to close itself: Node dies where a socket is destroyed beneath its TLS.
    const mail = new SMTPServer({ secure: true }).on('error', () => undefined);
    const listening = mail.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    expect(await failed(post(`https://127.0.0.1:${port}/`))).toEqual(certain);
    await new Promise<void>((resolve) => mail.close(resolve));
  });

  test('a server that hangs up over TLS is certain, too', async () => {
    const line = createServer((socket) => socket.once('data', () => socket.end()));
    expect(await failed(post(`https://${await open(line)}/`))).toEqual(certain);
  });
});

describe('through a proxy', () => {
  /** Proxies as they are met in offices: what is done with who asks for a tunnel. */
  const openProxy = async (tunnel: (socket: Socket, to: string) => void) => {
    const asked: string[] = [];
    const proxy = createHttp().on('connect', ({ url = '' }, socket: Socket) => {
      asked.push(url);
      tunnel(socket, url);
    });
    const address = await open(proxy);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    vi.stubEnv('NO_PROXY', 'soudan.invalid');
    vi.stubEnv('no_proxy', undefined);
    for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'])
      vi.stubEnv(name, `http://${address}`);
    return asked;
  };
  const through = (socket: Socket, to: string) => {
    const [host, port] = to.split(':');
    const line = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      line.pipe(socket).pipe(line);
    });
    line.on('error', () => socket.destroy());
  };

  test('requests go through one where Node is told of it, and only then', async () => {
    const line = await openLine((socket) => socket.write(yes));
    const asked = await openProxy(through);
    const by = threadPost();
    for (let i = 0; i < 2; i++) expect(await post(`http://${line}/`, by)).toMatchObject({ status: 200 });
    expect(asked).toEqual([line]);
    vi.stubEnv('NODE_USE_ENV_PROXY', '');
    expect(await post(`http://${line}/`, threadPost())).toMatchObject({ status: 200 });
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    expect(await post(`http://${line}/`, threadPost())).toMatchObject({ status: 200 });
    expect(asked).toEqual([line]);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['asks who we are', (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')],
    ['does not reach LINE', (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')],
    ['hangs up', (socket) => socket.end()],
    ['breaks', (socket) => socket.resetAndDestroy()],
    ['speaks something else', (socket) => socket.end('220 mail\r\n')],
    ['says nothing', () => {}],
  ])('one that %s is certain: LINE has seen nothing', async (_, tunnel) => {
    const asked = await openProxy(tunnel);
    // Long enough for a slow machine to ask at all: only who says nothing is waited for to the end.
    const by = threadPost({ connectMs: 1_000 });
    const answers = ['http', 'https'].map((scheme) => failed(post(`${scheme}://line.invalid:1234/`, by)));
    expect(await Promise.all(answers)).toEqual([certain, certain]);
    await expect.poll(() => asked).toEqual(['line.invalid:1234', 'line.invalid:1234']);
  });

  test('one that is not there is certain; one that cuts a tunnel is not', async () => {
    const line = await openLine((socket) => socket.destroy());
    await openProxy(through);
    expect(await failed(post(`http://${line}/`, threadPost()))).toEqual(uncertain);
    vi.stubEnv('http_proxy', 'http://127.0.0.1:1');
    expect(await failed(post(`http://${line}/`, threadPost()))).toEqual(certain);
  });
});
