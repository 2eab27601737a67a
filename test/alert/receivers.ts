import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A real HTTP server that takes what is posted or asked, or answers what the test wants. */
export async function openReceiver(answer: (path: string) => number = () => 200) {
  const got: { path: string; body: any; raw: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '';
      const raw = Buffer.concat(parts).toString('utf8');
      got.push({ path, raw, body: raw && JSON.parse(raw) });
      response.writeHead(answer(path), { location: '/elsewhere' }).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    got,
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A server that treats each connection as the test wants. */
export async function openSocketServer(meet: (socket: Socket) => void) {
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket);
    // Who is hung up on may say so.
    socket.on('error', () => {});
    meet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** A real SMTP server that wants a login; `refuse` says with which code it refuses a recipient, and `busy` everybody's login;
 * with `starttls`, or `secure` from the first byte, it offers TLS with a certificate that nobody vouches for. */
export async function openMailServer({
  refuse = {} as Record<string, number>,
  busy = false,
  starttls = false,
  secure = false,
} = {}) {
  const got: { to: string[]; raw: string; text: string }[] = [];
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    hideSTARTTLS: !starttls,
    secure,
    onAuth({ username, password }, _, done) {
      if (busy) done(Object.assign(new Error('later'), { responseCode: 454 }));
      else if (username === 'madoguchi' && password === 'mail-password') done(null, { user: username });
      else done(new Error('no such login'));
    },
    onRcptTo({ address }, _, done) {
      const responseCode = refuse[address];
      done(responseCode ? Object.assign(new Error('refused'), { responseCode }) : null);
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        got.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw, text: readMail(raw) });
        done();
      });
    },
  });
  // A client that does not trust it hangs up in the middle of the handshake.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    got,
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** Subject and text of a mail of one part, decoded. */
function readMail(raw: string): string {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const subject = /^Subject: ((?:.+(?:\r\n[ \t].+)*))/mu.exec(head)?.[1] ?? '';
  const words = subject.replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=(?:\r\n )?/giu, (_, how, text) =>
    how.toUpperCase() === 'B'
      ? Buffer.from(text, 'base64').toString('utf8')
      : unquote(text.replaceAll('_', ' ')),
  );
  const text = body.join('\r\n\r\n');
  const plain = /base64/iu.test(head)
    ? Buffer.from(text, 'base64').toString('utf8')
    : unquote(text.replaceAll('=\r\n', ''));
  return `${words}\n${plain}`;
}

const unquote = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/gu, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
