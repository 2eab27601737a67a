/** The forms in which a text could lie somewhere: encodings, escapes, and how folding for matching changes it. */
export function formsOf(text: string): Buffer[] {
  const spellings = new Set([
    text,
    text.normalize('NFKC'),
    text.normalize('NFD'),
    text.toLowerCase(),
    text.normalize('NFKC').toLowerCase(),
    kanaTo(text, -0x60),
    kanaTo(text, 0x60),
  ]);
  return [...spellings].flatMap((spelling) => {
    const utf8 = Buffer.from(spelling);
    const utf16 = Buffer.from(spelling, 'utf16le');
    const percent = encodeURIComponent(spelling);
    return [
      utf8,
      utf16,
      Buffer.from(utf16).swap16(),
      ...base64Of(utf8),
      ...base64Of(utf16),
      Buffer.from(percent),
      Buffer.from(percent.toLowerCase()),
      Buffer.from(utf8.toString('hex')),
      Buffer.from(escaped(spelling)),
    ];
  });
}

/** Base64, ordinary and for URLs, wherever in a longer value the text begins; without the edges that depend on it. */
function base64Of(bytes: Buffer): Buffer[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/u, '');
    const inner = text.slice(offset === 0 ? 0 : 4, -1 - ((offset + bytes.length) % 3));
    return [Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'))];
  });
}

const escaped = (text: string): string =>
  [...text.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/** Hiragana and katakana lie 0x60 apart. */
const kanaTo = (text: string, shift: number): string =>
  text.replace(shift < 0 ? /[ァ-ヶ]/gu : /[ぁ-ゖ]/gu, (kana) =>
    String.fromCharCode(kana.charCodeAt(0) + shift),
  );

/** A text and its pieces of `size` characters: part of a secret is a secret. */
export function piecesOf(text: string, size = 8): string[] {
  const pieces: string[] = [];
  for (let at = 0; at + size <= text.length; at += size / 2) pieces.push(text.slice(at, at + size));
  return pieces.length > 0 ? pieces : [text];
}

/** Which secrets a place holds, in whatever form. */
export function tracesIn(place: Buffer, secrets: readonly string[]): string[] {
  return secrets.filter((secret) =>
    piecesOf(secret).some((piece) => formsOf(piece).some((form) => form.length >= 6 && place.includes(form))),
  );
}
