import { describe, expect, test } from 'vitest';
import { localized } from '../../src/conversation/draft.ts';
import type { Text } from '../../src/conversation/flow.ts';
import { openFlow } from '../../src/flows.ts';
import { makeTriage } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';

const now = Date.parse('2026-11-24T10:00+09:00');
const graphemes = new Intl.Segmenter('ja', { granularity: 'grapheme' });
const length = (text: string) => [...graphemes.segment(text)].length;

describe.each(['ise', 'fuchu', 'kumamoto'])('%s', (town) => {
  const { holder, loaded } = openFlow(
    () => readFlowFiles(rootFolder),
    town,
    () => now,
    makeTriage(),
  );
  const flow = holder?.flow();
  if (!flow) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  const steps = [...flow.steps.values()];
  const labels = steps.flatMap(({ name, choices }) => choices.map(({ label }) => ({ name, label })));
  const bubbles: { name: string; text: Text }[] = [
    ...steps.flatMap(({ name, say }) => say.map((text) => ({ name, text }))),
    ...Object.entries(flow.texts).flatMap(([name, say]) => say.map((text) => ({ name, text }))),
    ...Object.entries(flow.safety).flatMap(([name, message]) =>
      (Array.isArray(message) ? message : [...message.high, ...message.imminent]).map((text) => ({
        name,
        text,
      })),
    ),
  ];

  test('nothing that resident, counselor or staff could be failed by', () => {
    expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('every text stands in every language of the town', () => {
    const missing = [...bubbles, ...labels.map(({ name, label }) => ({ name, text: label }))].flatMap(
      ({ name, text }) =>
        flow.languages.filter((language) => !text[language]).map((language) => `${name} ${language}`),
    );
    expect(missing).toEqual([]);
  });

  test('nothing shouts, and no bubble has to be read twice', () => {
    const said = bubbles.flatMap(({ name, text }) =>
      flow.languages.map((language) => ({ name, text: localized(text, language, flow) })),
    );
    expect(said.filter(({ text }) => /[!！]/u.test(text))).toEqual([]);
    expect(said.filter(({ text }) => length(text) > 280)).toEqual([]);
  });

  test('buttons fit LINE, and no step has more than leave room for a person and the beginning', () => {
    expect(
      labels.flatMap(({ name, label }) =>
        flow.languages
          .map((language) => localized(label, language, flow))
          .filter((text) => length(text) > 20)
          .map((text) => `${name}: ${text}`),
      ),
    ).toEqual([]);
    expect(steps.filter(({ choices }) => choices.length > 11).map(({ name }) => name)).toEqual([]);
  });

  test('every window a text counts on is there', () => {
    const known = new Set(loaded.windows.map(({ id }) => id));
    const wanted = [
      ...steps.flatMap(({ windows }) => windows?.ids ?? []),
      ...flow.lines,
      ...Object.values(flow.safety).flatMap((message) =>
        'windows' in message ? [...message.windows, ...message.imminentWindows] : [],
      ),
    ];
    expect(wanted.filter((id) => !known.has(id))).toEqual([]);
  });

  test('every answer to danger holds a number fixed by law beside those nobody has confirmed', () => {
    for (const message of Object.values(flow.safety)) {
      if (!('windows' in message)) continue;
      for (const ids of [message.windows, message.imminentWindows]) {
        expect(ids.length).toBeLessThanOrEqual(5);
        expect(flow.windows({ categories: [], ids, limit: 5 }, now, 'ja', 0).confirmed).toBe(true);
      }
    }
  });
});
