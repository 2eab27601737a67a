/** Counting and cutting text as people see it. LINE counts some limits in graphemes, others in UTF-16 units. */
export type Graphemes = {
  /** Number of user-perceived characters. */
  count(text: string): number;
  /**
   * The longest beginning of `text` that has at most `limit.graphemes` graphemes and `limit.units` UTF-16 units
   * (counting `end`, which is put where something was cut off) and never splits a grapheme.
   */
  truncate(text: string, limit: { graphemes?: number; units?: number }, end?: string): string;
};

/** Makes the segmenter once; plain text (kana, kanji, ASCII) never asks it. */
export function createGraphemes(): Graphemes {
  const segmenter = new Intl.Segmenter('ja', { granularity: 'grapheme' });

  const count = (text: string): number => {
    if (isPlain(text)) return text.length;
    let n = 0;
    for (const _ of segmenter.segment(text)) n++;
    return n;
  };

  const fits = (text: string, graphemes: number, units: number) =>
    text.length <= units && (text.length <= graphemes || count(text) <= graphemes);

  return {
    count,
    truncate(text, { graphemes = Infinity, units = Infinity }, end = '…') {
      if (fits(text, graphemes, units)) return text;
      const room = { graphemes: graphemes - count(end), units: units - end.length };
      if (room.graphemes < 0 || room.units < 0) return '';
      let length = 0;
      let n = 0;
      for (const { index, segment } of segmenter.segment(text)) {
        if (n + 1 > room.graphemes || index + segment.length > room.units) break;
        n++;
        length = index + segment.length;
      }
      return text.slice(0, length) + end;
    },
  };
}

/** Only characters that are each a grapheme of their own: ASCII but CR, Japanese punctuation, kana, kanji, full-width forms. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const plain =
      (code < 0x7f && code !== 0x0d) ||
      (code >= 0x3000 && code <= 0x3029) ||
      (code >= 0x3041 && code <= 0x3096) ||
      (code >= 0x30a0 && code <= 0x30ff) ||
      (code >= 0x4e00 && code <= 0x9fff) ||
      (code >= 0xff01 && code <= 0xff5e);
    if (!plain) return false;
  }
  return true;
}
