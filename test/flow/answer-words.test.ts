import { expect, test } from 'vitest';
import { openFlow } from '../../src/flows.ts';
import { makeTriage } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { FLOW, loadTown, places, replaced } from './small-town.ts';

const choice = '      - { label: { ja: お金のこと, en: Money }, category: money }';
const asking = (set: string, labels = '') =>
  loadTown({
    flow: replaced(
      replaced(FLOW, choice, choice.replace(' }', ` }, set: ${set}`)),
      'start: はじめ',
      `${labels}start: はじめ`,
    ),
  });
const told = (...args: Parameters<typeof asking>) =>
  places(asking(...args).diagnostics).filter((place) => place.includes('label'));

test('what the button says is what staff read, in Japanese', () => {
  const { flow } = asking('{ kind: money }', 'labels: { kind: { label: 困りごと } }\n');
  expect(flow?.answerWords).toEqual({ kind: { label: '困りごと', values: { money: 'お金のこと' } } });
});

test('staff are told of an answer that would show as it is written', () => {
  expect(told('{ 種類: お金 }')).toEqual([]);
  expect(told('{ kind: money }')).toEqual([expect.stringMatching(/^\d+ unlabelled-answer$/u)]);
  expect(told('{ kind: money }', 'labels: { kind: { label: 困りごと } }\n')).toEqual([]);
  expect(told('{ 種類: お金 }', 'labels: { kid: { label: 困りごと } }\n')).toEqual([
    expect.stringMatching(/label-of-nothing$/u),
  ]);
});

test.each(['ise', 'fuchu', 'kumamoto'])('%s: every answer reads in Japanese', (town) => {
  const files = readFlowFiles(rootFolder);
  const { loaded } = openFlow(
    () => files,
    town,
    () => 0,
    makeTriage(),
  );
  const words = Object.values(loaded.flow?.answerWords ?? {});
  const shown = words.flatMap(({ label, values }) => [label, ...Object.values(values)]);
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter((text) => /^[\x20-\x7e]*$/u.test(text))).toEqual([]);
  expect(loaded.diagnostics.filter(({ code }) => code === 'unlabelled-answer')).toEqual([]);
});
