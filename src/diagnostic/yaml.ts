import { type Alias, type Document, isMap, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';

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
  const unclosed = unclosedQuote(document, text);
  const diagnostics = [...document.errors, ...document.warnings]
    .filter(({ pos }) => unclosed === null || pos[0] < unclosed)
    .filter((error) => !isEcho(error, document))
    .map((error): Diagnostic => {
      const where = place(error.pos[0], error.pos[1]);
      return {
        code: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml-syntax',
        severity: 'error',
        ...where,
        message: syntaxMessage(error.code, where.source),
      };
    });
  if (unclosed !== null)
    diagnostics.push({
      code: 'yaml-syntax',
      severity: 'error',
      ...place(unclosed, unclosed + 1),
      message: 'ここで始まる引用符が閉じていません。文の終わりにも同じ引用符を書いてください。',
    });
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
 * After a tab, whatever YAML says of the lines below is its echo; after a line out of step, that later lines are. Only the
 * first is one to mend.
 */
function isEcho(
  error: { code: string; pos: readonly [number, number] },
  { errors }: Document.Parsed,
): boolean {
  const before = (code: string) => errors.some((one) => one.code === code && one.pos[0] < error.pos[0]);
  if (error.code === 'TAB_AS_INDENT') return false;
  return before('TAB_AS_INDENT') || (error.code === 'BAD_INDENT' && before('BAD_INDENT'));
}

/** Where a quote begins that swallows the rest of the file; YAML itself notices only at the end. */
function unclosedQuote(document: Document.Parsed, text: string): number | null {
  if (!document.errors.some(({ code }) => code === 'MISSING_CHAR')) return null;
  let found: number | null = null;
  visit(document, {
    Scalar(_, { type, range }) {
      if (!range || (type !== 'QUOTE_DOUBLE' && type !== 'QUOTE_SINGLE')) return;
      const quoted = text.slice(range[0], range[1]).trimEnd();
      if (quoted.length < 2 || quoted.at(-1) !== quoted[0]) found = range[0];
    },
  });
  return found;
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

function syntaxMessage(code: string, line: string): string {
  if ((code === 'MISSING_CHAR' || code === 'MULTILINE_IMPLICIT_KEY') && /^\s*[^\s:'"]+：/u.test(line))
    return '「：」が全角です。半角の「: 」（うしろに空白一つ）に置きかえてください。';
  const messages: Record<string, string> = {
    DUPLICATE_KEY: '同じ項目が二度書かれています。どちらかを消してください。',
    TAB_AS_INDENT: '行のはじめにタブがあります。半角の空白に置きかえてください。',
    BAD_INDENT:
      '行のはじめの空白の数が、まわりとそろっていないか、前の行のかっこ（{ や [）が閉じていません。',
    MISSING_CHAR: '閉じるかっこ、引用符、または「: 」のあとの空白が足りません。',
    MULTILINE_IMPLICIT_KEY: '「: 」が足りないか、引用符が閉じていません。',
    BLOCK_AS_IMPLICIT_KEY:
      '一行に「: 」が二つあるか、字下げが足りません。文に「: 」があるときは全体を引用符で囲んでください。',
  };
  return messages[code] ?? 'YAMLとして読めません。前の行の引用符・かっこ・字下げを確かめてください。';
}
