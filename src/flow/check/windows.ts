import { type FilterName, filters } from '../../conversation/flow.ts';
import { queryOf } from '../../conversation/show.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { findWindows } from '../../directory/match.ts';
import type { Window } from '../../directory/window.ts';
import { answersFor, answerValues } from '../answers.ts';
import { answerIn, compileWindows } from '../compile.ts';
import { type Definition, type Origin, suggest } from '../definition.ts';
import type { StepFile } from '../schema.ts';

/**
 * What the flow asks of the directory and the directory does not have. `ids` are all windows that stand in the files,
 * also those left out because something in them is wrong.
 */
export function checkWindows(
  definition: Definition,
  windows: readonly Window[],
  ids: readonly string[],
  now: number,
): Diagnostic[] {
  // A window that was left out for a mistake of its own may be the one that has the category or the value.
  const whole = windows.length === ids.length;
  const badFilters = whole ? checkFilters(definition, windows) : [];
  return [
    ...checkIds(definition, ids),
    ...(whole ? checkCategories(definition, windows) : []),
    ...badFilters,
    ...[...definition.steps].flatMap(([, { step, origin }]) => [
      ...checkAsked(step, origin),
      // That nothing fits a misspelt value is said already.
      ...(!whole || (badFilters.length > 0 && filters.some((filter) => step.windows?.[filter] !== undefined))
        ? []
        : checkFound(definition, step, origin, windows, now)),
    ]),
  ];
}

function checkIds(definition: Definition, known: readonly string[]): Diagnostic[] {
  const { file, source, safety, steps } = definition;
  const one = (id: string, { source: at, path }: Origin): Diagnostic[] =>
    known.includes(id)
      ? []
      : [
          at.at(path, {
            code: 'unknown-window',
            message: `「${id}」という窓口はありません。windows.yaml の id を確かめてください。`,
            ...suggest(id, known),
          }),
        ];
  const look = (ids: readonly string[] | undefined, { source: at, path }: Origin): Diagnostic[] =>
    (ids ?? []).flatMap((id, index) => one(id, { source: at, path: [...path, index] }));
  const called = (['everyday', 'talking'] as const).flatMap((menu) =>
    (file.menu?.[menu] ?? []).flatMap(({ call }, index) =>
      call === undefined ? [] : one(call, { source, path: ['menu', menu, index, 'call'] }),
    ),
  );
  return [
    ...look(file.lines, { source, path: ['lines'] }),
    ...called,
    ...Object.entries(file.safety).flatMap(([kind, added]) =>
      look(added?.windows, { source, path: ['safety', kind, 'windows'] }),
    ),
    ...Object.entries(safety.file.messages).flatMap(([kind, { windows, imminent_windows }]) => [
      ...look(windows, { source: safety.source, path: ['messages', kind, 'windows'] }),
      ...look(imminent_windows, { source: safety.source, path: ['messages', kind, 'imminent_windows'] }),
    ]),
    ...[...steps].flatMap(([, { step, origin }]) =>
      look(step.windows?.ids, { ...origin, path: [...origin.path, 'windows', 'ids'] }),
    ),
  ];
}

function checkCategories({ file, source }: Definition, windows: readonly Window[]): Diagnostic[] {
  return Object.keys(file.categories)
    .filter((id) => !windows.some(({ categories }) => categories.includes(id)))
    .map((id) =>
      source.at(['categories', id], {
        code: 'category-without-window',
        key: true,
        message: `分野「${id}」の窓口が一つもありません。windows.yaml のどれかの categories に ${id} を足してください。`,
      }),
    );
}

function checkAsked({ windows: block }: StepFile, { source, path }: Origin): Diagnostic[] {
  if (!block || block.category !== undefined || block.ids !== undefined) return [];
  return [
    source.at([...path, 'windows'], {
      code: 'empty-query',
      key: true,
      message: 'どの窓口を見せるかが書かれていません。category か ids を書いてください。',
    }),
  ];
}

function checkFound(
  definition: Definition,
  { windows: block }: StepFile,
  { source, path }: Origin,
  windows: readonly Window[],
  now: number,
): Diagnostic[] {
  if (!block || (block.category === undefined && block.ids === undefined)) return [];
  const { file } = definition;
  const at = [...path, 'windows'];
  const known = [block.category]
    .flat()
    .every((id) => id === 'lines' || file.categories[id ?? ''] !== undefined);
  if (block.ids || !known) return [];
  const list = compileWindows(block);
  // Where nothing fits the directory offers more help of its own; that is not what the author asked for.
  const isEmpty = (answers: Record<string, string>) => {
    const query = queryOf(list, answers);
    const shown = findWindows(windows, { ...query, limit: 1 }, now, 'ja').cards.map(({ id }) => id);
    return !windows.some(
      ({ id, categories }) =>
        shown.includes(id) && categories.some((category) => query.categories.includes(category)),
    );
  };
  const empty = answersFor(block, answerValues(definition)).find(isEmpty);
  if (!empty) return [];
  const given = Object.entries(empty).map(([name, value]) => `${name} が「${value}」`);
  return [
    source.at(at, {
      code: 'no-window-found',
      key: true,
      message: `${given.length > 0 ? `答えの ${given.join('、')}のとき、` : ''}この条件に合う窓口が一つもありません。条件をゆるめるか、windows.yaml を確かめてください。`,
    }),
  ];
}

const filterNames = {
  target: { label: '対象', of: ({ target }: Window) => target },
  district: { label: '地区', of: ({ districts }: Window) => districts },
  language: { label: 'ことば', of: ({ languages }: Window) => languages },
} as const;

/** Filters by what no window says: a value that was misspelt, or an answer that is never asked for or may be anything. */
function checkFilters(definition: Definition, windows: readonly Window[]): Diagnostic[] {
  const answers = answerValues(definition);
  const known = (filter: FilterName) => [
    ...new Set(windows.flatMap((window) => filterNames[filter].of(window) ?? [])),
  ];
  const found = [...definition.steps].flatMap(([, { step, origin }]) =>
    filters.flatMap((filter): Diagnostic[] => {
      const written = step.windows?.[filter];
      if (!step.windows || written === undefined) return [];
      const here: Origin = { ...origin, path: [...origin.path, 'windows', filter] };
      if (step.windows.ids)
        return [
          here.source.at(here.path, {
            code: 'unused-key',
            key: true,
            message: `ids で選んだ窓口は、${filter} でしぼられません。どちらかを消してください。`,
          }),
        ];
      const name = answerIn(written);
      const values =
        name === null ? [{ value: written, origin: here }] : answers.filter((one) => one.name === name);
      if ((name === null && /[{}]/u.test(written)) || values.length === 0)
        return [unknownAnswer(here, written, [...new Set(answers.map((one) => one.name))])];
      return values.flatMap(({ value, origin: at }) =>
        value === '' || known(filter).includes(value ?? '')
          ? []
          : [value === null ? freeAnswer(here, name ?? '') : unknownFilter(at, filter, value, known(filter))],
      );
    }),
  );
  // Two lists may look at the same answer.
  return [
    ...new Map(found.map((one) => [`${one.file}:${one.line}:${one.column}:${one.code}`, one])).values(),
  ];
}

function unknownAnswer({ source, path }: Origin, written: string, names: readonly string[]): Diagnostic {
  const name = answerIn(written);
  return source.at(path, {
    code: 'unknown-variable',
    message:
      name === null
        ? '答えで選ぶときは "{{ answer.名前 }}" のように書いてください。'
        : `「${name}」という答えは、どこでも覚えていません。ask の set か save に書いた名前を使ってください（いまあるのは ${names.join('、') || 'ありません'}）。`,
    ...suggest(name ?? '', names),
  });
}

const freeAnswer = ({ source, path }: Origin, name: string): Diagnostic =>
  source.at(path, {
    code: 'free-answer',
    message: `「${name}」は相談者が自由に書く答えなので、窓口をしぼれません。選択肢の set か、type: many で覚えてください。`,
  });

const unknownFilter = (
  { source, path }: Origin,
  filter: FilterName,
  value: string,
  known: readonly string[],
): Diagnostic =>
  source.at(path, {
    code: 'unknown-filter',
    message: `${filterNames[filter].label}「${value}」の窓口は、windows.yaml にありません。${known.length > 0 ? `あるのは ${known.join('、')} です。` : ''}しぼらないときは '' と書いてください。`,
    ...suggest(value, known),
  });
