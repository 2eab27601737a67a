import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Path, Source } from '../diagnostic/yaml.ts';
import { parseDate } from './calendar.ts';
import type { Holidays } from './holidays.ts';
import { compileHours, hoursGaps, readDateSpan, type Schedule } from './hours.ts';
import type { HoursError } from './hours-tokens.ts';
import { parseHours } from './parse-hours.ts';
import { listOf, type RawEntry } from './window.ts';

const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr'];

/** Reads the hours of an entry with all their exceptions; `found` is everything wrong with them. */
export function checkHours(
  source: Source,
  path: Path,
  entry: RawEntry,
  holidays: Holidays,
): { schedule?: Schedule; found: Diagnostic[] } {
  const found: Diagnostic[] = [];
  const closed = listOf(entry.closed_dates).flatMap((value, index) =>
    readSpan(source, [...path, 'closed_dates', index], value, found),
  );
  const open = listOf(entry.open_dates).flatMap((value, index) => {
    const at = [...path, 'open_dates', index];
    const { date, hours } = (value ?? {}) as { date?: unknown; hours?: unknown };
    if (typeof hours !== 'string') return [];
    const parsed = parseHours(hours);
    if (!parsed.ok) {
      found.push(badHours(source, [...at, 'hours'], hours, parsed.error));
      return [];
    }
    const [rule] = parsed.rules;
    if (parsed.rules.length !== 1 || !rule || rule.days || rule.dates.length || !rule.spans.length) {
      found.push(
        source.at([...at, 'hours'], {
          code: 'bad-hours',
          message: '臨時に開く日には「10:00-15:00」のように、時刻だけを書いてください。',
        }),
      );
      return [];
    }
    return readSpan(source, [...at, 'date'], date, found).map((span) => ({ ...span, spans: rule.spans }));
  });
  if (typeof entry.hours !== 'string') {
    for (const key of ['closed_dates', 'open_dates', 'rests_after_holiday', 'holidays_unknown'] as const)
      if (entry[key] !== undefined)
        found.push(
          source.at([...path, key], {
            code: 'no-hours',
            key: true,
            message: `「${key}」は「hours」がある窓口にだけ書けます。受付時間が分からないときは、この項目も消してください。`,
          }),
        );
    return { found };
  }
  const rests = WEEKDAYS.indexOf(String(entry.rests_after_holiday));
  const compiled = compileHours(entry.hours, holidays, {
    closed,
    open,
    gapsUnknown: entry.holidays_unknown === true,
    ...(rests >= 0 ? { restsAfter: rests as 0 | 1 | 2 | 3 | 4 } : {}),
  });
  if (!compiled.ok) {
    found.push(badHours(source, [...path, 'hours'], entry.hours, compiled.error));
    return { found };
  }
  if (entry.holidays_unknown !== true) found.push(...gapDiagnostics(source, [...path, 'hours'], entry.hours));
  return { schedule: compiled.schedule, found };
}

/**
 * Findings for hours that leave holidays or the turn of the year open. The text must be readable.
 * Errors: a window said to be open when nobody is there costs a resident the courage it took to call.
 */
export function gapDiagnostics(source: Source, path: Path, hours: string): Diagnostic[] {
  const parsed = parseHours(hours);
  if (!parsed.ok) return [];
  return hoursGaps(parsed).map((gap) =>
    source.at(path, {
      code: `hours-without-${gap}`,
      message:
        gap === 'holidays'
          ? '祝日のことが書かれていません。休みなら「; PH off」、開いているなら「Mo-Fr,PH 09:00-17:00」のように書き足してください。資料に書かれていないときは「holidays_unknown: true」の行を足してください。'
          : '年末年始のことが書かれていません。休みなら「; Dec 29-Jan 03 off」のように書き足してください。資料に書かれていないときは「holidays_unknown: true」の行を足してください。',
    }),
  );
}

/** A finding inside an hours text, with the caret under the very word. */
export function badHours(source: Source, path: Path, hours: string, error: HoursError): Diagnostic {
  const whole = source.at(path, {
    code: 'bad-hours',
    message: error.message,
    ...(error.suggestion ? { suggestion: error.suggestion } : {}),
  });
  const start = whole.source.indexOf(hours, whole.column - 1);
  if (start < 0) return whole; // written over several lines: the value's own place will do
  return { ...whole, column: start + 1 + error.offset, length: error.length };
}

function readSpan(source: Source, path: Path, value: unknown, found: Diagnostic[]) {
  const isPair = typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
  if (typeof value !== 'string' && !isPair) return []; // the schema says so
  const span = readDateSpan(isPair ? { from: String(value.from), to: String(value.to) } : String(value));
  if (span) return [span];
  if (isPair && parseDate(String(value.from)) !== undefined && parseDate(String(value.to)) !== undefined)
    found.push(
      source.at(path, { code: 'bad-dates', message: '「to」の日付が「from」より前になっています。' }),
    );
  return [];
}
