declare module 'cloudflare:workers' {
  export const env: { DB: import('../../../src/store/d1.ts').D1 };
}
