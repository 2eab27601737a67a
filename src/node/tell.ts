import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

/** A request as plain data, by whose number its answer is known. */
export type Asked = {
  number: number;
  origin: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  json: string;
};

/** Its answer, or why there is none. */
export type Told = { number: number } & (
  | { status: number; headers: Record<string, string>; body: string }
  | { cause: { code?: string; syscall?: string } }
);

export type Limits = {
  /** A connection must stand within so many ms. */
  connectMs?: number;
  /** One that says nothing for so many ms is given up; whoever asked has stopped waiting before. */
  silenceMs?: number;
};

/**
 * Makes requests, by undici: Node's own client takes twice its CPU for a message. Each request is written once, on a connection that carries
 * nothing else meanwhile; connections are kept, and as many as are needed, so that none waits behind a LINE that is silent.
 * The function never rejects.
 */
export function createTell({
  connectMs = 5_000,
  silenceMs = 30_000,
}: Limits): (asked: Asked) => Promise<Told> {
  const agent = openAgent(connectMs, {
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    // LINE answers in a few hundred characters; what does not end comes from something in its place.
    maxResponseSize: 64 * 1024,
  });
  return ({ number, origin, path, headers, json }) =>
    new Promise((resolve) => {
      let status = 0;
      let fields: Record<string, string | string[] | undefined> = {};
      const parts: Buffer[] = [];
      agent.dispatch(
        { origin, path, method: 'POST', headers, body: json },
        {
          // By this undici knows a handler of this kind.
          onRequestStart() {},
          onResponseStart(_, code, all) {
            status = code;
            fields = all;
          },
          onResponseData(_, part) {
            parts.push(part);
          },
          onResponseEnd() {
            const single = Object.entries(fields).filter(
              (field): field is [string, string] => typeof field[1] === 'string',
            );
            const body = Buffer.concat(parts).toString();
            resolve({ number, status, headers: Object.fromEntries(single), body });
          },
          onResponseError(_, error: Error & { code?: string; syscall?: string }) {
            const { code, syscall } = error;
            resolve({ number, cause: { ...(code && { code }), ...(syscall && { syscall }) } });
          },
        },
      );
    });
}

/** Through a proxy where Node's own clients would go through one. https://nodejs.org/api/http.html#built-in-proxy-support */
function openAgent(connectMs: number, limits: Pool.Options): Dispatcher {
  const open = (origin: string | URL, options: Pool.Options) => {
    const { connect } = options;
    const connector = typeof connect === 'function' ? connect : buildConnector({ timeout: connectMs });
    return new Pool(origin, { ...options, connect: marked(connector) });
  };
  const { NODE_USE_ENV_PROXY, NODE_OPTIONS = '' } = process.env;
  const flags = [...process.execArgv, NODE_OPTIONS].join(' ');
  if (NODE_USE_ENV_PROXY !== '1' && !flags.includes('--use-env-proxy'))
    return new Agent({ ...limits, factory: open });
  return new EnvHttpProxyAgent({
    ...limits,
    factory: open,
    clientFactory: (proxy, options) => new Pool(proxy, { ...options, headersTimeout: connectMs }),
    proxyTls: { timeout: connectMs },
    requestTls: { timeout: connectMs },
  });
}

/**
 * Whatever goes wrong before a connection stands, also on the way through a proxy or over a certificate, LINE has seen nothing: `failureOf`
 * reads that from the name of the call. The error itself is kept from undici, which takes a proxy that hangs up for one to
 * try again, at once and for ever.
 */
function marked(connect: buildConnector.connector): buildConnector.connector {
  return (options, done) =>
    connect(options, (error, socket) => {
      if (error) done(Object.assign(new Error('no connection'), { syscall: 'connect' }), null);
      else done(null, socket);
    });
}
