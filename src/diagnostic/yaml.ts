import { type Alias, type Document, isMap, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { type Diagnostic, didYouMean } from './diagnostic.ts';

/** A path into a YAML document: keys and list indexes from the root. */
export type Path = readonly PropertyKey[];

/** A YAML file with the memory of where each of its values stands. */
export type Source = {
  file: string;
  value: unknown;
  /** A finding at a path; `key` puts the caret under the key instead of its value. */
  at(
    path: Path,
    found: {
      code: string;
      message: string;
      severity?: 'error' | 'warning';
      suggestion?: string;
      key?: boolean;
    },
  ): Diagnostic;
};

/** Parses YAML, keeping positions. Syntax errors come back as diagnostics, with whatever could still be read. */
export function parseYaml(file: string, text: string): { source: Source; diagnostics: Diagnostic[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const lines = text.split(/\r?\n/u);

  const place = (offset: number, end: number) => {
    const { line, col } = counter.linePos(offset);
    const source = lines[line - 1] ?? '';
    return {
      file,
      line,
      column: col,
      source,
      length: Math.max(1, Math.min(end - offset, source.length - col + 1)),
    };
  };

  const loose = looseAliases(document);
  const source: Source = {
    file,
    value: loose.length > 0 ? undefined : document.toJS({ maxAliasCount: -1 }),
    at(path, found) {
      const [start, end] = rangeOf(document.contents, path, found.key ?? false);
      return {
        code: found.code,
        severity: found.severity ?? 'error',
        ...place(start, end),
        message: found.message,
        ...(found.suggestion ? { suggestion: found.suggestion } : {}),
      };
    },
  };
  const diagnostics = [...document.errors, ...document.warnings].map(
    (error): Diagnostic => ({
      code: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml-syntax',
      severity: 'error',
      ...place(error.pos[0], error.pos[1]),
      message: syntaxMessage(error.code),
    }),
  );
  for (const alias of loose)
    diagnostics.push({
      code: 'yaml-syntax',
      severity: 'error',
      ...place(alias.range?.[0] ?? 0, alias.range?.[1] ?? 1),
      message: '「*」で始まる文は、全体を引用符で囲んでください。',
    });
  return { source, diagnostics };
}

/**
 * `*name` where nothing is called so before: an author who wanted a star. YAML would throw only when it is read.
 * Names within named things are refused too: ten of them can unfold to more than memory holds.
 */
function looseAliases(document: Document): Alias[] {
  const found: Alias[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      const isNested = ancestors.some((node) => isNode(node) && 'anchor' in node && node.anchor);
      if (isNested || !alias.resolve(document)) found.push(alias);
    },
  });
  return found;
}

/** Holds a parsed file against a schema; every mismatch becomes a diagnostic at its own place. */
export function checkShape<T>(
  source: Source,
  schema: z.ZodType<T>,
): { value?: T; diagnostics: Diagnostic[] } {
  const result = schema.safeParse(source.value);
  if (result.success) return { value: result.data, diagnostics: [] };
  return { diagnostics: result.error.issues.flatMap((issue) => shapeDiagnostics(source, schema, issue, [])) };
}

function shapeDiagnostics(
  source: Source,
  schema: z.core.$ZodType,
  issue: z.core.$ZodIssue,
  parent: Path,
): Diagnostic[] {
  const path = [...parent, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const suggestion = didYouMean(key, keysAt(schema, path));
        return source.at([...path, key], {
          code: 'unknown-key',
          key: true,
          message: `「${key}」という項目はありません。つづりを確かめるか、この行を消してください。`,
          ...(suggestion ? { suggestion } : {}),
        });
      });
    case 'invalid_union': {
      // The branch that got furthest is the one the author most likely meant.
      const branch = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
      if (!branch?.length || depth(branch) === 0)
        return [
          source.at(path, {
            code: 'wrong-type',
            message: 'ここには別の形の値が必要です。項目の書き方を手引きで確かめてください。',
          }),
        ];
      return branch.flatMap((inner) => shapeDiagnostics(source, schema, inner, path));
    }
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => shapeDiagnostics(source, schema, inner, path));
    case 'invalid_type': {
      const missing = valueAt(source.value, path) === undefined;
      if (missing)
        return [
          source.at(path.slice(0, -1), {
            code: 'missing-key',
            key: true,
            message: `「${String(path.at(-1))}」が書かれていません。書き足してください。`,
          }),
        ];
      return [
        source.at(path, {
          code: 'wrong-type',
          message: `ここには${typeName(issue.expected)}を書いてください。`,
        }),
      ];
    }
    case 'invalid_value': {
      const given = String(valueAt(source.value, path));
      const suggestion = didYouMean(given, issue.values.map(String));
      return [
        source.at(path, {
          code: 'unknown-value',
          message: `「${given}」は使えません。使えるのは ${issue.values.map(String).join('、')} です。`,
          ...(suggestion ? { suggestion } : {}),
        }),
      ];
    }
    case 'too_big':
      return [
        source.at(path, { code: 'too-long', message: `長すぎるか多すぎます（${issue.maximum} まで）。` }),
      ];
    case 'too_small':
      return [
        source.at(path, { code: 'too-short', message: `短すぎるか足りません（${issue.minimum} 以上）。` }),
      ];
    default:
      return [source.at(path, { code: 'wrong-value', message: issue.message })];
  }
}

/** The keys that a schema knows at a path, over all branches of its unions. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  let here = branches(schema);
  for (const step of path)
    here = here.flatMap(({ _zod: { def } }) => {
      const { shape, element, valueType } = def as SchemaParts;
      const next = shape?.[String(step)] ?? element ?? valueType;
      return next ? branches(next) : [];
    });
  return here.flatMap(({ _zod: { def } }) => Object.keys((def as SchemaParts).shape ?? {}));
}

/** What an object, array, record, wrapper or union of zod is made of; each kind has its own of these. */
type SchemaParts = {
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
  options?: readonly z.core.$ZodType[];
};

function branches(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType, options } = schema._zod.def as SchemaParts;
  if (innerType) return branches(innerType);
  return options ? options.flatMap(branches) : [schema];
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'invalid_type' ? 0 : 1)));

function typeName(expected: string): string {
  const names: Record<string, string> = {
    string: '文字',
    number: '数字',
    boolean: 'true か false',
    array: '「- 」で始まる並び',
    object: '「項目: 値」の組',
    record: '「項目: 値」の組',
  };
  return names[expected] ?? expected;
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) current = (current as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return current;
}

/** Offsets of the value (or the key) at a path; of the nearest ancestor when the path does not exist. */
function rangeOf(root: unknown, path: Path, key: boolean): [number, number] {
  let node: unknown = root;
  let range: [number, number] = [0, 1];
  if (isNode(root) && root.range) range = [root.range[0], root.range[0] + 1];
  for (const [depthIndex, step] of path.entries()) {
    const last = depthIndex === path.length - 1;
    const keyed = isMap(node); // an item of a list has no key to put the caret under
    if (isMap(node)) {
      const pair = node.items.find(
        (item) =>
          isPair(item) && String((item.key as { value?: unknown })?.value ?? item.key) === String(step),
      );
      if (!pair) return range;
      const keyNode = pair.key;
      if (isNode(keyNode) && keyNode.range) range = [keyNode.range[0], keyNode.range[1]];
      node = pair.value;
    } else {
      node = (node as { items?: unknown[] } | null)?.items?.[Number(step)];
    }
    if (!(last && key && keyed) && isNode(node) && node.range && !(isMap(node) && !last))
      range = [node.range[0], node.range[1]];
  }
  return range;
}

function syntaxMessage(code: string): string {
  const messages: Record<string, string> = {
    DUPLICATE_KEY: '同じ項目が二度書かれています。どちらかを消してください。',
    TAB_AS_INDENT: '行のはじめにタブがあります。半角の空白に置きかえてください。',
    BAD_INDENT: '行のはじめの空白の数が、まわりとそろっていません。',
    MISSING_CHAR: '閉じるかっこ、引用符、または「: 」のあとの空白が足りません。',
    MULTILINE_IMPLICIT_KEY: '「: 」が足りないか、引用符が閉じていません。',
    BLOCK_AS_IMPLICIT_KEY:
      '一行に「: 」が二つあるか、字下げが足りません。文に「: 」があるときは全体を引用符で囲んでください。',
  };
  return messages[code] ?? 'YAMLとして読めません。前の行の引用符・かっこ・字下げを確かめてください。';
}
