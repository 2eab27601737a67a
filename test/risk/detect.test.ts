import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDetector } from '../../src/risk/detect.ts';
import { rank } from '../../src/risk/finding.ts';
import { loadLexicon } from '../../src/risk/lexicon.ts';

const { lexicon } = loadLexicon('risk.yaml', readFileSync('flows/common/risk.yaml', 'utf8'));
if (!lexicon) throw new Error('the lexicon has errors');
const detect = createDetector({ lexicon });

describe('what decides a level', () => {
  test.each([
    ['死にたい', 'high'],
    ['今から死にます', 'imminent'],
    ['夫が包丁を持って暴れています', 'imminent'],
    ['もう限界です', 'watch'],
    ['死ぬほど眠い', 'none'],
    ['今日の市役所は何時までですか', 'none'],
  ])('%s: %s', (text, level) => expect(detect(text).level).toBe(level));

  test('negation alone never lowers', () => expect(detect('死にたいわけじゃない').level).toBe('high'));
  test('the worst sentence of a long text decides', () => {
    const long = '今日は市役所の手続きについて教えてください。'.repeat(200);
    expect(detect(`${long}実は死にたいです。${long}`).level).toBe('high');
  });
  test('an over-long text without any mark is read to its end', () =>
    expect(detect(`${'あ'.repeat(20_000)}死にたい`).level).toBe('high'));
  test('means in another sentence raise', () =>
    expect(detect('死にたい。薬が手元にある').level).toBe('imminent'));
  test('a self-statement beside fiction is heard', () => {
    expect(detect('今夜のドラマで主人公が死ぬ').level).toBe('none');
    expect(detect('今夜のドラマで主人公が自殺する話、自分も同じ気持ちになる').level).not.toBe('none');
  });
});

describe('recent messages', () => {
  test('a word split over bubbles', () => expect(detect('にたい', ['もう', 'し']).level).toBe('high'));
  test('a time after a wish', () => expect(detect('今夜やる', ['死にたい']).level).toBe('imminent'));
  test.each(['ありがとう', 'はい', 'ありがとうございます。話せてよかったです'])(
    '%s, said after danger, is no new danger, and shows that there was some',
    (text) => expect(detect(text, ['死にたい'])).toMatchObject({ level: 'watch', kinds: ['suicide'] }),
  );
  test('thanks after an ordinary question stay thanks', () =>
    expect(detect('ありがとう', ['市役所は何時までですか']).level).toBe('none'));
  test('a farewell after danger is danger', () =>
    expect(detect('さよなら', ['今までありがとう。もう死ぬね']).level).not.toBe('watch'));
  test('a word or two takes nothing back', () => expect(detect('うそ', ['死にたい']).level).toBe('high'));
  test('another topic is not pulled up by them', () =>
    expect(detect('明日の燃えるごみは何時までに出せばいいですか', ['死にたい']).level).toBe('none'));
});

describe('hits', () => {
  test('lie in the raw text and say why', () => {
    const text = '😀もう し\u200bに たい です';
    const [hit] = detect(text).hits;
    expect(text.slice(hit?.start, hit?.end)).toBe('し\u200bに たい');
    expect(hit?.why).toBe('死にたい気持ちを書いている');
  });
  test('are inside the message when it finishes a word begun before', () => {
    const { hits } = detect('にたい', ['し']);
    expect(hits[0]).toMatchObject({ start: 0, end: 3 });
  });
  test('say who it is about', () => {
    expect(detect('娘が死にたいと言っています').subject).toBe('other');
    expect(detect('死にたい').subject).toBe('self');
    expect(detect('こんにちは').subject).toBe('nobody');
  });
});

test('levels are ordered', () => expect(rank('imminent')).toBeGreaterThan(rank('high')));
