import { plain } from '../../conversation/plain.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Definition } from '../definition.ts';

/** Names that were given twice: languages, shared parts, outcomes, and words that mean two things. */
export function checkDoubles({ file, source, words }: Definition): Diagnostic[] {
  const twice = (
    names: readonly string[],
    path: (index: number) => PropertyKey[],
    what: string,
  ): Diagnostic[] =>
    names.flatMap((name, index) =>
      names.indexOf(name) < index
        ? [
            source.at(path(index), {
              code: 'duplicate',
              message: `${what}「${name}」が二度書かれています。どちらかを消してください。`,
            }),
          ]
        : [],
    );
  return [
    ...twice(file.languages, (index) => ['languages', index], 'ことば'),
    ...twice(file.use, (index) => ['use', index], '共通部品'),
    ...twice(
      file.outcomes.map(({ id }) => id),
      (index) => ['outcomes', index, 'id'],
      '結果',
    ),
    ...checkWords(words),
  ];
}

/** A word may stand for one thing only; 「はい」 and the words of every step are looked up separately. */
function checkWords({ file, source }: Definition['words']): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const group of [
    ['start', 'human', 'quit', 'language', 'delete'],
    ['yes', 'no'],
  ] as const) {
    const owner = new Map<string, string>();
    for (const meaning of group)
      for (const [index, word] of file[meaning].entries()) {
        const before = owner.get(plain(word));
        if (before !== undefined && before !== meaning)
          found.push(
            source.at([meaning, index], {
              code: 'duplicate',
              message: `「${word}」は ${before} にもあります。どちらか一つにしてください。`,
            }),
          );
        owner.set(plain(word), meaning);
      }
  }
  return found;
}
