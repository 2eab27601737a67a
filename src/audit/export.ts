import { type LogFilter, logPage } from '../store/queries/audit.ts';
import type { Store } from '../store/store.ts';
import { auditWords } from './entry.ts';

const PAGE = 1_000;

/** The log as CSV for a spreadsheet (UTF-8 with a mark of order, CRLF), newest first, in pieces. */
export async function* exportLog(store: Store, filter: LogFilter): AsyncGenerator<string> {
  yield `\uFEFF${line(['番号', '日時', '職員の番号', '職員', 'したこと', '相談の番号', '詳しく', '封の番号'])}`;
  let before = filter.before;
  for (;;) {
    const rows = await store.read(logPage(store.sql, { ...filter, before }, PAGE));
    for (const row of rows)
      yield line([
        row.seq,
        japaneseTime(row.at),
        row.staff_id ?? '',
        row.name ?? '',
        wordOf(row.what),
        row.consultation_id ?? '',
        row.detail === '{}' ? '' : row.detail,
        row.block ?? '',
      ]);
    before = rows.at(-1)?.seq;
    if (rows.length < PAGE) return;
  }
}

export const wordOf = (what: string): string =>
  what in auditWords ? auditWords[what as keyof typeof auditWords] : what;

/** `2026-11-24 20:00:00`, in Japan. */
export function japaneseTime(at: number): string {
  return new Date(at + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** A cell that a spreadsheet would take for a formula (names are typed by people) gets an apostrophe. */
function line(cells: readonly (string | number)[]): string {
  const quoted = cells.map((cell) => {
    const text = typeof cell === 'string' && /^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : String(cell);
    return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(',')}\r\n`;
}
