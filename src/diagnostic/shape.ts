import type { z } from 'zod';
import { type Diagnostic, didYouMean } from './diagnostic.ts';
import { branches, keysAt, kindOf, unionAt } from './schema-parts.ts';
import type { Path, Source } from './yaml.ts';

/** Holds a parsed file against a schema; every mismatch becomes a diagnostic at its own place. */
export function checkShape<T>(
  source: Source,
  schema: z.ZodType<T>,
): { value?: T; diagnostics: Diagnostic[] } {
  const result = schema.safeParse(source.value);
  if (result.success) return { value: result.data, diagnostics: [] };
  return { diagnostics: result.error.issues.flatMap((issue) => shapeDiagnostics(source, schema, issue, [])) };
}

/**
 * As `checkShape`, but what is broken is cut out and the rest is read: a slip in one step does not hide the mistakes in
 * the others. Whole lists are cut, so that positions in the value remain those of the file.
 */
export function readShape<T>(source: Source, schema: z.ZodType<T>): { value?: T; diagnostics: Diagnostic[] } {
  const first = checkShape(source, schema);
  if (first.diagnostics.length === 0) return first;
  const value = structuredClone(source.value);
  for (let round = 0; round < 10; round++) {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data, diagnostics: first.diagnostics };
    if (!result.error.issues.every((issue) => cut(value, issue))) break;
  }
  return { diagnostics: first.diagnostics };
}

/** Takes out what an issue is about; false when that would be the whole file. */
function cut(value: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'unrecognized_keys') {
    const holder = valueAt(value, issue.path) as Record<string, unknown> | undefined;
    for (const key of issue.keys) delete holder?.[key];
    return true;
  }
  let path = issue.path;
  while (path.length > 0) {
    const holder = valueAt(value, path.slice(0, -1));
    const key = path.at(-1) as string;
    if (typeof holder === 'object' && holder !== null && !Array.isArray(holder) && key in holder) {
      delete (holder as Record<string, unknown>)[key];
      return true;
    }
    path = path.slice(0, -1);
  }
  return false;
}

/** `schema` is the part that stands at `parent`, and the issue's path begins there. */
function shapeDiagnostics(
  source: Source,
  schema: z.core.$ZodType,
  issue: z.core.$ZodIssue,
  parent: Path,
): Diagnostic[] {
  const path = [...parent, ...issue.path];
  const given = valueAt(source.value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const suggestion = didYouMean(key, keysAt(schema, issue.path));
        return source.at([...path, key], {
          code: 'unknown-key',
          key: true,
          message: `「${key}」という項目はありません。つづりを確かめるか、この行を消してください。`,
          ...(suggestion ? { suggestion } : {}),
        });
      });
    case 'invalid_union': {
      const options = unionAt(schema, issue.path, issue.errors.length) ?? [];
      const meant = branchMeant(options, given, issue.errors);
      if (meant?.issues.length)
        return meant.issues.flatMap((inner) => shapeDiagnostics(source, meant.option, inner, path));
      return [wrongType(source, path, given, options.flatMap(branches).map(kindOf))];
    }
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => shapeDiagnostics(source, schema, inner, path));
    case 'invalid_type':
      if (given === undefined)
        return [
          source.at(path.slice(0, -1), {
            code: 'missing-key',
            key: true,
            message: `「${String(path.at(-1))}」が書かれていません。書き足してください。`,
          }),
        ];
      return [wrongType(source, path, given, [issue.expected])];
    case 'invalid_value': {
      if (given === undefined)
        return [
          source.at(path.slice(0, -1), {
            code: 'missing-key',
            key: true,
            message: `「${String(path.at(-1))}」が書かれていません。書き足してください。`,
          }),
        ];
      const suggestion = didYouMean(String(given), issue.values.map(String));
      return [
        source.at(path, {
          code: 'unknown-value',
          message: `「${String(given)}」は使えません。使えるのは ${issue.values.map(String).join('、')} です。`,
          ...(suggestion ? { suggestion } : {}),
        }),
      ];
    }
    case 'too_big':
      return [
        source.at(path, {
          code: 'too-long',
          message: `長すぎるか多すぎます（${issue.maximum} まで）。へらしてください。`,
        }),
      ];
    case 'too_small':
      return [
        source.at(path, {
          code: 'too-short',
          message:
            given === ''
              ? '中身が空です。文を書くか、この行を消してください。'
              : `短すぎるか足りません（${issue.minimum} 以上）。書き足してください。`,
        }),
      ];
    default:
      return [source.at(path, { code: 'wrong-value', message: issue.message })];
  }
}

/** The branch of a union that the author most likely meant: the one whose kind and keys are nearest to what is there. */
function branchMeant(
  options: readonly z.core.$ZodType[],
  given: unknown,
  errors: readonly z.core.$ZodIssue[][],
): { option: z.core.$ZodType; issues: z.core.$ZodIssue[] } | undefined {
  return options
    .map((option, index) => ({ option, issues: errors[index] ?? [], score: likeness(option, given) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || depth(b.issues) - depth(a.issues))[0];
}

/** 0 for another kind of value; more for every key that a branch knows, less for those it does not. */
function likeness(option: z.core.$ZodType, given: unknown): number {
  return Math.max(
    0,
    ...branches(option).map((branch) => {
      const kind = kindOf(branch);
      if (kind === 'array') return Array.isArray(given) ? 10 : 0;
      if (kind !== 'object' && kind !== 'record') return typeof given === kind ? 10 : 0;
      if (typeof given !== 'object' || given === null || Array.isArray(given)) return 0;
      const known = new Set(keysAt(branch, []));
      if (known.size === 0) return 5;
      const keys = Object.keys(given);
      const matching = keys.filter((key) => known.has(key)).length;
      return Math.max(1, 5 + 2 * matching - (keys.length - matching));
    }),
  );
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'invalid_type' ? 0 : 1)));

function wrongType(source: Source, path: Path, given: unknown, kinds: readonly string[]): Diagnostic {
  if (given === null && path.length === 0)
    return source.at(path, { code: 'empty-value', message: 'このファイルには、何も書かれていません。' });
  if (given === null) {
    const key = String(path.at(-1));
    // 「en: Yes, I call.」 within braces: the rest of a sentence after its comma became a key.
    const comma = /[^\w-]/u.test(key)
      ? '{ … } の中の文に「,」があるときは、文全体を引用符で囲んでください。'
      : '';
    const found = source.at(path, { code: 'empty-value', key: true, message: '' });
    const hash = /: +#/u.test(found.source)
      ? '「#」から右は覚え書きになります。「#」で始まる文は、全体を引用符で囲んでください。'
      : '';
    const todo = comma || hash || '書き足すか、この行を消してください。';
    return { ...found, message: `「${key}」の中身が書かれていません。${todo}` };
  }
  const names = [...new Set(kinds.map(typeName))];
  const quote =
    kinds.includes('string') && (typeof given === 'number' || typeof given === 'boolean')
      ? `文字にするには "${String(given)}" のように引用符で囲んでください。`
      : '';
  return source.at(path, {
    code: 'wrong-type',
    message: `ここには${names.join('か、')}を書いてください。${quote}`,
  });
}

function typeName(expected: string): string {
  const names: Record<string, string> = {
    string: '文字',
    number: '数字',
    boolean: 'true か false',
    array: '「- 」で始まる並び',
    object: '「項目: 値」の組',
    record: '「項目: 値」の組',
  };
  return names[expected] ?? '決まった値';
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) current = (current as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return current;
}
