import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCategories } from '../../scripts/train/flow.ts';
import { triageLine } from '../../src/triage/jsonl.ts';
import { createTriage, loadTriageModel } from '../../src/triage/triage.ts';

const categories = readCategories('flows/ise/flow.yaml');
const triage = createTriage(categories, loadTriageModel(readFileSync('flows/ise/triage.model', 'utf8')));

describe('sorting a free sentence', () => {
  test.each([
    ['家賃が払えなくて追い出されそうです', 'money-housing'],
    ['仕事をやめたいけれど次が見つからない', 'work'],
    ['赤ちゃんの夜泣きがつらい', 'child-rearing'],
    ['中学生の娘が学校に行きません', 'school'],
    ['夜ねむれません', 'health'],
    ['母の認知症が進んで介護がたいへん', 'elderly-care'],
    ['障害者手帳を取りたい', 'disability'],
    ['I want to divorce my husband', 'relationships-other'],
    ['しごとを　さがして　います', 'work'],
  ])('%s: %s', (text, category) => expect(triage(text).category).toBe(category));

  test.each(['こんにちは', 'はい', 'ありがとうございます', '？', 'asdf', 'zzzz', 'fffff', '12345', 'ｗｗｗ'])(
    '「%s」 stays unsure',
    (text) => expect(triage(text).category).toBeNull(),
  );

  test('two concerns are both ranked', () => {
    const two = triage('母の介護で仕事をやめるしかない').ranked.slice(0, 2);
    expect(two.map(({ category }) => category).sort()).toEqual(['elderly-care', 'work']);
  });

  test('an endless text is sorted in time', () => {
    const before = process.threadCpuUsage();
    triage('家賃が払えません。'.repeat(10_000));
    // The processor's time, in µs: other tests run beside.
    expect(process.threadCpuUsage(before).user).toBeLessThan(200_000);
  });
});

describe('without a model', () => {
  const plain = createTriage([
    { id: 'club', words: ['部活'], examples: ['顧問の先生がこわいです'] },
    { id: 'friends', words: ['友だち'], examples: [] },
  ]);
  test('words decide', () => expect(plain('部活をやめたい').ranked[0]?.category).toBe('club'));
  test('an example decides', () => expect(plain('顧問の先生がこわい').category).toBe('club'));
  test('nothing known is nothing', () => expect(plain('こんにちは')).toMatchObject({ category: null }));
});

test('a line of JSON in, a line out', () => {
  expect(JSON.parse(triageLine(triage, '{"text":"家賃が払えません"}'))).toMatchObject({
    category: 'money-housing',
  });
  expect(JSON.parse(triageLine(triage, 'nonsense'))).toHaveProperty('error');
});
