import { z } from 'zod';

/**
 * A small convolutional net over characters. Each character has a few learned numbers, so that characters used alike
 * look alike; each filter is a learned shape five characters long, and what counts is the place of the text that fits it
 * best. Where character n-grams ask whether exactly these letters stand there, a filter asks whether something like
 * them does.
 */
export type Convolution = {
  /** Adds to the sum of each output, in the order of `outputs`, what its bias and the filters say of the stretch. */
  score(text: string, start: number, end: number, sums: Float64Array): void;
  /**
   * Calls `found` for every filter that fits somewhere in the stretch: how well, and the first and last character of the
   * place (which may lie just outside the stretch: its edges count as a character of their own).
   */
  eachFilter(
    text: string,
    start: number,
    end: number,
    found: (filter: number, value: number, first: number, last: number) => void,
  ): void;
  outputs: readonly string[];
  /** How much a filter speaks for an output. */
  weight(filter: number, output: number): number;
};

/** Signed bytes as base64; a byte times `scale` is the number. */
const storedNumbers = z.object({ scale: z.number(), bytes: z.string() });
type StoredNumbers = z.infer<typeof storedNumbers>;

/** What a trained net is stored as. */
export const storedConvolution = z.object({
  /** Every character that has numbers of its own; before them stand the edge and the unknown character. */
  characters: z.string(),
  /** How many numbers a character has. */
  size: z.number().int(),
  filters: z.number().int(),
  outputs: z.array(z.string()),
  /** One row of `size` numbers a character. */
  likeness: storedNumbers,
  /** For each place of a filter, for each number of a character: one weight a filter. */
  shapes: storedNumbers,
  thresholds: z.array(z.number()),
  /** For each filter one weight an output. */
  weights: storedNumbers,
  bias: z.array(z.number()),
});
export type StoredConvolution = z.infer<typeof storedConvolution>;

/** How many characters a filter is long. */
export const WIDTH = 5;

/** The rows that belong to no character. */
export const EDGE = 0;
export const UNKNOWN = 1;
export const OWN = 2;

/** Reads a stored net. Its scratch memory is its own: one net for one thread. */
export function readConvolution(stored: StoredConvolution): Convolution {
  const { characters, size, filters, outputs, thresholds, bias } = stored;
  const count = characters.length + OWN;
  const likeness = numbers(stored.likeness, count * size);
  const shapes = numbers(stored.shapes, WIDTH * size * filters);
  const weights = numbers(stored.weights, filters * outputs.length);

  const rowOf = new Uint16Array(65536).fill(UNKNOWN);
  for (let i = 0; i < characters.length; i++) rowOf[characters.charCodeAt(i)] = i + OWN;

  const table = new Float64Array(count * WIDTH * filters);
  const ready = new Uint8Array(count);
  const places = createPlaces(filters, table, thresholds);
  let rows = new Uint16Array(256);

  const width = outputs.length;
  const read = (text: string, start: number, end: number): void => {
    const length = end - start + 2 * (WIDTH - 1);
    if (rows.length < length) rows = new Uint16Array(length * 2);
    for (let i = 0; i < length; i++) {
      const at = start + i - (WIDTH - 1);
      const row = at < start || at >= end ? EDGE : (rowOf[text.charCodeAt(at)] as number);
      rows[i] = row;
      if (ready[row] === 1) continue;
      ready[row] = 1;
      spread(table, row, likeness, shapes, { size, filters });
    }
    places.read(rows, length);
  };

  return {
    outputs,
    weight: (filter, output) => weights[filter * width + output] as number,
    score(text, start, end, sums) {
      read(text, start, end);
      for (let o = 0; o < width; o++) sums[o] = (sums[o] as number) + (bias[o] as number);
      for (let f = 0; f < filters; f++) {
        const value = places.best[f] as number;
        if (value <= 0) continue;
        for (let o = 0; o < width; o++)
          sums[o] = (sums[o] as number) + (weights[f * width + o] as number) * value;
      }
    },
    eachFilter(text, start, end, found) {
      read(text, start, end);
      for (let f = 0; f < filters; f++) {
        const value = places.best[f] as number;
        const first = start + (places.where[f] as number) - (WIDTH - 1);
        if (value > 0) found(f, value, first, first + WIDTH - 1);
      }
    },
  };
}

/**
 * Finds for every filter its best place among rows of characters. `table` holds, for each row, what it adds to each
 * filter at each place of it. Training and reading share it. Its numbers are rounded to 32 bits and kept in 64: widening
 * each as it is read took a tenth of the time.
 */
export function createPlaces(filters: number, table: Float64Array, thresholds: ArrayLike<number>) {
  const best = new Float64Array(filters);
  const where = new Int32Array(filters);
  const stride = WIDTH * filters;
  return {
    /** How well each filter fits at its best place (0: nowhere), and where that place begins. */
    best,
    where,
    read(rows: ArrayLike<number>, length: number): void {
      // Names of its own: those outside a function may change, and would be loaded anew for each number of the loop.
      const adds = table;
      const top = best;
      const at = where;
      for (let f = 0; f < filters; f++) top[f] = Math.fround(-(thresholds[f] as number));
      at.fill(-1);
      for (let i = 0; i + WIDTH <= length; i++) {
        // Written out: this is the inmost loop of all, and half as quick with another loop in it.
        const a = (rows[i] as number) * stride;
        const b = (rows[i + 1] as number) * stride + filters;
        const c = (rows[i + 2] as number) * stride + 2 * filters;
        const d = (rows[i + 3] as number) * stride + 3 * filters;
        const e = (rows[i + 4] as number) * stride + 4 * filters;
        for (let f = 0; f < filters; f++) {
          const fit =
            (adds[a + f] as number) +
            (adds[b + f] as number) +
            (adds[c + f] as number) +
            (adds[d + f] as number) +
            (adds[e + f] as number);
          if (fit > (top[f] as number)) {
            top[f] = Math.fround(fit);
            at[f] = i;
          }
        }
      }
      for (let f = 0; f < filters; f++)
        top[f] = at[f] === -1 ? 0 : Math.fround((top[f] as number) + (thresholds[f] as number));
    },
  };
}

/** Writes a row of the table of `createPlaces`: the character's numbers times every place of every filter. */
export function spread(
  table: Float64Array,
  row: number,
  likeness: Float32Array,
  shapes: Float32Array,
  { size, filters }: { size: number; filters: number },
): void {
  for (let place = 0; place < WIDTH; place++) {
    const to = (row * WIDTH + place) * filters;
    table.fill(0, to, to + filters);
    for (let n = 0; n < size; n++) {
      const value = likeness[row * size + n] as number;
      const from = (place * size + n) * filters;
      for (let f = 0; f < filters; f++)
        table[to + f] = Math.fround((table[to + f] as number) + value * (shapes[from + f] as number));
    }
  }
}

function numbers({ scale, bytes }: StoredNumbers, count: number): Float32Array {
  const text = atob(bytes);
  if (text.length !== count) throw new Error('a convolutional model has the wrong number of weights');
  return Float32Array.from(text, (character) => ((character.charCodeAt(0) << 24) >> 24) * scale);
}
