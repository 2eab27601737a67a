import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Level, RiskKind, RiskSubject } from '../../src/risk/finding.ts';

/** One labelled utterance of the risk corpus. */
export type Utterance = {
  id: string;
  group: string;
  level: Level;
  kinds: RiskKind[];
  subject: RiskSubject;
  form: 'explicit' | 'indirect' | 'obfuscated' | 'ordinary';
  recent: string[];
  text: string;
};

/** Reads one part of the risk corpus; an absent part is empty. */
export function readRiskCorpus(path: string): Utterance[] {
  return rows(path, 8).map(([id, group, level, kinds, subject, form, recent, text]) => ({
    id: id!,
    group: group!,
    level: level as Level,
    kinds: list(kinds!) as RiskKind[],
    subject: subject as RiskSubject,
    form: form as Utterance['form'],
    recent: recent ? (JSON.parse(recent) as string[]) : [],
    text: text!.replaceAll('\\n', '\n'),
  }));
}

/** The training part of the risk corpus: every file whose name begins with `train`, one for each round of writing. */
export const readRiskTraining = (folder: string): Utterance[] =>
  readdirSync(folder)
    .filter((name) => /^train.*\.tsv$/.test(name))
    .sort()
    .flatMap((name) => readRiskCorpus(join(folder, name)));

/** One labelled concern of the triage corpus; the first category is the best. */
export type Concern = { id: string; group: string; categories: string[]; language: string; text: string };

export function readTriageCorpus(path: string): Concern[] {
  return rows(path, 5).map(([id, group, categories, language, text]) => ({
    id: id!,
    group: group!,
    categories: list(categories!),
    language: language!,
    text: text!.replaceAll('\\n', '\n'),
  }));
}

const list = (text: string): string[] => text.split(',').filter(Boolean);

/** The lines below the header; the last of `width` columns is the text. */
function rows(path: string, width: number): string[][] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim())
    .map((line, i) => {
      const cells = line.split('\t');
      if (cells.length !== width) throw new Error(`${path}:${i + 2}: ${cells.length} columns, not ${width}`);
      return cells;
    });
}
