import { Hono } from 'hono';
import type { Preview } from '../flow/preview.ts';
import type { Emulator } from './emulator.ts';
import type { Person, Shown } from './platform.ts';
import { textsOf } from './screen.ts';

/** The demo's clock: `set(null)` goes back to the real time. */
export type DemoClock = { now(): number; set(ms: number | null): void };

export type PhoneOptions = {
  emulator: Emulator;
  clock: DemoClock;
  /** A file of the built page (`dist/phone`) by its path, such as `index.html` or `assets/x.js`. */
  page: (path: string) => Promise<{ body: Uint8Array<ArrayBuffer> | string; type: string } | undefined>;
  /** What became of the flow that somebody is writing; null where nobody is. */
  preview?: () => Preview | null;
  /** Ends a request for changes after this many ms without any. */
  pollMs?: number;
};

/** What the phone page shows of one resident. */
export type PhoneView = {
  version: number;
  now: number;
  account: { name: string };
  preview: Preview | null;
  people: { name: string; relation: Person['relation']; last: string; lastAt: number }[];
  person: {
    name: string;
    relation: Person['relation'];
    typingUntil: number;
    shown: Shown[];
    menu: { id: string; definition: Record<string, unknown>; image: boolean } | null;
  } | null;
};

type Act = {
  person?: string;
  do?: string;
  text?: string;
  id?: string;
  action?: { type: string };
  media?: string;
  type?: string;
  data?: string;
};

/**
 * The phone in the browser: its page under `/phone/`, what it asks under `/emulator/api/`. For demo and preview only, because
 * whoever opens it can speak as any resident.
 */
export function createPhoneRoutes({
  emulator,
  clock,
  page,
  preview = () => null,
  pollMs = 25_000,
}: PhoneOptions): Hono {
  const { platform } = emulator;
  const app = new Hono();

  app.get('/emulator/api/state', (c) =>
    c.json({ ...viewOf(emulator, c.req.query('person')), preview: preview() } satisfies PhoneView),
  );

  app.get('/emulator/api/changes', async (c) => {
    const after = Number(c.req.query('after'));
    if (platform.version <= after) {
      const wait = Promise.withResolvers<void>();
      const timer = setTimeout(wait.resolve, pollMs);
      await Promise.race([platform.nextChange(), platform.closed, wait.promise]);
      clearTimeout(timer);
    }
    return c.json({ version: platform.version });
  });

  app.post('/emulator/api/people', async (c) => {
    const { name } = await c.req.json<{ name?: unknown }>();
    if (typeof name !== 'string' || !name.trim() || name.length > 30) return c.json({ error: 'name' }, 400);
    emulator.resident(name.trim(), 'stranger');
    return c.json({ name: name.trim() });
  });

  app.post('/emulator/api/act', async (c) => {
    const body = await c.req.json<Act>();
    if (!body.person || !personOf(emulator, body.person)) return c.json({ error: 'person' }, 404);
    const webhook = await act(emulator, body.person, body);
    return webhook === undefined ? c.json({ error: 'do' }, 400) : c.json({ webhook });
  });

  app.get('/emulator/api/content/:id', (c) => {
    const content = platform.contents.get(c.req.param('id'));
    return content ? c.body(content.bytes, 200, { 'content-type': content.type }) : c.notFound();
  });

  app.get('/emulator/api/menu/:id', (c) => {
    const image = platform.menus.get(c.req.param('id'))?.image;
    return image ? c.body(image.bytes, 200, { 'content-type': image.type }) : c.notFound();
  });

  app.get('/emulator/api/clock', (c) => c.json({ now: clock.now() }));
  app.post('/emulator/api/clock', async (c) => {
    const { at } = await c.req.json<{ at?: unknown }>();
    if (at !== null && !(typeof at === 'number' && Number.isFinite(at))) return c.json({ error: 'at' }, 400);
    await clock.set(at);
    platform.changed();
    return c.json({ now: clock.now() });
  });

  app.get('/phone', (c) => c.redirect('/phone/'));
  app.get('/phone/*', async (c) => {
    const path = c.req.path.slice('/phone/'.length) || 'index.html';
    const file = await page(path);
    if (!file) return c.notFound();
    return c.body(file.body, 200, {
      'content-type': file.type,
      'content-security-policy': "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:",
    });
  });
  return app;
}

async function act(emulator: Emulator, name: string, body: Act): Promise<number | null | undefined> {
  const resident = emulator.resident(name);
  switch (body.do) {
    case 'say':
      return body.text?.trim() ? resident.say(body.text) : undefined;
    case 'press':
      return body.action ? resident.press({ label: '', action: body.action }) : undefined;
    case 'sticker':
      return resident.sendSticker();
    case 'location':
      return resident.sendLocation();
    case 'image':
    case 'audio':
      return resident.sendMedia(body.do, {
        type: body.type ?? 'application/octet-stream',
        bytes: Uint8Array.from(atob(body.data ?? ''), (letter) => letter.charCodeAt(0)),
      });
    case 'unsend':
      return resident.unsend(body.id);
    case 'follow':
      return resident.follow();
    case 'block':
      return resident.block();
    default:
      return undefined;
  }
}

function viewOf(emulator: Emulator, name: string | undefined): Omit<PhoneView, 'preview'> {
  const { platform } = emulator;
  const people = [...platform.people.values()];
  const person = name === undefined ? undefined : personOf(emulator, name);
  const menu = platform.menus.get(person?.menuId ?? platform.defaultMenu ?? '');
  return {
    version: platform.version,
    now: platform.now(),
    account: { name: platform.account.name },
    people: people.map(({ name, relation, shown }) => ({
      name,
      relation,
      last: shown.at(-1)
        ? textsOf(shown.at(-1)?.message ?? { type: '' })
            .join(' ')
            .slice(0, 60)
        : '',
      lastAt: shown.at(-1)?.at ?? 0,
    })),
    person: person
      ? {
          name: person.name,
          relation: person.relation,
          typingUntil: person.loadingUntil,
          shown: person.shown,
          menu: menu ? { id: menu.id, definition: menu.definition, image: menu.image !== undefined } : null,
        }
      : null,
  };
}

function personOf(emulator: Emulator, name: string): Person | undefined {
  return [...emulator.platform.people.values()].find((person) => person.name === name);
}
