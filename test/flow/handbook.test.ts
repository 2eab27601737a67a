import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { runSuite } from '../../src/flow/transcript/suite.ts';
import { openFlow } from '../../src/flows.ts';
import { makeTriage, openDetector } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';

const handbook = readFileSync(join(rootFolder, 'flows', 'README.md'), 'utf8');
const now = Date.parse('2026-11-24T10:00+09:00');

/** The YAML examples, each with the file its first line names. */
const examples = [...handbook.matchAll(/```yaml\n# flows\/(\S+)\n([\s\S]*?)```/gu)].map(
  ([, file = '', text = '']) => ({
    file,
    text,
  }),
);

type Node = { [key: string]: unknown };
const isMap = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts an example where the handbook says it goes: maps grow, lists get longer, an entry with a known id is changed. */
function written(into: unknown, example: unknown): unknown {
  if (isMap(into) && isMap(example)) {
    const added = Object.entries(example).map(([key, value]) => [
      key,
      key in into ? written(into[key], value) : value,
    ]);
    return { ...into, ...Object.fromEntries(added) };
  }
  if (!Array.isArray(into) || !Array.isArray(example)) return example;
  const idOf = (entry: unknown) => (isMap(entry) ? entry.id : undefined);
  const known = new Set(into.map(idOf));
  const changed = into.map((entry) => {
    const change = example.find((other) => idOf(other) !== undefined && idOf(other) === idOf(entry));
    return change ? written(entry, change) : entry;
  });
  return [...changed, ...example.filter((entry) => idOf(entry) === undefined || !known.has(idOf(entry)))];
}

function load(file: string, text: string) {
  const files = new Map(readFlowFiles(rootFolder));
  files.set(
    file,
    stringify(written(parse(files.get(file) ?? ''), parse(text)), { aliasDuplicateObjects: false }),
  );
  return openFlow(
    () => files,
    file.split('/')[0] ?? '',
    () => now,
    makeTriage(files.get('ise/triage.model')),
  );
}

describe('every example of the handbook', () => {
  test('is found', () => expect(examples.length).toBeGreaterThanOrEqual(8));

  const transcripts = examples.filter(({ file }) => file.endsWith('.test.yaml'));
  test.each(transcripts)('plays: $file', ({ file, text }) => {
    const files = readFlowFiles(rootFolder);
    const { holder, loaded } = load('ise/flow.yaml', '{}');
    const ear = openDetector(files);
    if (!holder || !loaded.definition || !ear.ok) throw new Error('the town does not load');
    const company = { flow: holder.flow(), definition: loaded.definition, detect: ear.detect };
    const { results, diagnostics } = runSuite(company, new Map([[file, text]]));
    expect(results).toHaveLength(1);
    expect([...diagnostics, ...results.flatMap(({ findings }) => findings)]).toEqual([]);
  });

  test.each(examples.map((example, index) => ({ ...example, index })))(
    'loads: $index in $file',
    ({ file, text }) => {
      const { loaded } = load(file, text);
      expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  test('does what it says: the desk rests over Obon, the window opens on its Saturday', () => {
    const at = (when: string) => Date.parse(`${when}+09:00`);
    const desk = examples.find(({ text }) => text.includes('Aug 13'));
    const flow = load(desk?.file ?? '', desk?.text ?? '').holder?.flow();
    expect(flow?.desk.at(at('2027-08-13T10:00')).open).toBe(false);
    expect(flow?.desk.at(at('2027-08-16T10:00')).open).toBe(true);
    const window = examples.find(({ text }) => text.includes('closed_dates'));
    const changed = load(window?.file ?? '', window?.text ?? '').holder?.flow();
    const state = (when: string) =>
      changed?.windows({ categories: [], ids: ['ayumi'], limit: 1 }, at(when), 'ja', 0).cards[0]?.state;
    expect([state('2027-08-13T10:00'), state('2027-08-21T10:00'), state('2027-08-28T10:00')]).toEqual([
      'closed',
      'open',
      'closed',
    ]);
  });

  test('a finding that the handbook explains is one that the program makes', () => {
    const source = join(rootFolder, 'src');
    const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(source, name), 'utf8'))
      .join('\n');
    const explained = [...handbook.matchAll(/^\| `([a-z-]+)` \|/gmu)].map(([, name = '']) => name);
    const findings = explained.filter(
      (name) => name.includes('-') || name === 'endless' || name === 'locked',
    );
    expect(findings.length).toBeGreaterThanOrEqual(10);
    expect(findings.filter((name) => !code.includes(`'${name}'`) && !code.includes(`\`unknown-\${`))).toEqual(
      [],
    );
  });
});
