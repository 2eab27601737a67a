/** Finds which of many strings occur in a text, in one pass. */
export type Spotter = {
  /** Calls `found` once for each id that has a string between `start` and `end` of the text. */
  spot(text: string, start: number, end: number, found: (id: number) => void): void;
  /** Calls `found` for every string in a reading from left to right that always takes the longest one. */
  read(
    text: string,
    start: number,
    end: number,
    found: (id: number, start: number, end: number) => void,
  ): void;
};

/** A branch by the pair of its first two letters, then letter by letter: nearly every place of a text fails at once. */
type Branch = { next: Map<number, Branch> | undefined; ids: number[] };

/** Builds a trie of the strings; several may share an id, and one string may stand for several ids. */
export function createSpotter(strings: readonly { text: string; id: number }[]): Spotter {
  const singles = new Map<number, Branch>();
  const pairs = new Map<number, Branch>();
  /** 0 no string begins with the letter; 1 a longer one; 2 the letter itself; 3 both. */
  const begins = new Uint8Array(65536);
  /** Whether a string may begin with the pair: most pairs of a text are told apart without a search. */
  const mayBegin = new Uint8Array(65536);
  let most = 0;
  for (const { text, id } of strings) {
    if (text.length === 0) continue;
    most = Math.max(most, id + 1);
    const first = text.charCodeAt(0);
    let branch: Branch;
    if (text.length === 1) {
      begins[first] = (begins[first] as number) | 2;
      branch = childOf(singles, first);
    } else {
      begins[first] = (begins[first] as number) | 1;
      const second = text.charCodeAt(1);
      mayBegin[slotOf(first, second)] = 1;
      branch = childOf(pairs, pairOf(first, second));
      for (let i = 2; i < text.length; i++) {
        branch.next ??= new Map();
        branch = childOf(branch.next, text.charCodeAt(i));
      }
    }
    if (!branch.ids.includes(id)) branch.ids.push(id);
  }
  const seen = new Uint32Array(most);
  let round = 0;

  const begin = (): void => {
    if (++round === 0xffffffff) {
      seen.fill(0);
      round = 1;
    }
  };
  const once = (ids: readonly number[], found: (id: number) => void): void => {
    for (const id of ids)
      if (seen[id] !== round) {
        seen[id] = round;
        found(id);
      }
  };
  /** Every string that begins at `i`, shortest first, with its end. */
  const each = (text: string, i: number, end: number, at: (branch: Branch, end: number) => void): void => {
    const first = text.charCodeAt(i);
    const kind = begins[first] as number;
    if (kind === 0) return;
    if (kind & 2) at(singles.get(first) as Branch, i + 1);
    if (!(kind & 1) || i + 1 >= end) return;
    const second = text.charCodeAt(i + 1);
    if (mayBegin[slotOf(first, second)] === 0) return;
    let branch = pairs.get(pairOf(first, second));
    for (let k = i + 2; branch; k++) {
      if (branch.ids.length > 0) at(branch, k);
      if (k >= end) return;
      branch = branch.next?.get(text.charCodeAt(k));
    }
  };

  return {
    spot(text, start, end, found) {
      begin();
      const at = (branch: Branch): void => once(branch.ids, found);
      for (let i = start; i < end; i++) each(text, i, end, at);
    },
    read(text, start, end, found) {
      let longest: Branch | undefined;
      let last = start;
      const at = (branch: Branch, stop: number): void => {
        longest = branch;
        last = stop;
      };
      for (let i = start; i < end; i = Math.max(i + 1, last)) {
        longest = undefined;
        each(text, i, end, at);
        if (longest) for (const id of (longest as Branch).ids) found(id, i, last);
      }
    },
  };
}

/** Two letters as one number of 32 bits, and as one of 16 that other pairs may share. */
const pairOf = (first: number, second: number): number => (first << 16) | second;
const slotOf = (first: number, second: number): number => (Math.imul(first, 0x9e3d) ^ second) & 0xffff;

function childOf(branches: Map<number, Branch>, code: number): Branch {
  let branch = branches.get(code);
  if (!branch) {
    branch = { next: undefined, ids: [] };
    branches.set(code, branch);
  }
  return branch;
}
