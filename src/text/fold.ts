import type { Span } from './sentences.ts';

/** A copy of a text made easy to match, with the way back (`rawSpan`). The copies have the same length. */
export type Folded = {
  raw: string;
  /** NFKC, lower case; spaces and zero-width characters dropped. Katakana stays katakana. */
  written: string;
  /** `written` with katakana as hiragana. */
  text: string;
  /** Unit i of the copies stands for the raw UTF-16 units `from[i]` up to `to[i]`; null: for unit i of the raw text. */
  places: { from: readonly number[]; to: readonly number[] } | null;
};

/**
 * Folds a text for matching. Linear in its length. Plain kana, kanji and ASCII stand where they stood and are only made
 * small; that also makes one piece of a text that was joined or cut, which is read faster.
 */
export function fold(raw: string): Folded {
  if (!MOVES.test(raw)) {
    const written = raw.toLowerCase();
    return { raw, written, text: inHiragana(written), places: null };
  }
  const length = raw.length;
  const units: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i < length; ) {
    const code = raw.charCodeAt(i);
    const last = i + 1 === length;
    const capital = code >= 0x41 && code <= 0x5a;
    if (capital || (isPlain(code) && (last || !isVoicingMark(raw.charCodeAt(i + 1))))) {
      units.push(capital ? code + 0x20 : code);
      from.push(i++);
      to.push(i);
      continue;
    }
    if (isIgnorable(code)) {
      i++;
      continue;
    }
    // A surrogate pair, or a kana with its separate voicing mark, is normalized as one.
    let end = i + (code >= 0xd800 && code <= 0xdbff && !last ? 2 : 1);
    while (end < length && isVoicingMark(raw.charCodeAt(end))) end++;
    const normal = raw.slice(i, end).normalize('NFKC').toLowerCase();
    for (let k = 0; k < normal.length; k++) {
      const unit = normal.charCodeAt(k);
      if (isIgnorable(unit)) continue;
      units.push(unit);
      from.push(i);
      to.push(end);
    }
    i = end;
  }
  const written = decode(units);
  return { raw, written, text: inHiragana(written), places: { from, to } };
}

/** The raw units that a stretch of the folded text (not an empty one) stands for. */
export function rawSpan({ places }: Folded, start: number, end: number): Span {
  return places ? { start: places.from[start] as number, end: places.to[end - 1] as number } : { start, end };
}

function inHiragana(text: string): string {
  if (!KATAKANA.test(text)) return text;
  const units = new Array<number>(text.length);
  for (let i = 0; i < units.length; i++) {
    const code = text.charCodeAt(i);
    units[i] = isKatakana(code) ? code - 0x60 : code;
  }
  return decode(units);
}

/** Folds a word of a pattern the way `Folded.text` is folded. */
export const foldWord = (word: string): string => fold(word).text;

/** Folds a word of a pattern the way `Folded.written` is folded. */
export const foldWritten = (word: string): string => fold(word).written;

/** What remains of a text when everything somebody could put between or upon its letters is gone. */
export type Tight = {
  text: string;
  /** Unit i of `text` is unit `index[i]` of the folded text (the first of a run of repeats). */
  index: readonly number[];
};

/**
 * Undoes disguise: separators, punctuation, line ends, emoji and long marks dropped, repeats joined, small kana made
 * large, look-alikes (二 for ニ, 夕 for タ, 力 for カ) read as kana. It joins words of different sentences too:
 * only for words that hardly arise by chance.
 */
export function tighten({ text }: Folded): Tight {
  const units = new Array<number>(text.length);
  const index = new Array<number>(text.length + 1);
  let length = 0;
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = tightUnit(text.charCodeAt(i));
    if (unit === 0 || unit === last) continue;
    units[length] = unit;
    index[length++] = i;
    last = unit;
  }
  units.length = length;
  index.length = length + 1;
  index[length] = text.length;
  return { text: decode(units), index };
}

/** Folds a word of a pattern the way `tighten` folds a text. */
export const tightWord = (word: string): string => tighten(fold(word)).text;

function tightUnit(code: number): number {
  if (code >= 0x3041 && code <= 0x3096) {
    if (code <= 0x3049 && (code & 1) === 1) return code + 1; // ぁぃぅぇぉ
    if (code === 0x3083 || code === 0x3085 || code === 0x3087) return code + 1; // ゃゅょ
    return code;
  }
  if (code === 0x4e8c) return 0x306b; // 二
  if (code === 0x5915) return 0x305f; // 夕
  if (code === 0x529b) return 0x304b; // 力
  if (code >= 0x4e00 && code <= 0x9fff) return code;
  if ((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)) return code;
  if (code >= 0xc0 && code <= 0x1fff && code !== 0xd7 && code !== 0xf7) return code; // letters of other alphabets
  if (code >= 0xac00 && code <= 0xd7a3) return code; // Hangul
  if (code === 0x3005) return code; // 々
  return 0;
}

/** What may move its neighbors when it is folded: all that is neither plain nor a capital, and voicing marks. */
const MOVES = /[^\n!-~\u3001-\u3035\u3041-\u3098\u309b-\u30ff\u4e00-\u9fff]/;
const KATAKANA = /[\u30a1-\u30f6]/;

/** Katakana that has a hiragana, 0x60 before it. */
const isKatakana = (code: number): boolean => code >= 0x30a1 && code <= 0x30f6;

/** Kana, kanji, Japanese punctuation and ASCII that stay what they are. */
const isPlain = (code: number): boolean =>
  (code >= 0x3041 && code <= 0x30ff) ||
  (code >= 0x4e00 && code <= 0x9fff) ||
  (code >= 0x3001 && code <= 0x3035) ||
  (code > 0x20 && code < 0x41) ||
  (code > 0x5a && code < 0x7f) ||
  code === 0x0a;

/** Combining and half-width voicing marks: ゛゜ that belong to the kana before them. */
const isVoicingMark = (code: number): boolean =>
  code === 0x3099 || code === 0x309a || code === 0xff9e || code === 0xff9f;

/** Spaces (not the line feed), zero-width characters, strokes and accents set upon a letter, joiners, variation selectors, soft hyphens. */
const isIgnorable = (code: number): boolean =>
  code <= 0x20
    ? code !== 0x0a
    : code === 0xa0 ||
      code === 0xad ||
      (code >= 0x300 && code <= 0x36f) ||
      code === 0x180e ||
      (code >= 0x2000 && code <= 0x200f) ||
      (code >= 0x202a && code <= 0x202f) ||
      (code >= 0x205f && code <= 0x206f) ||
      code === 0x3000 ||
      code === 0x3164 ||
      (code >= 0xfe00 && code <= 0xfe0f) ||
      code === 0xfeff;

/** In pieces: a call takes only so many arguments. */
function decode(units: readonly number[]): string {
  if (units.length <= 4096) return String.fromCharCode.apply(null, units as number[]);
  let text = '';
  for (let i = 0; i < units.length; i += 4096)
    text += String.fromCharCode.apply(null, units.slice(i, i + 4096));
  return text;
}
