import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, rawSpan, tighten } from '../../src/text/fold.ts';
import { sentences } from '../../src/text/sentences.ts';

describe('fold', () => {
  test.each([
    ['シニタイ', 'しにたい'],
    ['ｼﾆﾀｲ', 'しにたい'],
    ['ﾀﾋﾞ', 'たび'],
    ['か\u3099', 'が'],
    ['し に　た\u200bい', 'しにたい'],
    ['ＯＤ', 'od'],
    ['I Want', 'iwant'],
    ['㍿', '株式会社'],
  ])('%s', (raw, text) => expect(fold(raw).text).toBe(text));

  test('keeps katakana in `written`', () => expect(fold('ﾘｽｶ').written).toBe('リスカ'));

  test('offsets lead back to the raw text', () => {
    const raw = '😀 もう し\u200bに タ イ。';
    const folded = fold(raw);
    const at = folded.text.indexOf('しにたい');
    const { start, end } = rawSpan(folded, at, at + 4);
    expect(raw.slice(start, end)).toBe('し\u200bに タ イ');
  });

  test('offsets stay in order and in the text, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const folded = fold(raw);
        expect(folded.written.length).toBe(folded.text.length);
        let before = 0;
        for (let i = 0; i < folded.text.length; i++) {
          const { start, end } = rawSpan(folded, i, i + 1);
          expect(before <= start && start < end && end <= raw.length).toBe(true);
          before = start;
        }
      }),
    );
  });
});

describe('tighten', () => {
  test.each([
    ['し・に・た・い', 'しにたい'],
    ['し、に。た\nい', 'しにたい'],
    ['しししにたたーーいいい', 'しにたい'],
    ['シ二夕ぃ', 'しにたい'],
    ['し💀に💀た💀い', 'しにたい'],
  ])('%s', (raw, text) => expect(tighten(fold(raw)).text).toBe(text));
});

describe('sentences', () => {
  const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));
  test('end at marks and lines, not inside numbers', () => {
    expect(split('もう無理。3.5点だった!ほんとに\n')).toEqual(['もう無理', '3.5点だった', 'ほんとに']);
  });
  test('an endless one is read in overlapping pieces', () => {
    const text = 'あ'.repeat(1000);
    const parts = sentences(text, 240);
    expect(parts.at(-1)?.end).toBe(1000);
    for (const [i, part] of parts.entries()) if (i > 0) expect(part.start).toBeLessThan(parts[i - 1]!.end);
  });
});
