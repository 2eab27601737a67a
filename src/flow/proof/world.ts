import type { Flow, WindowQuery } from '../../conversation/flow.ts';
import type { Moment } from '../rehearse.ts';

/** What the proof leaves open: is the desk open, does it still take entries, is somebody there, has anybody a free place. */
export type World = { name: string; open: boolean; entries: boolean; present: number; free: number };

export const worlds: readonly World[] = [
  { name: '相談員がいる', open: true, entries: true, present: 1, free: 1 },
  { name: '相談員の手がふさがっている', open: true, entries: true, present: 1, free: 0 },
  { name: '相談員がいない', open: true, entries: true, present: 0, free: 0 },
  { name: '受付の終わったあと', open: true, entries: false, present: 1, free: 1 },
  { name: '時間外', open: false, entries: false, present: 0, free: 0 },
  { name: '時間外に相談員が残っている', open: false, entries: false, present: 1, free: 1 },
];

/** The open facts of one event: what the world is, and whether the event looked at it. */
export type Open = { current: World; looked: boolean };

/** Texts the proof writes, and what they mean to a flow that is being proved. */
export const unknownText = 'qzqz';
const categoryPrefix = 'qz分野:';
const nearText = 'qzどれか';
export const categoryText = (id: string): string => `${categoryPrefix}${id}`;
export const ambiguousText = nearText;

/** Who is there, as an event is told; looking is noted. */
export function momentOf(world: Open, now: number): Moment {
  return {
    now,
    get present() {
      world.looked = true;
      return world.current.present;
    },
    get free() {
      world.looked = true;
      return world.current.free;
    },
    returning: false,
  };
}

const nameOf = ({ categories, ids, target, district, language, limit }: WindowQuery): string =>
  `${ids}|${categories}|${target ?? ''}|${district ?? ''}|${language ?? ''}|${limit}`;

/**
 * A flow whose hours and triage do as the proof says, and which notes when the world was looked at, so that a step that
 * does not care is tried once only. Lists of windows are worked out once each.
 */
export function freed(flow: Flow, now: number): { flow: Flow; world: Open } {
  const world: Open = { current: worlds[0] as World, looked: false };
  const lists = new Map<string, ReturnType<Flow['windows']>>();
  const windows: Flow['windows'] = (query, _now, language, offset) => {
    const key = `${nameOf(query)}|${language}|${offset}`;
    const found = lists.get(key) ?? flow.windows(query, now, language, offset);
    lists.set(key, found);
    return found;
  };
  const categories = [...flow.categories.keys()];
  return {
    world,
    flow: {
      ...flow,
      windows,
      desk: {
        ...flow.desk,
        at: () => {
          world.looked = true;
          const { open, entries } = world.current;
          return { open, closesAt: open && !entries ? now + 1 : null };
        },
        nextOpen: () => 'あす 8:30から',
      },
      triage: (text) => {
        const category = text.startsWith(categoryPrefix) ? text.slice(categoryPrefix.length) : null;
        const ranked = (text === nearText ? categories : category ? [category] : []).map((id) => ({
          category: id,
          score: 1,
        }));
        return { category, ranked };
      },
    },
  };
}
