declare module 'cloudflare:workers' {
  export const env: import('../../../src/worker/env.ts').Env;
  /** The Worker under test, as the network reaches it. */
  export const exports: { default: { fetch(url: string, init?: RequestInit): Promise<Response> } };
}
declare module 'cloudflare:test' {
  /** Tears the running objects down, as Cloudflare may at any time. */
  export function abortAllDurableObjects(): Promise<void>;
  /** Runs inside the object, with what it stores. */
  export function runInDurableObject<T>(
    stub: unknown,
    inside: (instance: unknown, state: import('cloudflare:workers').DurableObjectState) => Promise<T>,
  ): Promise<T>;
}
