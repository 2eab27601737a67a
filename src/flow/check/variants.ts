import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { type Definition, suggest } from '../definition.ts';
import { everyText } from './every-text.ts';

/** Texts that a resident of a declared language would meet in another one, and variants of languages nobody declared. */
export function checkVariants(definition: Definition): Diagnostic[] {
  const { languages } = definition.file;
  return everyText(definition).flatMap((text) => {
    const { variants, own } = text;
    const missing = languages.filter((language) => !variants[language]);
    const unknown = own ? Object.keys(variants).filter((language) => !languages.includes(language)) : [];
    return [
      ...unknown.map((language) =>
        text.at(
          {
            code: 'unknown-language',
            message: `「${language}」は languages にありません。つづりを確かめるか、languages に足してください。`,
            ...suggest(language, languages),
          },
          language,
        ),
      ),
      ...(missing.length > 0
        ? [
            text.at({
              code: 'missing-variant',
              message: `${missing.map(nameOf).join('、')} の文がありません。${missing
                .map((language) => `「${language}: …」`)
                .join('、')}を書き足してください。`,
            }),
          ]
        : []),
    ];
  });
}

const names: Record<string, string> = { ja: '日本語', easy: 'やさしい日本語', en: '英語' };
const nameOf = (language: string): string => names[language] ?? `「${language}」`;
