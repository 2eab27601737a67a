import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Happening } from '../../src/conversation/event.ts';
import type { Which } from '../../src/conversation/menu.ts';
import { createMenus, type Menus, type ShowMenu } from '../../src/handle/menus.ts';
import { openThread, type Thread } from './thread.ts';

let thread: Thread;
let shown: Which[];
/** What LINE answers from now on. */
let answer: (which: Which) => ReturnType<ShowMenu>;
let menus: Menus;

beforeEach(async () => {
  thread = await openThread();
  shown = [];
  answer = async () => ({ ok: true });
  menus = another();
});
afterEach(() => thread.close());

/** Another process on the same database. */
const another = (): Menus =>
  createMenus({
    store: thread.store,
    vault: thread.vault,
    show: async (userId, which) => {
      expect(userId).toBe('U-resident');
      const answered = await answer(which);
      if (answered.ok) shown.push(which);
      return answered;
    },
    now: () => thread.clock.at,
    log: (line) => thread.log.push(JSON.stringify(line)),
  });

async function turn(): Promise<void> {
  menus.tick();
  expect(await menus.drain(5_000)).toBe(true);
}

const staff = (event: object): Happening => ({ staff: 'yamada', ...event }) as Happening;
const accept = () => thread.happens(staff({ kind: 'accept' }));
const giveBack = () => thread.happens(staff({ kind: 'give-back' }));
const seconds = (count: number) => {
  thread.clock.at += count * 1_000;
};

async function waits(): Promise<void> {
  await thread.happens({ kind: 'text', text: '人と話したい' });
  expect((await thread.conversation()).state).toBe('waiting');
}

test('the menu changes when a counselor has the talk, and only then', async () => {
  await waits();
  await turn();
  expect(shown).toEqual([]);
  await accept();
  await turn();
  await thread.happens({ kind: 'text', text: 'こんにちは' });
  await turn();
  expect(shown).toEqual(['talking']);
  await giveBack();
  await turn();
  expect(shown).toEqual(['talking', 'everyday']);
  expect(await menus.nextDue()).toBeNull();
});

test.each<[string, () => Promise<unknown>]>([
  ['closing', () => thread.happens(staff({ kind: 'close', outcome: 'solved' }))],
  ['forgetting everything', () => thread.happens({ kind: 'erase' })],
  [
    'a counselor who has vanished',
    () => thread.happens({ kind: 'owner-gone', staff: 'yamada' } as Happening),
  ],
])('%s brings the everyday menu back', async (_, ends) => {
  await waits();
  await accept();
  await turn();
  await ends();
  await turn();
  expect(shown).toEqual(['talking', 'everyday']);
});

test('what changes twice before LINE is told is told once, as it is then', async () => {
  await waits();
  await accept();
  await giveBack();
  await turn();
  expect(shown).toEqual(['everyday']);
});

test('a talk that ends while LINE is slow ends with the everyday menu', async () => {
  await waits();
  await accept();
  const slow = Promise.withResolvers<{ ok: true }>();
  const asked = Promise.withResolvers<void>();
  answer = async (which) => {
    if (which === 'everyday') return { ok: true };
    asked.resolve();
    return slow.promise;
  };
  menus.tick();
  await asked.promise;
  await giveBack();
  // Another process takes the newer change meanwhile, and its answer comes first.
  const other = another();
  other.tick();
  await other.drain(5_000);
  expect(shown).toEqual(['everyday']);
  slow.resolve({ ok: true });
  await menus.drain(5_000);
  expect(shown).toEqual(['everyday', 'talking', 'everyday']);
  expect(await menus.nextDue()).toBeNull();
});

test('a failure is tried again after a pause, and given up in the end; a newer change begins anew', async () => {
  await waits();
  await accept();
  answer = async () => ({ ok: false, reason: 'http-500', again: true });
  await turn();
  expect(await menus.nextDue()).toBe(thread.clock.at + 5_000);
  answer = async () => ({ ok: true });
  await turn();
  expect(shown).toEqual([]);
  seconds(5);
  await turn();
  expect(shown).toEqual(['talking']);

  answer = async () => ({ ok: false, reason: 'http-500', again: true });
  await giveBack();
  for (let tries = 0; tries < 6; tries++) {
    await turn();
    seconds(3_600);
  }
  expect(await menus.nextDue()).toBeNull();
  expect(thread.log.at(-1)).toBe('{"event":"menu-given-up","reason":"http-500"}');

  answer = async () => ({ ok: true });
  await thread.happens({ kind: 'follow', again: true });
  await turn();
  expect(shown).toEqual(['talking', 'everyday']);
});

test('a refusal is not tried again, and says no name', async () => {
  await waits();
  await accept();
  answer = async () => ({ ok: false, reason: 'http-400', again: false });
  await turn();
  expect(await menus.nextDue()).toBeNull();
  expect(thread.log.join()).not.toContain('U-resident');
});

test('what a process had taken when it died is taken up by another', async () => {
  await waits();
  await accept();
  answer = () => new Promise(() => {});
  menus.tick();
  expect(await menus.drain(50)).toBe(false);
  answer = async () => ({ ok: true });
  menus = another();
  await turn();
  expect(shown).toEqual([]);
  seconds(60);
  await turn();
  expect(shown).toEqual(['talking']);
});
