import { type Document, isScalar, visit } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { slipsIn } from './yaml-slips.ts';

/** Where something stands, as a diagnostic says it. */
export type Place = Pick<Diagnostic, 'file' | 'line' | 'column' | 'source' | 'length'>;

/**
 * What keeps a file from being read. A slip is reported where it was made, all of them at once; of what YAML itself says only
 * the first is kept, and only when it stands before every slip: the rest is the echo further down.
 */
export function syntaxDiagnostics(
  document: Document.Parsed,
  text: string,
  place: (offset: number, end: number) => Place,
): Diagnostic[] {
  const errors = [...document.errors, ...document.warnings];
  const unread = errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  const starts = lineStarts(text);
  const own = slipsIn(text, unread.length > 0).map(({ line, column, length, message }): Diagnostic => {
    const offset = (starts[line - 1] ?? 0) + column - 1;
    return { code: 'yaml-syntax', severity: 'error', ...place(offset, offset + length), message };
  });
  const unclosed =
    unread.length > 0 ? (unclosedQuote(document, text) ?? unclosedBracket(document, text)) : null;
  if (unclosed !== null) {
    const where = place(unclosed, unclosed + 1);
    if (!own.some(({ line }) => line <= where.line))
      own.push({
        code: 'yaml-syntax',
        severity: 'error',
        ...where,
        message: unclosedMessages[text[unclosed] ?? ''] ?? 'ここで始まるものが閉じていません。',
      });
  }
  const first = Math.min(...own.map(({ line }) => line));
  const others = unread
    .map((error): Diagnostic => {
      const where = place(error.pos[0], error.pos[1]);
      return {
        code: 'yaml-syntax',
        severity: 'error',
        ...where,
        message: syntaxMessages[error.code] ?? unreadable,
      };
    })
    .filter(({ line }) => line < first - 1)
    .slice(0, 1);
  const broken = Math.min(first, ...others.map(({ line }) => line));
  const twice = errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ pos: [offset] }) => duplicate(document, offset, place))
    .filter(({ line }) => line < broken);
  return [...twice, ...others, ...own].sort((a, b) => a.line - b.line || a.column - b.column);
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/gu)].map(({ index }) => index + 1)];
}

/** The second of two keys that are the same. */
function duplicate(
  document: Document.Parsed,
  offset: number,
  place: (offset: number, end: number) => Place,
): Diagnostic {
  let end = offset + 1;
  visit(document, {
    Scalar(_, { range }) {
      if (range?.[0] === offset) end = range[1];
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.range?.[0] === offset) end = key.range[1];
    },
  });
  const where = place(offset, end);
  const name = where.source.slice(where.column - 1, where.column - 1 + where.length);
  return {
    code: 'duplicate-key',
    severity: 'error',
    ...where,
    message: `「${name}」が二度書かれています。どちらかを消すか、名前を変えてください。`,
  };
}

const quoteMessage = 'ここで始まる引用符が閉じていません。文の終わりにも同じ引用符を書いてください。';
const unclosedMessages: Record<string, string> = {
  '"': quoteMessage,
  "'": quoteMessage,
  '{': 'ここで始まる「{」が閉じていません。この行の終わりに「}」を書いてください。',
  '[': 'ここで始まる「[」が閉じていません。並びの終わりに「]」を書いてください。',
};

/** Where the first `{` or `[` begins that is never closed; YAML complains some lines later, of what it took for its inside. */
function unclosedBracket(document: Document.Parsed, text: string): number | null {
  if (document.errors.length === 0) return null;
  let found: number | null = null;
  visit(document, {
    Collection(_, { flow, range }) {
      if (!flow || !range) return;
      const written = text.slice(range[0], range[1]).trimEnd();
      const closes = written.startsWith('{') ? '}' : ']';
      if (!written.endsWith(closes)) found = Math.min(found ?? range[0], range[0]);
    },
  });
  return found;
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

const unreadable = 'YAMLとして読めません。この行と上の行の、引用符・かっこ・字下げを確かめてください。';

const syntaxMessages: Record<string, string> = {
  TAB_AS_INDENT: '行のはじめにタブがあります。半角の空白に置きかえてください。',
  BAD_INDENT: '行のはじめの空白の数が、まわりとそろっていないか、上の行のかっこ（{ や [）が閉じていません。',
  MISSING_CHAR:
    '項目の名前のあとに「:」がありません。文のときは、上の行の続きになるように字下げしてください。',
  MULTILINE_IMPLICIT_KEY: '項目の名前のあとに「: 」（うしろに空白一つ）がないか、引用符が閉じていません。',
  BLOCK_AS_IMPLICIT_KEY:
    '一行に「: 」が二つあるか、字下げが合っていません。文に「: 」があるときは、文全体を引用符で囲んでください。',
};
