import type { D1 } from '../store/d1.ts';

/** What wrangler.toml binds; vars and secrets are strings beside these, by the names of README's configuration table. */
export type Env = {
  DB: D1;
  MADOGUCHI: {
    getByName(
      name: string,
      options?: { locationHint?: string },
    ): {
      fetch(request: Request): Promise<Response>;
      wake(): Promise<void>;
    };
  };
  /** The built clients, `dist/console` and `dist/talk`. */
  ASSETS: { fetch(request: Request | string): Promise<Response> };
};
