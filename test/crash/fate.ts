/** Where a process can die. `random`: from outside, at any time. */
export const points = [
  'random',
  'before-commit',
  'inside-group',
  'after-commit',
  'before-send',
  'during-send',
  'after-send',
] as const;

/** The named moment at which a process dies, at its so-manieth passing. */
export type Fate = { point: (typeof points)[number]; times: number };
