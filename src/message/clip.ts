import { createGraphemes } from '../text/graphemes.ts';

/** A text, or all texts of an object, without outer blanks, control characters and halves of surrogate pairs. */
export function tidy<T>(value: T): T {
  if (typeof value === 'string')
    return value
      .toWellFormed()
      .replace(/[^\P{Cc}\n\t]/gu, '')
      .trim() as T;
  if (Array.isArray(value)) return value.map(tidy) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tidy(inner)])) as T;
}

/**
 * Shortens a tidied text to at most `most` graphemes, ending in 「…」 when something is lost. Graphemes can be of absurd
 * length, so the result is also held to 4 × `most` UTF-16 units.
 */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return createGraphemes().truncate(text, { graphemes: most, units: 4 * most });
}

/**
 * Cuts a tidied text into pieces of at most `most` UTF-16 units, at the end of a line or sentence where there is one in the
 * second half of a piece, else between two graphemes. Nothing is lost but the blanks at the cuts.
 */
export function split(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const end = cutBefore(rest, most);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest ? [...pieces, rest] : pieces;
}

function cutBefore(text: string, most: number): number {
  const head = text.slice(0, most);
  for (const mark of [/\n/gu, /[。！？!?]["」』）)]*/gu, /[、,\s]/gu]) {
    const ends = [...head.matchAll(mark)].map((found) => found.index + found[0].length);
    const last = ends.at(-1);
    if (last !== undefined && last >= most / 2) return last;
  }
  // A grapheme may reach over the cut; one that is longer than a whole piece is cut all the same.
  const segmenter = new Intl.Segmenter('ja', { granularity: 'grapheme' });
  const start = segmenter.segment(text).containing(most)?.index ?? most;
  return start > 0 ? start : most;
}
