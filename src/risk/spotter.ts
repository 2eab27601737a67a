/** Finds which of many strings occur in a text, in one pass. */
export type Spotter = {
  /** The ids that have a string between `start` and `end` of the text, each once, in the order they are met. */
  spot(text: string, start: number, end: number): readonly number[];
  /** Whether the last `spot` met an id. */
  spotted(id: number): boolean;
  /** Calls `found` for every string in a reading from left to right that always takes the longest one. */
  read(
    text: string,
    start: number,
    end: number,
    found: (id: number, start: number, end: number) => void,
  ): void;
};

/** Builds a trie of the strings; several may share an id, and one string may stand for several ids. */
export function createSpotter(strings: readonly { text: string; id: number }[]): Spotter {
  const trie = createTrie(strings);
  const seen = new Uint32Array(strings.reduce((most, { id }) => Math.max(most, id + 1), 0));
  let round = 0;

  return {
    spot(text, start, end) {
      if (++round === 0xffffffff) {
        seen.fill(0);
        round = 1;
      }
      const { begin, table, parent, letter, ids } = trie;
      const met: number[] = [];
      for (let i = start; i < end; i++) {
        let node = begin[text.charCodeAt(i)] as number;
        for (let k = i + 1; node !== 0; k++) {
          for (const id of ids[node] as number[])
            if (seen[id] !== round) {
              seen[id] = round;
              met.push(id);
            }
          node = k < end ? (table[placeOf(table, parent, letter, node, text.charCodeAt(k))] as number) : 0;
        }
      }
      return met;
    },
    spotted: (id) => seen[id] === round,
    read(text, start, end, found) {
      const { begin, table, parent, letter, ids } = trie;
      for (let i = start; i < end; ) {
        let longest = 0;
        let last = i + 1;
        let node = begin[text.charCodeAt(i)] as number;
        for (let k = i + 1; node !== 0; k++) {
          if ((ids[node] as number[]).length > 0) {
            longest = node;
            last = k;
          }
          node = k < end ? (table[placeOf(table, parent, letter, node, text.charCodeAt(k))] as number) : 0;
        }
        for (const id of ids[longest] as number[]) found(id, i, last);
        i = last;
      }
    },
  };
}

/** The nodes are numbers: 0 is none. */
type Trie = {
  /** The node of each first letter. */
  begin: Uint32Array;
  /** Where `placeOf` says: the node that a letter leads to. */
  table: Uint32Array;
  /** The node before each node, and the letter that leads from there. */
  parent: Uint32Array;
  letter: Uint16Array;
  /** The ids of the strings that end at a node. */
  ids: number[][];
};

/**
 * The place of a step: made of node and letter, or the next one free. Nearly every look is the only one. All it reads is
 * handed in: what a closure holds is loaded anew for each letter.
 */
function placeOf(
  table: Uint32Array,
  parent: Uint32Array,
  letter: Uint16Array,
  node: number,
  code: number,
): number {
  const last = table.length - 1;
  const hash = Math.imul(node ^ Math.imul(code, 0x9e3779b1), 0x85ebca6b);
  for (let place = (hash ^ (hash >>> 15)) & last; ; place = (place + 1) & last) {
    const found = table[place] as number;
    if (found === 0 || (parent[found] === node && letter[found] === code)) return place;
  }
}

function createTrie(strings: readonly { text: string; id: number }[]): Trie {
  const begin = new Uint32Array(65536);
  const ids: number[][] = [[]];
  const letters = strings.reduce((sum, { text }) => sum + text.length, 1);
  const parent = new Uint32Array(letters);
  const letter = new Uint16Array(letters);
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(letters * 2)));
  const add = (): number => ids.push([]) - 1;

  for (const { text, id } of strings) {
    let node = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (i === 0) {
        begin[code] ||= add();
        node = begin[code] as number;
        continue;
      }
      const place = placeOf(table, parent, letter, node, code);
      if (table[place] === 0) {
        const child = add();
        parent[child] = node;
        letter[child] = code;
        table[place] = child;
      }
      node = table[place] as number;
    }
    const own = ids[node] as number[];
    if (node !== 0 && !own.includes(id)) own.push(id);
  }
  return { begin, table, parent, letter, ids };
}
