type Branch = { next: Map<number, Branch>; ids: number[] };

/** Finds which of many strings occur in a text, in one pass. */
export type Spotter = {
  /** Calls `found` once for each id that has a string between `start` and `end` of the text. */
  spot(text: string, start: number, end: number, found: (id: number) => void): void;
  /** Calls `found` once for each id in a reading from left to right that always takes the longest string. */
  read(text: string, start: number, end: number, found: (id: number) => void): void;
};

/** Builds a trie of the strings; several may share an id, and one string may stand for several ids. */
export function createSpotter(strings: readonly { text: string; id: number }[]): Spotter {
  const root: Branch = { next: new Map(), ids: [] };
  let most = 0;
  for (const { text, id } of strings) {
    let branch = root;
    for (let i = 0; i < text.length; i++) {
      let next = branch.next.get(text.charCodeAt(i));
      if (!next) {
        next = { next: new Map(), ids: [] };
        branch.next.set(text.charCodeAt(i), next);
      }
      branch = next;
    }
    if (!branch.ids.includes(id)) branch.ids.push(id);
    most = Math.max(most, id + 1);
  }
  const seen = new Uint32Array(most);
  let round = 0;

  const next = (): void => {
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

  return {
    read(text, start, end, found) {
      next();
      for (let i = start; i < end; i++) {
        let branch = root.next.get(text.charCodeAt(i));
        let longest: Branch | undefined;
        let last = i;
        for (let k = i + 1; branch; k++) {
          if (branch.ids.length > 0) [longest, last] = [branch, k - 1];
          if (k >= end) break;
          branch = branch.next.get(text.charCodeAt(k));
        }
        if (longest) once(longest.ids, found);
        i = last;
      }
    },
    spot(text, start, end, found) {
      next();
      for (let i = start; i < end; i++) {
        let branch = root.next.get(text.charCodeAt(i));
        for (let k = i + 1; branch; k++) {
          once(branch.ids, found);
          if (k >= end) break;
          branch = branch.next.get(text.charCodeAt(k));
        }
      }
    },
  };
}
