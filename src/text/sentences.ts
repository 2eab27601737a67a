/** Start and end of a stretch of a string, in UTF-16 units. */
export type Span = { start: number; end: number };

/**
 * Splits a folded text into sentences: at 。！？ and line ends, at a full stop that ends a word, and at `longest`
 * units where somebody writes without any (the pieces then overlap, so that nothing is cut in two).
 */
export function sentences(text: string, longest = 240): Span[] {
  const found: Span[] = [];
  const add = (start: number, end: number) => {
    if (start >= end) return;
    const overlap = longest >> 2;
    let at = start;
    while (end - at > longest) {
      found.push({ start: at, end: at + longest });
      at += longest - overlap;
    }
    found.push({ start: at, end });
  };
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (!endsSentence(text, i)) continue;
    add(start, i);
    start = i + 1;
  }
  add(start, text.length);
  return found;
}

function endsSentence(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  if (code === 0x3002 || code === 0x0a || code === 0x21 || code === 0x3f) return true; // 。 LF ! ? (NFKC made them ASCII)
  if (code !== 0x2e) return false;
  // "3.5" is not an end, "d.v." neither; "..." and "です." are.
  const before = i === 0 ? 0x2e : text.charCodeAt(i - 1);
  return !(before < 0x7f && before !== 0x2e);
}
