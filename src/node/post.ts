import { request as http } from 'node:http';
import { request as https } from 'node:https';
import type { Post } from '../line/post.ts';

/** `Post` over Node's own HTTP client and its global agents, which keep connections and know `NODE_USE_ENV_PROXY`. */
export const nodePost: Post = (url, headers, json) =>
  new Promise((resolve, reject) => {
    const { protocol, port, pathname } = url;
    // A URL writes an IPv6 address in brackets, a socket without.
    const hostname = url.hostname.replace(/^\[|\]$/gu, '');
    const request = protocol === 'https:' ? https : http;
    const options = { method: 'POST', host: hostname, port, path: pathname, headers };
    const fail = (cause: Error) => reject(new Error('no answer', { cause }));
    const giveUp = (cause: Error) => {
      fail(cause);
      sent.destroy();
    };
    const sent = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MOST_BODY) giveUp(new Error('endless'));
      });
      response.on('error', fail);
      response.on('end', () => {
        const header = (name: string) => {
          const value = response.headers[name];
          return typeof value === 'string' ? value : null;
        };
        resolve({ status: response.statusCode ?? 0, header, body });
      });
    });
    // While there is no connection, the agents' own timeout holds, 5 s: then LINE has seen nothing.
    sent.setTimeout(SILENCE_MS, () =>
      giveUp(Object.assign(new Error('silence'), sent.socket?.connecting ? { syscall: 'connect' } : {})),
    );
    sent.on('error', fail);
    sent.end(json);
  });

/** LINE answers in a few hundred characters; what does not end comes from something in its place. */
const MOST_BODY = 64 * 1024;

/** A connection that says nothing for so long is given up; whoever asked has stopped waiting before. */
const SILENCE_MS = 30_000;
