import { foldWord } from '../text/fold.ts';
import { createSpotter } from './spotter.ts';

/** A word of the text that belongs to a family of meaning: 「荷物になっている」 is said of 迷惑. */
export type Meaning = { family: number; start: number; end: number };

/** Words of danger, words that stand beside danger, and all others. */
export const weights = ['grave', 'beside', 'plain'] as const;
export type Weight = (typeof weights)[number];

/**
 * Families of words that mean much the same, in whatever spelling: what a few thousand utterances cannot teach a model
 * of characters, staff can write down. The trained model weighs the families; a word put into one is heard at once.
 */
export type Meanings = {
  /** The Japanese names of the families, which are also what the trained model knows them by. */
  names: readonly string[];
  /** How many families of each weight are among the meanings. */
  count(meanings: readonly Meaning[], weight: Weight): number;
  /** The families of a stretch of folded text from left to right; at each place the longest word counts. */
  read(text: string, start: number, end: number): Meaning[];
};

/** Builds the reader from the section `meanings` of the lexicon: the words of each family, separated by spaces. */
export function createMeanings(listed: Readonly<Record<Weight, Record<string, string>>>): Meanings {
  const families = weights.flatMap((weight) => Object.entries(listed[weight]));
  const weightOf = weights.flatMap((weight) => Object.keys(listed[weight]).map(() => weight));
  const spotter = createSpotter(
    families.flatMap(([, words], id) =>
      words
        .trim()
        .split(/\s+/u)
        .map((word) => ({ text: foldWord(word), id })),
    ),
  );
  return {
    names: families.map(([name]) => name),
    count(meanings, weight) {
      const found = new Set<number>();
      for (const { family } of meanings) if (weightOf[family] === weight) found.add(family);
      return found.size;
    },
    read(text, start, end) {
      const found: Meaning[] = [];
      spotter.read(text, start, end, (family, first, last) =>
        found.push({ family, start: first, end: last }),
      );
      return found;
    },
  };
}
