/** Words of a sentence, rather than 「LINE」, 「ok」 or a name. */
const SENTENCE_WORDS = 3;

/**
 * The language a first message asks for without saying so. Whoever writes a sentence in Latin letters is better served
 * by English than by Japanese; everything else stays with the flow's first language. Null: no reason to change.
 */
export function guessLanguage(text: string, languages: readonly string[]): string | null {
  if (!languages.includes('en')) return null;
  const words = text.match(/\p{L}[\p{L}\p{M}'’]*/gu) ?? [];
  const latin = words.every((word) => /^[\p{Script=Latin}\p{M}'’]+$/u.test(word));
  return latin && words.length >= SENTENCE_WORDS ? 'en' : null;
}
