import { createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { demoSecrets } from '../../src/node/demo-accounts.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { announce } from '../support/announce.ts';
import { DidNotStart, startService } from '../support/service-process.ts';
import { openTown, type Town, until } from '../support/town.ts';

describe('at the door', () => {
  let town: Town;
  afterEach(() => town.stop());

  const stored = async () => {
    const { store } = town.running;
    const rows = await store.read(store.sql.selectFrom('event').select('id').compile());
    return rows.length;
  };
  const sign = (body: string) =>
    createHmac('sha256', demoSecrets.channelSecret).update(body).digest('base64');
  const post = (body: string | ReadableStream, signature?: string) =>
    fetch(`${town.url}/line/webhook`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...(signature && { 'x-line-signature': signature }) },
      // A stream carries no content-length.
      ...(typeof body === 'string' ? {} : { duplex: 'half' }),
    } as RequestInit).then(async (response) => {
      await response.text();
      return response.status;
    });

  test('what LINE did not sign is refused and not kept; what is too large is not read', async () => {
    town = await openTown('2026-11-24T10:00');
    const event = {
      type: 'message',
      source: { type: 'user', userId: 'U1' },
      webhookEventId: 'x',
      message: { type: 'text', id: '1', text: 'こんにちは' },
    };
    const body = JSON.stringify({ destination: 'U0', events: [event] });
    expect(await post(body)).toBe(401);
    expect(await post(body, sign(`${body} `))).toBe(401);
    expect(await post(body, 'nonsense')).toBe(401);
    for (const text of ['', '{', 'null', '[]', '{"events":{}}'])
      expect(await post(text, sign(text))).toBe(400);
    const large = { 'content-type': 'application/json', 'x-line-signature': sign('') };
    expect(await announce(`${town.url}/line/webhook`, large, 2 * 1024 * 1024 + 1)).toBe(413);
    expect(await stored()).toBe(0);
    expect(await post(body, sign(body))).toBe(200);
    expect(await stored()).toBe(1);
  });

  test('a body that never ends and does not say how long it is is cut off', async () => {
    town = await openTown('2026-11-24T10:00');
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 65_536;
        if (pulled > 64 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    // The server may answer, or hang up while we still write; either way it has stopped reading.
    const status = await post(endless, sign('x')).catch(() => 413);
    expect(status).toBe(413);
    expect(pulled).toBeLessThan(32 * 1024 * 1024);
    expect(await stored()).toBe(0);
  });

  test.each([
    ['once', 1, /0120-\d{3}-\d{3}/u],
    ['wherever windows are looked up', Number.POSITIVE_INFINITY, /110.*119/su],
  ])(
    'a bug of the flow, %s, gives the resident numbers and a person, and the event is kept',
    async (_, times, numbers) => {
      town = await openTown('2026-11-24T10:00');
      const resident = town.emulator.resident('一郎');
      await resident.follow();
      const before = await resident.waitFor(
        (heard) => heard.some((text) => text.includes('いちばん')) && heard.length,
      );
      const flow = town.running.flows.flow();
      const { windows } = flow;
      let left = times;
      Object.assign(flow, {
        windows: (...query: Parameters<typeof windows>) => {
          if (left-- > 0) throw new TypeError('お金・住まい has a bug');
          return windows(...query);
        },
      });
      await resident.tap('お金・住まい');
      const heard = await resident.waitFor((all) => all.length > before && all.slice(before).join('\n'));
      expect(heard).toMatch(numbers);
      const { store } = town.running;
      const [row] = await store.read(
        store.sql.selectFrom('conversation').select(['state', 'version']).compile(),
      );
      expect(row).toEqual({ state: 'waiting', version: 2 });
      expect(await stored()).toBe(2);
      const desk = await town.signIn();
      await until(async () => (await desk.get('/api/queue')).entries.length === 1);
      expect(town.log.join('\n')).toContain('step-failed');
      expect(town.log.join('\n')).not.toContain('お金');
    },
  );
});

describe('what staff wrote', () => {
  const folder = mkdtempSync(join(tmpdir(), 'madoguchi-broken-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The program with a file of its own that is broken. */
  async function startBroken(name: string, change: (text: string) => string): Promise<DidNotStart> {
    for (const part of ['bin', 'src', 'flows', 'migrations', 'package.json'])
      cpSync(join(rootFolder, part), join(folder, part), { recursive: true });
    for (const part of ['node_modules', 'dist']) symlinkSync(join(rootFolder, part), join(folder, part));
    const path = join(folder, 'flows', name);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    const started = startService({
      root: folder,
      database: `sqlite:${join(folder, 'a.db')}`,
      lineUrl: 'http://127.0.0.1:1',
    });
    const refused = await started.then(
      (service) => service.kill(),
      (error: unknown) => error,
    );
    if (refused instanceof DidNotStart) return refused;
    throw refused ?? new Error('it started');
  }

  test.each([
    ['ise/flow.yaml', 'go: 借金', 'go: 借金のはなし'],
    ['ise/windows.yaml', 'hours: ', 'hours: Xx '],
  ])('%s with a mistake: the service refuses to start and shows the place', async (name, from, to) => {
    const refused = await startBroken(name, (text) => text.replace(from, to));
    expect(refused.code).toBe(1);
    const said = refused.log + refused.output;
    expect(said).toMatch(new RegExp(`${name}:\\d+:\\d+`, 'u'));
    expect(said).toMatch(/[ぁ-ん]{3}/u);
    expect(said).not.toMatch(/\n\s+at /u);
  });
});
