/** `docs/accessibility.json`: what the browser tests looked at with axe-core, written by them (`test/browser/looked-at.ts`). */
export type Checked = {
  /** By the file of tests; `looked`: page, width in px and theme, divided by spaces. */
  files: Record<string, { on: string; axe: string; violations: number; looked: readonly string[] }>;
};

const parts: Record<string, string> = {
  'test/browser/talk-page.test.ts': '相談者のページ',
  'test/browser/console-pages.test.ts': '職員の画面',
  'test/browser/privacy-pages.test.ts': '承認・保存期間・記録の画面',
  'test/browser/console-first-run.test.ts': 'はじめての準備の画面',
};

/** The results as a Japanese table (Markdown). */
export function accessibilityTable({ files }: Checked): string {
  const rows = Object.entries(files).map(([file, { on, axe, violations, looked }]) => {
    const split = looked.map((one) => one.split(' '));
    const distinct = (of: (words: string[]) => string | undefined) => [...new Set(split.map(of))];
    const widths = distinct((words) => words.at(-2)).sort((a, b) => Number(a) - Number(b));
    const themes = distinct((words) => words.at(-1)).map((theme) => (theme === 'dark' ? '暗い' : '明るい'));
    const screens = distinct((words) => words.slice(0, -2).join(' '));
    return `| ${parts[file] ?? file} | ${screens.length}（${screens.join('、')}） | ${widths.join('・')} | ${themes.join('・')} | ${looked.length} | **${violations}** | ${on}、axe-core ${axe} | ${file} |`;
  });
  return [
    '| 部分 | 画面 | 幅（px） | 配色 | 検査した数 | 違反 | 日、検査の版 | 試験 |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
