/** How wide a text is in ems: an upper bound for the font in use, so that what fits by it fits. */
export function emsOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + emOf(sign), 0);
}

function emOf(sign: string): number {
  if (!/[\u0020-\u007e\u00a0-\u024f]/u.test(sign) || /[MWmw@%&]/u.test(sign)) return 1;
  return /[A-Z]/u.test(sign) ? 0.84 : 0.68;
}

export type Fitted = { lines: string[]; size: number };

/** The largest size (px, between `least` and `most`) at which a label fits a width; two lines rather than much smaller signs. */
export function fitLabel(label: string, width: number, most: number, least: number): Fitted {
  const alone = Math.min(most, Math.floor(width / emsOf(label)));
  if (alone >= most * 0.8 && !label.includes('\n')) return { lines: [label], size: alone };
  for (let size = most; size >= least; size -= 4) {
    const lines = broken(label, width / size, 2);
    if (lines) return { lines, size };
  }
  const lines = broken(label, width / least, 3);
  if (lines) return { lines, size: least };
  // Whatever the checker let through is drawn whole, small rather than cut.
  return { lines: [label], size: Math.floor(width / emsOf(label)) };
}

/** A label in as few lines as fit `ems`, broken where it reads best; undefined when `most` lines do not suffice. */
function broken(label: string, ems: number, most: number): string[] | undefined {
  const [first, ...rest] = label.split('\n');
  if (rest.length > 0) {
    const parts = [first ?? '', ...rest].map((line) => line.trim());
    return parts.length <= most && parts.every((line) => emsOf(line) <= ems) ? parts : undefined;
  }
  const words = [...new Intl.Segmenter('ja', { granularity: 'word' }).segment(label)].map(
    ({ segment }) => segment,
  );
  for (let count = 1; count <= most; count++) {
    const best = waysToBreak(words, count)
      .filter((lines) => lines.every((line) => emsOf(line) <= ems))
      .toSorted((a, b) => cost(a) - cost(b))[0];
    if (best) return best;
  }
  return undefined;
}

function waysToBreak(words: readonly string[], count: number): string[][] {
  if (count === 1) return [[words.join('').trim()]];
  return words.slice(1).flatMap((_, index) => {
    const head = words
      .slice(0, index + 1)
      .join('')
      .trim();
    return waysToBreak(words.slice(index + 1), count - 1).map((tail) => [head, ...tail]);
  });
}

/** Even lines read best; none begins with a particle or with what belongs to the word before. */
function cost(lines: readonly string[]): number {
  const lengths = lines.map(emsOf);
  const uneven = Math.max(...lengths) - Math.min(...lengths);
  const badStarts = lines.slice(1).filter((line) => /^[ぁ-んァ-ンー、。・）」』！？,.)]/u.test(line)).length;
  const forbidden = lines
    .slice(1)
    .filter((line) => /^[ーぁぃぅぇぉっゃゅょァィゥェォッャュョ、。・）」』！？,.)]/u.test(line)).length;
  const goodEnds = lines.slice(0, -1).filter((line) => /[・、。]$/u.test(line)).length;
  return uneven + badStarts * 2 + forbidden * 20 - goodEnds * 3;
}
