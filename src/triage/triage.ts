import { fold, foldWord } from '../text/fold.ts';
import { type Linear, readLinear, storedLinear } from '../text/linear.ts';

/** A category of a flow: `words` are names and synonyms of the concern, `examples` whole sentences of residents. */
export type TriageCategory = { id: string; words: readonly string[]; examples: readonly string[] };

/** Scores are 0..1 and sum to at most 1 (the rest is "none of them"); best first, only those worth asking about. */
export type Sorted = {
  /** The category when one is sure; null when the resident should be asked. */
  category: string | null;
  score: number;
  ranked: { category: string; score: number }[];
};

/** The name of the output that says: no concern of any category. */
export const NONE = '-';

/**
 * From which score on a category is sure, how far ahead of the next; from which on it is worth naming, and from which
 * on when the text is more likely about none of them (a greeting must not be answered with a choice of concerns).
 */
const SURE = 0.5;
const AHEAD = 0.12;
const NAMED = 0.04;
const NAMED_BESIDE_NONE = 0.2;
/** A kanji, or two different letters: less (「１２３」, 「ｗｗｗ」) says nothing that could be sorted. */
const SAYS_SOMETHING = /\p{Script=Han}|(\p{L}).*(?!\1)\p{L}/su;
/** What a word of a category adds to its sum (three times at most), and what standing near an example adds. */
const WORD = 4;
const EXAMPLE = 4;
/** The sum of a category the model does not know. */
const UNKNOWN = -3;

/**
 * What the model reads: the folded text, and behind it a sign for each category whose words it holds, so that the
 * model learns what a category's words say about this category and about the others. Repeated, to weigh as much as text.
 */
export function withSigns(folded: string, words: readonly (readonly string[])[]): string {
  let signs = '';
  for (const [i, known] of words.entries()) {
    const sign = String.fromCharCode(0xe000 + i);
    signs += sign.repeat(Math.min(3, count(folded, known)));
  }
  return folded + signs;
}

const count = (folded: string, words: readonly string[]): number =>
  words.reduce((found, word) => found + (folded.includes(word) ? 1 : 0), 0);

/** Reads what `npm run triage:train` wrote. Throws when it is something else: it is made by a program. */
export const loadTriageModel = (json: string): Linear => readLinear(storedLinear.parse(JSON.parse(json)));

/**
 * Builds the sorting of free text into a flow's categories. Words and examples count at once, also in categories that
 * the model has not been trained for; the model knows the wordings nobody listed.
 */
export function createTriage(
  categories: readonly TriageCategory[],
  model?: Linear,
): (text: string) => Sorted {
  const words = foldedWords(categories);
  const examples = categories.map(({ examples }) => examples.map((text) => pairsOf(foldWord(text))));
  const outputs = categories.map(({ id }) => model?.outputs.indexOf(id) ?? -1);
  const none = model && outputs.some((output) => output >= 0) ? model.outputs.indexOf(NONE) : -1;

  return (text) => {
    const folded = fold(text).text.slice(0, 2000);
    if (!SAYS_SOMETHING.test(folded)) return { category: null, score: 0, ranked: [] };
    const read = withSigns(folded, words);
    const scores = none >= 0 ? model?.score(read, 0, read.length) : undefined;
    const pairs = pairsOf(folded);
    const sums = categories.map((_, i) => {
      const near = examples[i]?.some((example) => overlap(example, pairs) >= 0.6) ?? false;
      const output = outputs[i] as number;
      const base =
        scores && output >= 0
          ? (scores[output] as number)
          : UNKNOWN + WORD * Math.min(3, count(folded, words[i] ?? []));
      return base + (near ? EXAMPLE : 0);
    });
    const nothing = scores ? (scores[none] as number) : 0;
    const top = Math.max(nothing, ...sums);
    const powers = sums.map((sum) => Math.exp(sum - top));
    const total = powers.reduce((a, b) => a + b, Math.exp(nothing - top));
    const named = Math.exp(nothing - top) / total >= 0.5 ? NAMED_BESIDE_NONE : NAMED;
    const ranked = categories
      .map(({ id }, i) => ({ category: id, score: round((powers[i] as number) / total) }))
      .sort((a, b) => b.score - a.score)
      .filter(({ score }) => score >= named);
    const [first, second] = ranked;
    const sure = first && first.score >= SURE && first.score - (second?.score ?? 0) >= AHEAD;
    return { category: sure ? first.category : null, score: first?.score ?? 0, ranked };
  };
}

/** The words of each category as they are looked for. */
export const foldedWords = (categories: readonly TriageCategory[]): string[][] =>
  categories.map(({ words }) => [...new Set(words.map(foldWord))].filter(Boolean));

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Neighboring characters of a text, for telling how near two sentences are. */
function pairsOf(text: string): Set<number> {
  const pairs = new Set<number>();
  for (let i = 1; i < text.length; i++) pairs.add(text.charCodeAt(i - 1) * 65536 + text.charCodeAt(i));
  return pairs;
}

/** Jaccard similarity. */
function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (a.size === 0 || b.size === 0 || a.size > 3 * b.size || b.size > 3 * a.size) return 0;
  let both = 0;
  for (const pair of a) if (b.has(pair)) both++;
  return both / (a.size + b.size - both);
}
