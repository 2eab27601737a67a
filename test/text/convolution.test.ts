import { expect, test } from 'vitest';
import { type ConvolutionPlan, trainConvolution } from '../../scripts/train/convolution.ts';
import { type Example, mulberry32 } from '../../scripts/train/linear.ts';
import { type Convolution, readConvolution } from '../../src/text/convolution.ts';

const plan: ConvolutionPlan = {
  outputs: ['no', 'yes'],
  size: 6,
  filters: 8,
  epochs: 40,
  batch: 16,
  rate: 0.01,
  decay: 0.01,
  seed: 1,
  rarest: 2,
  forgotten: 0.05,
  hidden: 0.2,
  counts: 1,
};

/** Letters in a row, one in two with 「かなしい」 somewhere among them. */
const examples: Example[] = (() => {
  const random = mulberry32(7);
  const some = (most: number) =>
    Array.from(
      { length: Math.floor(random() * most) },
      () => 'あいうえおかきくけこなにしいー'[Math.floor(random() * 15)],
    );
  return Array.from({ length: 300 }, (_, i) =>
    i % 2
      ? { text: [...some(12), 'かなしい', ...some(12)].join(''), wanted: [0, 1] }
      : { text: ['さ', ...some(24)].join(''), wanted: [1, 0] },
  );
})();

const stored = trainConvolution(examples, plan);

const says = (net: Convolution, text: string, start = 0, end = text.length) => {
  const sums = new Float64Array(net.outputs.length);
  net.score(text, start, end, sums);
  return net.outputs[sums.indexOf(Math.max(...sums))];
};

test('a shape is known wherever it stands, and only within the stretch', () => {
  const net = readConvolution(stored);
  expect(says(net, 'かなしい')).toBe('yes');
  expect(says(net, 'ああああかなしいききき')).toBe('yes');
  expect(says(net, 'くくくくくくくくくくくくくかなしい')).toBe('yes');
  expect(says(net, 'あいうえおかきくけこ')).toBe('no');
  expect(says(net, 'あいうえおかなしいきく', 0, 5)).toBe('no');
});

test('the place it was found at is told', () => {
  const net = readConvolution(stored);
  const text = 'きくきくきくきくかなしい';
  const strongest = { value: 0, first: 0, last: 0 };
  net.eachFilter(text, 0, text.length, (filter, value, first, last) => {
    const counts = value * (net.weight(filter, 1) - net.weight(filter, 0));
    if (counts > strongest.value) Object.assign(strongest, { value: counts, first, last });
  });
  expect(strongest.last).toBeGreaterThanOrEqual(text.indexOf('か'));
});

test('an empty stretch and characters never seen are read without harm', () => {
  const net = readConvolution(stored);
  expect(says(net, '')).toBeDefined();
  expect(says(net, '𠮟🐟\u0000zz')).toBeDefined();
});

test('the same examples, plan and seed give the same bytes; another seed gives others', () => {
  const again = trainConvolution(examples, plan);
  expect(again).toEqual(stored);
  expect(trainConvolution(examples, { ...plan, seed: 2 })).not.toEqual(stored);
});

test('weights that are cut off are refused', () =>
  expect(() =>
    readConvolution({ ...stored, shapes: { ...stored.shapes, bytes: stored.shapes.bytes.slice(0, 40) } }),
  ).toThrow('wrong number of weights'));
