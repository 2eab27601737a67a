import { request } from 'node:http';

/**
 * Posts the head of a request whose body would have `length` bytes, and none of it: the status with which it is refused unread. Were
 * the body sent, it would be chance whether the answer comes before the server hangs up on what is still being written.
 */
export function announce(url: string, headers: Record<string, string>, length: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: 'POST', headers: { ...headers, 'content-length': length } });
    asking.on('error', reject).on('response', ({ statusCode = 0 }) => {
      resolve(statusCode);
      asking.destroy();
    });
    asking.flushHeaders();
  });
}
