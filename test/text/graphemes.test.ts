import { describe, expect, test } from 'vitest';
import { createGraphemes } from '../../src/text/graphemes.ts';

const { count, truncate } = createGraphemes();

describe('graphemes', () => {
  test.each([
    ['', 0],
    ['窓口へようこそ', 7],
    ['👨‍👩‍👧', 1],
    ['か\u3099', 1],
    ['🇯🇵です', 3],
    ['a\r\nb', 3],
  ])('%j has %i', (text, n) => expect(count(text)).toBe(n));

  test('truncate leaves what fits', () => expect(truncate('人と話す', { graphemes: 4 })).toBe('人と話す'));
  test('truncate counts the mark of cutting', () =>
    expect(truncate('人と話したいです', { graphemes: 5 })).toBe('人と話し…'));
  test('truncate never splits a family', () =>
    expect(truncate('家族👨‍👩‍👧です', { units: 8 }, '…')).toBe('家族…'));
});
