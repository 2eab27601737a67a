import { foldWord, foldWritten, tightWord } from '../text/fold.ts';

/**
 * How a pattern reads a message: each sentence folded to hiragana, the whole message so (`across` its sentences),
 * each sentence as written, or the whole with all disguise undone.
 */
export type Reading = 'folded' | 'across' | 'written' | 'tight';

/**
 * A pattern compiled: the source of a RegExp, and one or two sets of strings, the rarer one first: every match contains
 * at least one string of each.
 */
export type Compiled = { source: string; anchors: string[][] };

/** Named families of words: `{name}` in a pattern stands for any one of them. */
export type Words = ReadonlyMap<string, readonly string[]>;

/** A pattern that cannot be read; `message` is a Japanese sentence for the person who wrote it. */
export class PatternError extends Error {}

type Node =
  | { kind: 'literal'; text: string }
  | { kind: 'class'; text: string }
  | { kind: 'gap'; most: number }
  | { kind: 'edge'; source: string }
  | { kind: 'look'; source: string; body: Node }
  | { kind: 'optional'; body: Node }
  | { kind: 'sequence'; items: Node[] }
  | { kind: 'choice'; branches: Node[] };

/**
 * Compiles a pattern of the lexicon.
 *
 *     死(に|ん)    either branch          {自分}  any word of the family 自分
 *     です?        the last may be missing  …      up to 12 characters of the same sentence   _  up to 4
 *     [はが]       one of these characters  ^ $    start and end of a sentence
 *     (?!ほど)     not followed by          (?<!お) not preceded by
 *
 * There is no unbounded repetition: matching stays linear whatever a resident sends.
 */
export function compilePattern(pattern: string, words: Words, reading: Reading): Compiled {
  const node = parse(pattern, words, []);
  const read = { folded: foldWord, across: foldWord, written: foldWritten, tight: tightWord }[reading];
  const [rarest, ...others] = allAnchorsOf(node, read).sort((a, b) => strength(b) - strength(a));
  if (!rarest)
    throw new PatternError('必ず現れる文字がありません。「?」の付かない言葉を一つは入れてください。');
  const second = others.find((anchors) => leastOf(anchors) > 1);
  return { source: sourceOf(node, read), anchors: second ? [rarest, second] : [rarest] };
}

function parse(pattern: string, words: Words, within: readonly string[]): Node {
  let at = 0;

  const choice = (closing: boolean): Node => {
    const branches: Node[] = [sequence()];
    while (pattern[at] === '|') {
      at++;
      branches.push(sequence());
    }
    if (closing) {
      if (pattern[at] !== ')') throw new PatternError('「(」に対する「)」がありません。');
      at++;
    } else if (at < pattern.length) throw new PatternError(`「${pattern[at]}」が余っています。`);
    return branches.length === 1 ? (branches[0] as Node) : { kind: 'choice', branches };
  };

  const sequence = (): Node => {
    const items: Node[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const item = atom();
      if (pattern[at] === '?') {
        at++;
        items.push({ kind: 'optional', body: item });
      } else items.push(item);
    }
    return { kind: 'sequence', items };
  };

  const until = (close: string): string => {
    const end = pattern.indexOf(close, at);
    if (end < 0) throw new PatternError(`「${close}」で閉じていません。`);
    const inner = pattern.slice(at, end);
    at = end + 1;
    return inner;
  };

  const atom = (): Node => {
    const character = pattern[at++] as string;
    switch (character) {
      case '(':
        for (const source of ['?!', '?<!'])
          if (pattern.startsWith(source, at)) {
            at += source.length;
            return { kind: 'look', source, body: choice(true) };
          }
        return choice(true);
      case '[':
        return { kind: 'class', text: until(']') };
      case '{':
        return family(until('}'));
      case '…':
        return { kind: 'gap', most: 12 };
      case '_':
        return { kind: 'gap', most: 4 };
      case '^':
      case '$':
        return { kind: 'edge', source: character };
      case '?':
      case '*':
      case '+':
      case '}':
      case ']':
      case '\\':
        throw new PatternError(`「${character}」はここでは使えません。`);
      default:
        return { kind: 'literal', text: character };
    }
  };

  const family = (name: string): Node => {
    const members = words.get(name);
    if (!members) throw new PatternError(`「{${name}}」という言葉の仲間は words にありません。`);
    if (within.includes(name)) throw new PatternError(`「{${name}}」が自分自身を含んでいます。`);
    return { kind: 'choice', branches: members.map((word) => parse(word, words, [...within, name])) };
  };

  return choice(false);
}

type Read = (word: string) => string;

function sourceOf(node: Node, read: Read): string {
  switch (node.kind) {
    case 'literal':
      // What a reading drops (an emoji, when disguise is undone) cannot be found in it.
      return literally(read(node.text)) || '(?!)';
    case 'class':
      return `[${[...node.text].map((c) => literally(read(c))).join('')}]`;
    case 'gap':
      return `[^]{0,${node.most}}?`;
    case 'edge':
      return node.source;
    case 'look':
      return `(${node.source}${sourceOf(node.body, read)})`;
    case 'optional':
      return `(?:${sourceOf(node.body, read)})?`;
    case 'sequence':
      return join(node.items)
        .map((item) => sourceOf(item, read))
        .join('');
    case 'choice':
      return `(?:${node.branches.map((branch) => sourceOf(branch, read)).join('|')})`;
  }
}

/** Joins neighboring letters, so that they are folded as one word. */
function join(items: readonly Node[]): Node[] {
  const joined: Node[] = [];
  for (const item of items) {
    const last = joined.at(-1);
    if (item.kind === 'literal' && last?.kind === 'literal')
      joined[joined.length - 1] = { kind: 'literal', text: last.text + item.text };
    else joined.push(item);
  }
  return joined;
}

/** Sets of strings: one of each is in every match. */
function allAnchorsOf(node: Node, read: Read): string[][] {
  if (node.kind === 'sequence') return join(node.items).flatMap((item) => allAnchorsOf(item, read));
  const found = anchorsOf(node, read);
  return found ? [found] : [];
}

/** Strings of which one is in every match; undefined when there are none. */
function anchorsOf(node: Node, read: Read): string[] | undefined {
  switch (node.kind) {
    case 'literal': {
      const text = read(node.text);
      return text ? [text] : undefined;
    }
    case 'class':
      return [...node.text].map(read);
    case 'choice': {
      const all: string[] = [];
      for (const branch of node.branches) {
        const found = anchorsOf(branch, read);
        if (!found) return undefined;
        all.push(...found);
      }
      return all;
    }
    case 'sequence': {
      let best: string[] | undefined;
      for (const found of allAnchorsOf(node, read))
        if (!best || strength(found) > strength(best)) best = found;
      return best;
    }
    default:
      return undefined;
  }
}

/** Longer strings are rarer, kanji rarer than kana, few strings rarer than many. */
const strength = (anchors: readonly string[]): number => leastOf(anchors) * 100 - anchors.length;

/** What the likeliest of them weighs: 1 for each kana, 2 for each other character. */
function leastOf(anchors: readonly string[]): number {
  let least = Infinity;
  for (const anchor of anchors) {
    let weight = 0;
    for (const character of anchor) weight += /[\u3041-\u3096]/u.test(character) ? 1 : 2;
    least = Math.min(least, weight);
  }
  return least;
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
