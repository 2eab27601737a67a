import { type Context, Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { ConsoleDeps } from './deps.ts';

/**
 * The page behind the link of an alert: whoever has the link says 「私が対応します」 without signing in. Opening the page changes
 * nothing, because mail scanners and chat previews open links; the button does. It tells nothing of the case.
 */
export function alertPage({ alerts, bell }: Pick<ConsoleDeps, 'alerts' | 'bell'>) {
  return new Hono()
    .get('/:id/:person/:signature', async (c) => {
      if (!(await isGenuine(c))) return page(c, absent, 404);
      return page(c, {
        title: '相談者が待っています',
        text: '押すと、ほかの人への知らせが止まります。',
        button: true,
      });
    })
    .post('/:id/:person/:signature', async (c) => {
      const { id, person } = c.req.param();
      const result = (await isGenuine(c)) ? await alerts?.acknowledge(id, `person:${person}`) : 'absent';
      if (result === 'done') bell.ring();
      return result === 'done' || result === 'already' ? page(c, said[result]) : page(c, absent, 404);
    });

  async function isGenuine(c: Context): Promise<boolean> {
    const { id = '', person = '', signature = '' } = c.req.param() as Record<string, string>;
    return (await alerts?.links.isGenuine(id, person, signature)) ?? false;
  }
}

type Words = { title: string; text: string; button?: boolean };

const said: Record<'done' | 'already', Words> = {
  done: {
    title: '確認しました',
    text: 'ほかの人への知らせを止めました。相談員の画面で、この相談を受けてください。しばらく始まらないときは、また知らせます。',
  },
  already: { title: '確認済みです', text: 'ほかの人が先に確認したか、相談員がもう受けています。' },
};
const absent: Words = {
  title: 'このリンクは使えません',
  text: '届いたお知らせのリンクを、もう一度開いてください。',
};

const style = `
body { font: 1.125rem/1.7 sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
button { font: inherit; font-weight: bold; min-height: 3.5rem; width: 100%; border: 0; border-radius: .5rem; background: #0017c1; color: #fff; }
button:focus-visible, a:focus-visible { outline: 4px solid #000; outline-offset: 2px; box-shadow: 0 0 0 2px #ffd43d; }
`;

/** What the page's policy allows: this one style sheet, by its hash. */
async function styleHash(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}

async function page(c: Context, { title, text, button }: Words, status: 200 | 404 = 200) {
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src ${await styleHash()}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  );
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('X-Robots-Tag', 'noindex, nofollow');
  const action = button
    ? html`<form method="post"><button>私が対応します</button></form>`
    : html`<p><a href="/console/">相談員の画面を開く</a></p>`;
  return c.html(
    html`<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p>${action}</main></body>
</html>`,
    status,
  );
}
