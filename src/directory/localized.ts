import { z } from 'zod';

/** A text in Japanese alone, or with its variants: `easy` for やさしい日本語, `en`, or any other language tag. */
export const localized = z.union([
  z.string().min(1),
  z
    .object({
      ja: z.string().min(1).describe('日本語'),
      easy: z.string().min(1).optional().describe('やさしい日本語'),
      en: z.string().min(1).optional().describe('英語'),
    })
    .catchall(z.string().min(1))
    .describe('言語ごとの文。ja（日本語）、easy（やさしい日本語）、en（英語）など'),
]);

export type Localized = z.infer<typeof localized>;

/** The variant for a language, else the nearest: やさしい日本語 falls back to Japanese, the rest to English first. */
export function inLanguage(text: Localized, language: string): string {
  if (typeof text === 'string') return text;
  return text[language] ?? (language === 'easy' || language === 'ja' ? undefined : text.en) ?? text.ja;
}
