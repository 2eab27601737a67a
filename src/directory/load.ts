import type { z } from 'zod';
import { type Diagnostic, didYouMean } from '../diagnostic/diagnostic.ts';
import { checkShape, type Path, parseYaml, type Source } from '../diagnostic/yaml.ts';
import { parseDate } from './calendar.ts';
import type { Holidays } from './holidays.ts';
import { compileHours, hoursGaps, readDateSpan, type Schedule } from './hours.ts';
import { type HoursError, parseHours } from './parse-hours.ts';
import {
  isConfirmed,
  isNational,
  isReachable,
  type Window,
  windowSchema,
  windowsFileSchema,
} from './window.ts';

/** The category of the lines that anybody may call; national lines belong to it in every flow. */
export const LINES = 'lines';

export type LoadOptions = {
  holidays: Holidays;
  /** Today's day number in Japan, for what is stale: `japanTime(now).day`. */
  today: number;
  /** The flow's categories; when absent, categories are not checked. */
  categories?: readonly string[];
};

/**
 * Reads windows from YAML texts, the municipality's own and the national ones. Everything wrong is found at once;
 * windows with errors are left out of the result, which is complete only when no diagnostic is an error.
 */
export function loadDirectory(
  files: readonly { file: string; text: string }[],
  options: LoadOptions,
): { windows: Window[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const windows: Window[] = [];
  const places: { source: Source; path: Path; entry: RawEntry }[] = [];
  for (const { file, text } of files) {
    const { source, diagnostics: syntax } = parseYaml(file, text);
    diagnostics.push(...syntax);
    if (syntax.some(({ severity }) => severity === 'error')) continue;
    diagnostics.push(...checkShape(source, windowsFileSchema).diagnostics);
    const list = (source.value as { windows?: unknown } | null)?.windows;
    for (const [index, entry] of (Array.isArray(list) ? list : []).entries())
      if (typeof entry === 'object' && entry !== null)
        places.push({ source, path: ['windows', index], entry });
  }
  const ids = places.map(({ entry }) => entry.id);
  for (const [index, { source, path, entry }] of places.entries()) {
    const { schedule, found } = checkHours(source, path, entry, options.holidays);
    diagnostics.push(...found, ...checkReferences(source, path, entry, ids, index, options));
    const parsed = windowSchema.safeParse(entry);
    if (!parsed.success || found.some(({ severity }) => severity === 'error')) continue;
    const window: Window = schedule ? { ...parsed.data, schedule } : parsed.data;
    diagnostics.push(...checkTrust(source, path, window, options.today));
    windows.push(window);
  }
  return { windows, diagnostics: diagnostics.sort(byPlace) };
}

/** What stands in the file, right or wrong: the checks below look at what they can. */
type RawEntry = { [Key in keyof z.input<typeof windowSchema>]?: unknown };

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;

const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr'];

function checkHours(
  source: Source,
  path: Path,
  entry: RawEntry,
  holidays: Holidays,
): { schedule?: Schedule; found: Diagnostic[] } {
  const found: Diagnostic[] = [];
  const closed = list(entry.closed_dates).flatMap((value, index) =>
    readSpan(source, [...path, 'closed_dates', index], value, found),
  );
  const open = list(entry.open_dates).flatMap((value, index) => {
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

function checkReferences(
  source: Source,
  path: Path,
  entry: RawEntry,
  ids: readonly unknown[],
  index: number,
  { categories }: LoadOptions,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const first = ids.indexOf(entry.id);
  if (typeof entry.id === 'string' && first < index)
    found.push(
      source.at([...path, 'id'], {
        code: 'duplicate-id',
        message: `「${entry.id}」という窓口はすでにあります。ほかと重ならない ID にしてください。`,
      }),
    );
  const national = list(entry.area).includes('全国');
  if (categories && !national)
    for (const [at, category] of list(entry.categories).entries()) {
      if (category === LINES || categories.includes(String(category))) continue;
      const suggestion = didYouMean(String(category), categories);
      found.push(
        source.at([...path, 'categories', at], {
          code: 'unknown-category',
          message: `「${category}」という相談分野はありません。使えるのは ${categories.join('、')} です。`,
          ...(suggestion ? { suggestion } : {}),
        }),
      );
    }
  if (typeof entry.via === 'string' && !ids.includes(entry.via)) {
    const suggestion = didYouMean(entry.via, ids.map(String));
    found.push(
      source.at([...path, 'via'], {
        code: 'unknown-window',
        message: `「${entry.via}」という窓口はありません。`,
        ...(suggestion ? { suggestion } : {}),
      }),
    );
  }
  return found;
}

/** What staff should look after: windows nobody has confirmed, or not for a year, or that a resident cannot reach. */
function checkTrust(source: Source, path: Path, window: Window, today: number): Diagnostic[] {
  const found: Diagnostic[] = [];
  const confirmed = window.confirmed === null ? undefined : parseDate(window.confirmed);
  if (confirmed !== undefined && confirmed > today)
    found.push(
      source.at([...path, 'confirmed'], {
        code: 'confirmed-in-future',
        message: '確認した日が、今日より先になっています。',
      }),
    );
  else if (!isConfirmed(window, today) && !window.example)
    found.push(
      source.at([...path, 'confirmed'], {
        code: confirmed === undefined ? 'unconfirmed-window' : 'stale-window',
        severity: 'warning',
        message:
          confirmed === undefined
            ? 'まだ確認されていない窓口です。電話番号と受付時間を窓口に確かめ、その日付を書いてください。'
            : '確認から12か月がすぎています。電話番号と受付時間を確かめ、日付を書きかえてください。',
      }),
    );
  if (!isReachable(window) && !isNational(window))
    found.push(
      source.at([...path, 'id'], {
        code: 'no-contact',
        severity: 'warning',
        message: window.via
          ? '電話・所在地・ホームページのどれもありません。相談者には、つないでもらえる窓口の名前だけが出ます。'
          : '電話・所在地・ホームページのどれもないので、相談者には見せません。連絡先か「via」を書いてください。',
      }),
    );
  return found;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
