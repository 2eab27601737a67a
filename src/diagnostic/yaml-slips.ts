/** A slip of a beginner in YAML: where it is (line from 1, column from 1), how long, and what to do. */
export type Slip = { line: number; column: number; length: number; message: string };

/** What a line may not be, and what to do then; the first group that matched is what the caret stands under. */
const slips: readonly { pattern: RegExp; message: string }[] = [
  { pattern: /^ *(\t+)/u, message: '行のはじめにタブがあります。半角の空白に置きかえてください。' },
  {
    pattern: /^[ \t]*(　+)/u,
    message: '行のはじめに全角の空白があります。半角の空白（2つずつ）に置きかえてください。',
  },
  {
    pattern: /^ *(?:- +)?(?:[\w-]+|[^\s:：'"#{[,、。-][^\s:：'"#{[,、。]*(?=： *$))(：)/u,
    message: '「：」が全角です。半角の「: 」（うしろに空白一つ）に置きかえてください。',
  },
  {
    pattern: /^ *(?:- +)?[\w-]+(:　+)/u,
    message: '「:」のあとの空白が全角です。半角の空白一つに置きかえてください。',
  },
  {
    pattern: /^ *(?:- +)?[a-z_]+(:)[^\s:]/u,
    message: '「:」のあとに空白がありません。半角の空白を一つ入れてください。',
  },
  {
    pattern: /^ *(-)[^\s\d-]/u,
    message: '「-」のあとに空白がありません。半角の空白を一つ入れてください。',
  },
  {
    pattern: /: +([“”„〝＂])/u,
    message: 'かざりの引用符は、YAML では引用符になりません。半角の " か \' に置きかえてください。',
  },
  {
    pattern: /: +([@`%])/u,
    message: 'この記号で始まる文は、全体を引用符（\' か "）で囲んでください。',
  },
];

const bracesInText = '「{{ … }}」で始まる文は、全体を引用符（\' か "）で囲んでください。';

/**
 * The slips by which a file became unreadable, line by line, each where it was made: YAML itself notices many of them only
 * further down. `broken`: YAML could not read the file; some slips are looked for only then, because in a readable file
 * the same letters mean something.
 */
export function slipsIn(text: string, broken: boolean): Slip[] {
  const lines = text.split(/\r?\n/u);
  const found: Slip[] = [];
  let block = Number.POSITIVE_INFINITY;
  let before = '';
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    if (indent > block) continue;
    block = Number.POSITIVE_INFINITY;
    if (/^\s*#/u.test(line)) continue;
    const slip = broken
      ? (slipOf(line) ?? slipBetween(before, line, lines[index + 1] ?? ''))
      : unquoted(line);
    if (slip) found.push({ line: index + 1, ...slip });
    if (/(?::|-) *[|>][-+\d]* *$/u.test(line)) block = indent;
    before = line;
  }
  return found;
}

type Found = Omit<Slip, 'line'>;

/** Each quoted text as so many lines below, so that positions stay. */
const withoutQuoted = (line: string): string =>
  line.replace(/(?<=[:,[{-] *)(?:"[^"]*"|'[^']*')/gu, (quoted) => '_'.repeat(quoted.length));

const indentOf = (line: string): number => /^ */u.exec(line)?.[0].length ?? 0;

function at(line: string, column: number, length: number, message: string): Found {
  return { column: column + 1, length: Math.max(1, Math.min(length, line.length - column)), message };
}

function unquoted(line: string): Found | null {
  const match = /(?:: +|- +)(\{\{[^{}]*\}\})/u.exec(withoutQuoted(line));
  const braces = match?.[1];
  return match && braces
    ? at(line, match.index + match[0].length - braces.length, braces.length, bracesInText)
    : null;
}

function slipOf(line: string): Found | null {
  const bare = withoutQuoted(line);
  for (const { pattern, message } of slips) {
    const match = pattern.exec(bare);
    const mark = match?.[1];
    if (match && mark !== undefined)
      return at(line, match.index + match[0].indexOf(mark), mark.length, message);
  }
  return unquoted(line) ?? unbalanced(line);
}

/** `{ … }` of more than one line is nothing a beginner writes: where the numbers differ, one was forgotten. */
function unbalanced(line: string): Found | null {
  const bare = withoutQuoted(line).replace(/ #.*$/u, '');
  for (const [open, close] of ['{}', '[]']) {
    const opened = bare.split(open ?? '').length - 1;
    const closed = bare.split(close ?? '').length - 1;
    if (opened > closed && !/[{[,]\s*$/u.test(bare))
      return at(
        line,
        bare.indexOf(open ?? ''),
        1,
        `「${open}」と「${close}」の数が合いません。閉じる「${close}」を書き足してください。`,
      );
    if (opened < closed && opened > 0)
      return at(
        line,
        bare.lastIndexOf(close ?? ''),
        1,
        `「${open}」と「${close}」の数が合いません。「${close}」が多すぎます。`,
      );
  }
  return null;
}

/** What is wrong only beside the lines around it: how far it is indented, and a dash that is missing. */
function slipBetween(before: string, line: string, after: string): Found | null {
  const indent = indentOf(line);
  if (indent % 2 === 1)
    return at(line, 0, indent, `行のはじめの空白が${indent}つです。2つずつ（2、4、6…）にそろえてください。`);
  if (/^ *\{/u.test(line) && [before, after].some((other) => /^ *- +\{/u.test(other)))
    return at(line, indent, 1, '行のはじめに「- 」がありません。並びの一つ一つは「- 」で始めます。');
  const isKey = /^ *[^\s:'"{[#-][^:{[]*:(?: |$)/u.test(line);
  if (isKey && indent > indentOf(before) && /^ *[\w-]+: +[^|>&\s]/u.test(before))
    return at(
      line,
      0,
      indent,
      'この行のはじめの空白が、上の行より多くなっています。上の行とそろえてください。',
    );
  if (
    isKey &&
    indent === indentOf(before) &&
    /^ *- +[\w-]+: /u.test(before) &&
    /^ *(?:ja|easy|en): /u.test(line)
  )
    return at(
      line,
      0,
      indent,
      '上の行の「- 」の続きなら、空白を2つふやしてください。並びでないなら、上の「- 」を消してください。',
    );
  return null;
}
