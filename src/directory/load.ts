import { type Diagnostic, didYouMean } from '../diagnostic/diagnostic.ts';
import { checkShape } from '../diagnostic/shape.ts';
import { type Path, parseYaml, type Source } from '../diagnostic/yaml.ts';
import { parseDate } from './calendar.ts';
import { checkHours } from './check-hours.ts';
import type { Holidays } from './holidays.ts';
import {
  isConfirmed,
  isNational,
  isReachable,
  LINES,
  listOf,
  type RawEntry,
  type Window,
  windowSchema,
  windowsFileSchema,
} from './window.ts';

export type LoadOptions = {
  holidays: Holidays;
  /** Today's day number in Japan, for what is stale: `japanTime(now).day`. */
  today: number;
  /** The flow's categories; when absent, categories are not checked. */
  categories?: readonly string[];
};

/**
 * Reads windows from YAML texts, the municipality's own and the national ones. Everything wrong is found at once;
 * windows with errors are left out of the result, which is complete only when no diagnostic is an error. `ids` names
 * all that stand in the files, also those; without `whole` a file could not be read at all, and there may be more.
 */
export function loadDirectory(
  files: readonly { file: string; text: string }[],
  options: LoadOptions,
): { windows: Window[]; ids: string[]; whole: boolean; diagnostics: Diagnostic[] } {
  let whole = true;
  const diagnostics: Diagnostic[] = [];
  const windows: Window[] = [];
  const places: { source: Source; path: Path; entry: RawEntry }[] = [];
  for (const { file, text } of files) {
    const { source, diagnostics: syntax } = parseYaml(file, text);
    diagnostics.push(...syntax);
    if (syntax.some(({ severity }) => severity === 'error')) {
      whole = false;
      continue;
    }
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
  return { windows, ids: ids.map(String), whole, diagnostics: diagnostics.sort(byPlace) };
}

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;

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
  const national = listOf(entry.area).includes('全国');
  if (categories && !national)
    for (const [at, category] of listOf(entry.categories).entries()) {
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
        subject: window.id,
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
        subject: window.id,
        severity: 'warning',
        message: window.via
          ? '電話・所在地・ホームページのどれもありません。相談者には、つないでもらえる窓口の名前だけが出ます。'
          : '電話・所在地・ホームページのどれもないので、相談者には見せません。連絡先か「via」を書いてください。',
      }),
    );
  return found;
}
