import { fold, foldWord, rawSpan } from '../text/fold.ts';

/** Something that somebody wrote in a consultation, or beside it (`staff`). `at`: ms. */
export type Passage = { who: 'resident' | 'counselor' | 'staff'; at: number; text: string };

/** A place where a word was found: the text around it, and the word's UTF-16 units within that text. */
export type Excerpt = Passage & { start: number; end: number };

/** How much of a passage is shown before and after the word, in UTF-16 units. */
const before = 24;
const behind = 60;

/** The words that were typed, divided by spaces of any width, as `findWords` compares them. */
export function wordsOf(typed: string): string[] {
  const words = typed.split(/\s+/u).map(foldWord);
  return [...new Set(words)].filter((word) => word !== '');
}

/**
 * Where the words stand, one excerpt a word; null unless every word is found somewhere in the consultation. Width of
 * letters, case, hiragana or katakana, and spaces make no difference (`text/fold`). Without words: nothing to show.
 * A consultation may come in parts, with the same `found` for all.
 */
export function findWords(
  words: readonly string[],
  passages: readonly Passage[],
  found = new Map<string, Excerpt>(),
): Excerpt[] | null {
  for (const passage of passages) {
    if (found.size === words.length) break;
    const folded = fold(passage.text);
    for (const word of words) {
      const place = found.has(word) ? -1 : folded.text.indexOf(word);
      if (place < 0) continue;
      const { start, end } = rawSpan(folded, place, place + word.length);
      found.set(word, around(passage, start, end));
    }
  }
  return found.size === words.length ? [...found.values()] : null;
}

function around(passage: Passage, start: number, end: number): Excerpt {
  const { text } = passage;
  const first = whole(text, Math.max(0, start - before));
  const last = whole(text, Math.min(text.length, end + behind));
  const [head, tail] = [first > 0 ? '…' : '', last < text.length ? '…' : ''];
  const moved = head.length - first;
  return {
    ...passage,
    text: `${head}${text.slice(first, last)}${tail}`,
    start: start + moved,
    end: end + moved,
  };
}

/** A place that does not divide a character of two units. */
function whole(text: string, place: number): number {
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit <= 0xdfff ? place - 1 : place;
}
