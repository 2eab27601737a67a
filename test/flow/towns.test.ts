import { describe, expect, test } from 'vitest';
import { localized } from '../../src/conversation/draft.ts';
import type { Text } from '../../src/conversation/flow.ts';
import { runSuite } from '../../src/flow/transcript/suite.ts';
import { openFlow } from '../../src/flows.ts';
import { makeTriage, openDetector } from '../../src/hearing.ts';
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
    makeTriage(readFlowFiles(rootFolder).get(`${town}/triage.model`)),
  );
  const flow = holder?.flow();
  if (!flow) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  const steps = [...flow.steps.values()];
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

  test('its transcripts hold, and visit every step and choice', () => {
    const files = readFlowFiles(rootFolder);
    const ear = openDetector(files);
    const { definition } = loaded;
    if (!definition || !ear.ok) throw new Error('the town does not load');
    const { results, diagnostics, coverage } = runSuite({ flow, definition, detect: ear.detect }, files);
    const failed = [...diagnostics, ...results.flatMap(({ findings }) => findings)];
    expect(failed.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([]);
    expect([coverage.steps.missing, coverage.choices.missing]).toEqual([[], []]);
  });

  test('nothing shouts, and no bubble has to be read twice', () => {
    const said = bubbles.flatMap(({ name, text }) =>
      flow.languages.map((language) => ({ name, text: localized(text, language, flow) })),
    );
    expect(said.filter(({ text }) => /[!！]/u.test(text))).toEqual([]);
    expect(said.filter(({ text }) => length(text) > 280)).toEqual([]);
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
