import { isScalar, parseDocument, stringify } from 'yaml';
import type { Path } from './yaml.ts';

/**
 * Replaces single texts of a YAML file where they stand; comments, order and layout of everything else stay as they
 * are, to the character. A path that holds no text is left alone.
 */
export function replaceTexts(yaml: string, edits: readonly { path: Path; text: string }[]): string {
  const document = parseDocument(yaml);
  const places = edits.flatMap(({ path, text }) => {
    const node = document.getIn(path, true);
    if (!isScalar(node) || !node.range) return [];
    const [start, end] = node.range;
    return [
      { start, end, text: written(text, indentAt(yaml, start)) + (yaml[end - 1] === '\n' ? '\n' : '') },
    ];
  });
  let result = yaml;
  for (const { start, end, text } of places.sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + text + result.slice(end);
  return result;
}

/** How far a block below a key must be indented: two more than the key itself, which may follow a dash. */
function indentAt(yaml: string, offset: number): number {
  const line = yaml.slice(yaml.lastIndexOf('\n', offset - 1) + 1, offset);
  return (/^[\s-]*/u.exec(line)?.[0].length ?? 0) + 2;
}

/** A text as YAML writes it by itself: plain, quoted, or a block of several lines. */
function written(text: string, indent: number): string {
  const [first = '', ...rest] = stringify(text, { lineWidth: 0, blockQuote: 'literal' })
    .trimEnd()
    .split('\n');
  const lines = rest.map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line.replace(/^ {2}/u, '')}`));
  return [first, ...lines].join('\n');
}
