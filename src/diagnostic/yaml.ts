import { type Alias, type Document, isMap, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { type Place, syntaxDiagnostics } from './yaml-syntax.ts';

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
      subject?: string;
      key?: boolean;
    },
  ): Diagnostic;
};

/** Handed in for a file whose bytes are no text we can read (U+FFFD, the sign for just that): its author has to save it anew. */
export const NOT_UTF8 = '\uFFFD';

/** Parses YAML, keeping positions. Syntax errors come back as diagnostics, with whatever could still be read. */
export function parseYaml(file: string, text: string): { source: Source; diagnostics: Diagnostic[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const lines = text.split(/\r?\n/u);

  const place = (offset: number, end: number): Place => {
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
        ...(found.subject ? { subject: found.subject } : {}),
      };
    },
  };
  if (text === NOT_UTF8) return { source: { ...source, value: undefined }, diagnostics: [notUtf8(file)] };
  const diagnostics = syntaxDiagnostics(document, text, place);
  for (const alias of loose)
    diagnostics.push({
      code: 'yaml-syntax',
      severity: 'error',
      ...place(alias.range?.[0] ?? 0, alias.range?.[1] ?? 1),
      message: '「*」で始まる文は、全体を引用符で囲んでください。',
    });
  return { source, diagnostics };
}

const notUtf8 = (file: string): Diagnostic => ({
  code: 'not-utf8',
  severity: 'error',
  ...{ file, line: 1, column: 1, source: '', length: 1 },
  message: 'このファイルは UTF-8 で保存しなおしてください（いまの文字コードでは読めません）。',
});

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
