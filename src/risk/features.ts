import { fold } from '../text/fold.ts';
import { eachGram, norm } from '../text/linear.ts';
import type { Meaning } from './meanings.ts';

/** Receives a feature: its bucket, how strongly it is there, and the first and last character that show it. */
export type Found = (bucket: number, value: number, first: number, last: number) => void;

/** Characters in a row. */
export const LONGEST = 3;
/** How many words of a known family may lie between two that are read together. */
const NEAR = 4;
/** What a family counts beside a pair of them; character n-grams count 1. */
const ALONE = 0.5;
const PAIR = 0.3;

/** The number of a family name that stays the same when families are added or moved. */
export function familyHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/**
 * Everything the risk model looks at in a stretch of folded text: its character n-grams, the families of meaning its
 * words belong to, and which family follows which, next to it or within a few words.
 */
export function eachFeature(
  text: string,
  start: number,
  end: number,
  meanings: readonly Meaning[],
  hashes: ArrayLike<number>,
  buckets: number,
  found: Found,
): void {
  const share = norm(start, end);
  eachGram(text, start, end, LONGEST, buckets, (bucket, first, last) => found(bucket, share, first, last));
  eachMeaning(meanings, hashes, buckets, found);
}

/** The features of `eachFeature` that are no n-grams. */
export function eachMeaning(
  meanings: readonly Meaning[],
  hashes: ArrayLike<number>,
  buckets: number,
  found: Found,
): void {
  const count = meanings.length;
  const factor = 1 / Math.sqrt(count + 1);
  const alone = ALONE * factor;
  const pair = PAIR * factor;
  for (let i = 0; i < count; i++) {
    const { family, start: first, end: stop } = meanings[i] as Meaning;
    const hash = hashes[family] as number;
    found(bucketOf(hash, buckets), alone, first, stop - 1);
    const next = i + 1 < count ? (meanings[i + 1] as Meaning) : undefined;
    const after = next ? (hashes[next.family] as number) : 0;
    found(bucketOf(beside(hash, after), buckets), pair, first, (next?.end ?? stop) - 1);
    if (i === 0) found(bucketOf(beside(0, hash), buckets), pair, first, stop - 1);
    for (let k = i + 1; k <= i + NEAR && k < count; k++) {
      const other = meanings[k] as Meaning;
      found(bucketOf(before(hash, hashes[other.family] as number), buckets), pair, first, other.end - 1);
    }
  }
}

/** Letters of every kind, and spellings that folding brings together. */
const SAMPLE = 'もう、ｼﾆたい…死にたい気持ち！Kill me NOW 2時に薬を１００錠、さようなら。ずーっと消えたい';

/**
 * What a model was trained with, as a number in hex: how a fixed sentence is folded and which features it has, and the names of the
 * families. Weights that meet other features mean nothing, and nothing else would show it.
 */
export function layoutOf({ names }: { names: readonly string[] }): string {
  const { text } = fold(SAMPLE);
  const families = Array.from({ length: 7 }, (_, i) => familyHash(String(i)));
  const read = families.map((_, family) => ({ family, start: family * 4, end: family * 4 + 2 }));
  const seen: string[] = [text];
  eachFeature(text, 0, text.length, read, families, 1 << 17, (bucket, value, first, last) =>
    seen.push(`${bucket} ${value.toFixed(4)} ${first} ${last}`),
  );
  return (familyHash([...seen, ...names.toSorted()].join('\n')) >>> 0).toString(16);
}

const bucketOf = (hash: number, buckets: number): number =>
  (Math.imul(hash ^ (hash >>> 15), 0x5bd1e995) >>> 15) & (buckets - 1);
const beside = (a: number, b: number): number => (Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b)) | 0;
const before = (a: number, b: number): number => (Math.imul(a, 0xc2b2ae35) + Math.imul(b, 0x27d4eb2f)) | 0;
