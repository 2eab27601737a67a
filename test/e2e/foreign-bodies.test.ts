import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { openTown, type Town } from '../support/town.ts';

let town: Town;
afterEach(() => town?.stop());

const file = new URL('../../../shared/line/webhook-bodies.json', import.meta.url);

type Body = { events: { type: string; mode?: string; webhookEventId?: string; source?: Source }[] };
type Source = { type: string; userId?: string; groupId?: string; roomId?: string };

describe.skipIf(!existsSync(file))("bodies from the tests of LINE's own SDKs, at the whole service", () => {
  const bodies = existsSync(file)
    ? Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Body[]>).flat()
    : [];
  /** The same events as if each were one of its own; in the file most carry the same id. */
  const asNew = (body: Body, change: object = {}): Body => ({
    ...body,
    events: body.events.map((event) => ({ ...event, ...change, webhookEventId: crypto.randomUUID() })),
  });
  const places = new Set(
    bodies.flatMap(({ events }) => events.flatMap(({ source }) => source?.groupId ?? source?.roomId ?? [])),
  );
  /** Calls that somebody would see; the quota is only asked for, and who returns gets the everyday menu again. */
  const said = () =>
    town.emulator.calls
      .filter(({ path }) => !path.includes('/quota') && !path.endsWith('/richmenu'))
      .map(({ path }) => path.split('/').slice(3));

  test('all get 200; each group and room is left once, and residents alone are answered', async () => {
    town = await openTown('2026-11-24T10:00');
    const { webhooks } = town.emulator;
    for (const body of bodies) expect(await webhooks.post(JSON.stringify(body))).toBe(200);
    for (const body of bodies) expect(await webhooks.post(JSON.stringify(asNew(body)))).toBe(200);
    await town.running.service.outbox.drain(5_000);
    const left = said().filter(([kind]) => kind === 'group' || kind === 'room');
    expect(new Set(left.map(([, id]) => id))).toEqual(places);
    expect(left).toHaveLength(places.size);
    const messages = said().filter(([kind]) => kind === 'message');
    expect(messages.length).toBeGreaterThan(0);
    expect(left.length + messages.length).toBe(said().length);
    // To whom: nobody but the residents of one-to-one chats.
    const residents = new Set(
      bodies.flatMap(({ events }) =>
        events.flatMap(({ source }) => (source?.type === 'user' ? (source.userId ?? []) : [])),
      ),
    );
    for (const call of town.emulator.calls) {
      const { to } = (call.body ?? {}) as { to?: string };
      if (to) expect(residents).toContain(to);
    }
    expect(town.log.join('\n')).not.toMatch(/failed|fault/u);
  });

  test('in standby nothing goes out', async () => {
    town = await openTown('2026-11-24T10:00');
    for (const body of bodies)
      expect(await town.emulator.webhooks.post(JSON.stringify(asNew(body, { mode: 'standby' })))).toBe(200);
    await town.running.service.outbox.drain(5_000);
    expect(said()).toEqual([]);
  });
});
