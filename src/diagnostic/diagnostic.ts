/** A mistake of an author, found in a file of theirs. Shown to staff: `message` is Japanese and says what to do. */
export type Diagnostic = {
  /** Stable, kebab-case: `unknown-step`, `yaml-syntax`. */
  code: string;
  severity: 'error' | 'warning';
  file: string;
  /** From 1. */
  line: number;
  column: number;
  /** The offending line, and how many characters of it the caret underlines. */
  source: string;
  length: number;
  message: string;
  /** 「もしかして: …」 */
  suggestion?: string;
  /** What it is about, by its id, so that many of one kind can be listed in one line. */
  subject?: string;
};

/** `file:line:column`, the sentence, the line (if there is anything in it) and a caret, as `madoguchi check` prints it. */
export function formatDiagnostic(found: Diagnostic): string {
  const mark = found.severity === 'error' ? '誤り' : '注意';
  const hint = found.suggestion ? `\n  もしかして: ${found.suggestion}` : '';
  const head = `${found.file}:${found.line}:${found.column} ${mark} [${found.code}] ${found.message}`;
  if (found.source === '') return `${head}${hint}`;
  const gutter = String(found.line);
  const caret = `${' '.repeat(displayWidth(found.source.slice(0, found.column - 1)))}${'^'.repeat(
    Math.max(1, displayWidth(found.source.slice(found.column - 1, found.column - 1 + found.length))),
  )}`;
  return `${head}\n  ${gutter} | ${found.source}\n  ${' '.repeat(gutter.length)} | ${caret}${hint}`;
}

/** Columns a terminal gives a text: East Asian wide characters take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        character,
      )
        ? 2
        : 1;
  return width;
}

/** The nearest of some names, when near enough to be a slip (a third of its length at most). */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, changes, and swaps of neighbors, which are the commonest slip of all. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change, swap));
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
