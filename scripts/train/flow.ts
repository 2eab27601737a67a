import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { TriageCategory } from '../../src/triage/triage.ts';

/** The categories of a flow file with their words and examples, as triage needs them. */
export function readCategories(path: string): TriageCategory[] {
  const { categories } = parse(readFileSync(path, 'utf8')) as {
    categories: Record<string, { words?: unknown[]; examples?: unknown[] }>;
  };
  return Object.entries(categories).map(([id, { words = [], examples = [] }]) => ({
    id,
    words: words.map(String),
    examples: examples.map(String),
  }));
}
