import { expect, test } from 'vitest';
import { findWords, type Passage, wordsOf } from '../../src/console/find.ts';

const said = (text: string, who: Passage['who'] = 'resident'): Passage => ({ who, at: 0, text });
const marked = (typed: string, ...passages: Passage[]) =>
  findWords(wordsOf(typed), passages)?.map(({ text, start, end }) => text.slice(start, end)) ?? null;

test('width, case, kana and spaces make no difference, and the mark stands on what was written', () => {
  expect(marked('やちん', said('来月のヤチンが払えない'))).toEqual(['ヤチン']);
  expect(marked('ＤＶ', said('これはdvですか'))).toEqual(['dv']);
  expect(marked('ﾊﾟﾜﾊﾗ', said('上司の パ ワハラ です'))).toEqual(['パ ワハラ']);
});

test('every word must stand somewhere in the consultation, whoever wrote it', () => {
  const talk = [said('家賃が払えません'), said('窓口をご案内します', 'counselor')];
  expect(marked('家賃　案内', ...talk)).toEqual(['家賃', '案内']);
  expect(marked('家賃 借金', ...talk)).toBeNull();
});

test('a long passage is cut around the word, without dividing a character', () => {
  const [excerpt] = findWords(wordsOf('ここ'), [said(`${'😀'.repeat(40)}ここ${'😀'.repeat(40)}`)]) ?? [];
  expect(excerpt?.text).toMatch(/^…(?:😀)+ここ(?:😀)+…$/u);
  expect(excerpt?.text.slice(excerpt.start, excerpt.end)).toBe('ここ');
});

test('nothing typed finds everything and shows nothing', () => {
  expect(findWords(wordsOf(' 　\u200b'), [said('なにか')])).toEqual([]);
});
