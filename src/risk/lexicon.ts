import { z } from 'zod';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { checkShape } from '../diagnostic/shape.ts';
import { type Path, parseYaml, type Source } from '../diagnostic/yaml.ts';
import { fold, foldWord } from '../text/fold.ts';
import { type RiskKind, riskKinds } from './finding.ts';
import { createMeanings, type Meanings } from './meanings.ts';
import { compilePattern, PatternError, type Reading, type Words } from './pattern.ts';
import type { Rule } from './rule.ts';
import { createScan, type Probe, type Scan } from './scan.ts';
import { createSpotter } from './spotter.ts';

const texts = z.array(z.string().min(1)).min(1);
const kinds = z.union([
  z.enum(riskKinds).transform((kind): RiskKind[] => [kind]),
  z.array(z.enum(riskKinds)).min(1),
]);
const entry = {
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'id は英小文字・数字と「-」で書いてください。'),
  why: z.string().min(1),
  patterns: texts,
  match: texts,
  not: texts.optional(),
};

const families = z.record(z.string(), z.string().min(1));

const schema = z.strictObject({
  words: z.record(z.string(), z.string().min(1)),
  cues: z
    .strictObject({ strong: z.string(), weak: z.string(), harmless: z.string(), chatting: z.string() })
    .optional(),
  continues: z.string().optional(),
  closes: z.string().optional(),
  meanings: z.strictObject({ grave: families, beside: families, plain: families }).optional(),
  risks: z.array(
    z.strictObject({
      ...entry,
      level: z.enum(['watch', 'high', 'imminent']),
      kind: kinds,
      written: z.boolean().optional(),
      hidden: z.boolean().optional(),
      across: z.boolean().optional(),
    }),
  ),
  raises: z.array(z.strictObject({ ...entry, kind: kinds, anywhere: z.boolean().optional() })),
  lowers: z.array(
    z.strictObject({ ...entry, kind: kinds.optional(), covers: z.enum(['words', 'sentence']) }),
  ),
  about: z.array(z.strictObject({ ...entry, kind: kinds.optional(), subject: z.enum(['self', 'other']) })),
});

type Entry = { patterns: string[]; match: string[]; not?: string[] };

/** The compiled lexicon: `scan` finds its rules in a folded text; `cues` says how much reason there is to ask the model. */
export type Lexicon = {
  rules: readonly Rule[];
  scan: Scan;
  /** Words that a short message begins with when it goes on with, or answers, what was said before it. */
  continues: readonly string[];
  /** Whether a folded message says nothing but thanks, a greeting or a yes. */
  closes(text: string): boolean;
  /** Families of words of one meaning, for the trained model. */
  meanings: Meanings;
  /** 2 for each strong cue in the stretch, 1 for each weak one, less 1 for each turn of friendly chat. */
  cues(text: string, start: number, end: number): number;
};

/**
 * Reads the risk lexicon (`flows/common/risk.yaml`), compiles its patterns and tries its examples.
 * With an error among the diagnostics there is no lexicon: a wrong one is never used.
 *
 * Trying the examples takes most of the time (a few hundred milliseconds); a platform that counts the time to start
 * may leave them out where the same file has passed the tests.
 */
export function loadLexicon(
  file: string,
  text: string,
  { examples: tryExamples = true }: { examples?: boolean } = {},
): { lexicon?: Lexicon; diagnostics: Diagnostic[] } {
  const { source, diagnostics } = parseYaml(file, text);
  if (diagnostics.some((found) => found.severity === 'error')) return { diagnostics };
  const shape = checkShape(source, schema);
  diagnostics.push(...shape.diagnostics);
  if (!shape.value) return { diagnostics };
  const document = shape.value;
  const words: Words = new Map(Object.entries(document.words).map(([name, listed]) => [name, split(listed)]));

  const rules: Rule[] = [];
  const probes: Probe[] = [];
  const examples: { rule: Rule; path: Path; match: string[]; not: string[] }[] = [];
  const add = (rule: Rule, path: Path, entry: Entry, readings: Reading[]) => {
    if (rules.some(({ id }) => id === rule.id))
      diagnostics.push(
        source.at([...path, 'id'], {
          code: 'duplicate-id',
          message: `id「${rule.id}」は二つあります。別の名前にしてください。`,
        }),
      );
    rules.push(rule);
    examples.push({ rule, path, match: entry.match, not: entry.not ?? [] });
    for (const [index, pattern] of entry.patterns.entries())
      for (const reading of readings) {
        // With sentence ends gone, a gap would join what nobody meant to say together.
        if (reading === 'tight' && /[…_]/u.test(pattern)) continue;
        const probe = compile(source, [...path, 'patterns', index], pattern, words, reading, diagnostics);
        if (probe) probes.push({ rule, reading, ...probe });
      }
  };

  for (const [i, { id, why, kind, level, written, hidden, across, ...entry }] of document.risks.entries())
    add({ does: 'risk', id, why, kinds: kind, level }, ['risks', i], entry, [
      written ? 'written' : across ? 'across' : 'folded',
      ...(hidden ? (['tight'] as const) : []),
    ]);
  for (const [i, { id, why, kind, anywhere = false, ...entry }] of document.raises.entries())
    add({ does: 'raise', id, why, kinds: kind, anywhere }, ['raises', i], entry, ['folded']);
  for (const [i, { id, why, kind, covers, ...entry }] of document.lowers.entries())
    add({ does: 'lower', id, why, kinds: kind ?? riskKinds, covers }, ['lowers', i], entry, ['folded']);
  for (const [i, { id, why, kind, subject, ...entry }] of document.about.entries())
    add({ does: 'about', id, why, kinds: kind ?? riskKinds, subject }, ['about', i], entry, ['folded']);

  const scan = createScan(probes);
  for (const { rule, path, match, not } of tryExamples ? examples : []) {
    const finds = (example: string) =>
      scan(fold(example)).matches.some((found) => found.rule === rule && !found.lowered);
    for (const [i, example] of match.entries())
      if (!finds(example))
        diagnostics.push(
          source.at([...path, 'match', i], {
            code: 'example-not-found',
            message: `この例に当たるはずの「${rule.id}」が当たりません。patterns か例を直してください。`,
          }),
        );
    for (const [i, example] of not.entries())
      if (finds(example))
        diagnostics.push(
          source.at([...path, 'not', i], {
            code: 'example-found',
            message: `この例に当たってはいけない「${rule.id}」が当たります。patterns を狭めるか、lowers に言い回しを足してください。`,
          }),
        );
  }
  if (diagnostics.some((found) => found.severity === 'error')) return { diagnostics };
  const continues = split(document.continues ?? '')
    .filter(Boolean)
    .map(foldWord);
  const meanings = createMeanings(document.meanings ?? { grave: {}, beside: {}, plain: {} });
  const closes = createCloses(split(document.closes ?? '').filter(Boolean));
  return {
    lexicon: { rules, scan, continues, closes, meanings, cues: createCues(document.cues) },
    diagnostics,
  };
}

const split = (words: string): string[] => words.trim().split(/\s+/u);

function createCloses(words: readonly string[]): Lexicon['closes'] {
  const spotter = createSpotter(words.map((word, id) => ({ text: foldWord(word), id })));
  return (text) => {
    let letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    if (letters === 0) return false;
    spotter.read(text, 0, text.length, (_, start, end) => {
      letters -= end - start;
    });
    return letters <= 0;
  };
}

function createCues(cues = { strong: '', weak: '', harmless: '', chatting: '' }): Lexicon['cues'] {
  const points = [2, 1, 0, -1];
  const words = [cues.strong, cues.weak, cues.harmless, cues.chatting].flatMap((listed, i) =>
    split(listed)
      .filter(Boolean)
      .map((word) => ({ text: foldWord(word), points: points[i] as number })),
  );
  const spotter = createSpotter(words.map(({ text }, id) => ({ text, id })));
  return (text, start, end) => {
    let weight = 0;
    const seen = new Set<number>();
    spotter.read(text, start, end, (id) => {
      if (!seen.has(id)) weight += words[id]?.points ?? 0;
      seen.add(id);
    });
    return weight;
  };
}

function compile(
  source: Source,
  path: Path,
  pattern: string,
  words: Words,
  reading: Reading,
  diagnostics: Diagnostic[],
): { regexp: RegExp; anchors: string[][] } | undefined {
  try {
    const compiled = compilePattern(pattern, words, reading);
    return { regexp: new RegExp(compiled.source, 'g'), anchors: compiled.anchors };
  } catch (error) {
    if (!(error instanceof PatternError) && !(error instanceof SyntaxError)) throw error;
    const message = error instanceof PatternError ? error.message : '書き方が正しくありません。';
    diagnostics.push(source.at(path, { code: 'bad-pattern', message: `パターンが読めません。${message}` }));
    return undefined;
  }
}
