/** The parts of Cloudflare's runtime that the worker uses: https://developers.cloudflare.com/workers/runtime-apis/ */
declare module 'cloudflare:workers' {
  export type DurableObjectState = {
    storage: {
      getAlarm(): Promise<number | null>;
      setAlarm(at: number): Promise<void>;
      deleteAlarm(): Promise<void>;
    };
    waitUntil(work: Promise<unknown>): void;
  };
  export abstract class DurableObject<Env> {
    constructor(state: DurableObjectState, env: Env);
    protected ctx: DurableObjectState;
    protected env: Env;
  }
}

/** Text modules: see `rules` in wrangler.toml. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
declare module '*.model' {
  const text: string;
  export default text;
}
declare module '*.sql' {
  const text: string;
  export default text;
}
