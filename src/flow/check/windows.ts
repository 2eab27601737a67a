import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { findWindows } from '../../directory/match.ts';
import type { Window } from '../../directory/window.ts';
import { compileQuery } from '../compile.ts';
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
  return [
    ...checkIds(definition, ids),
    ...checkCategories(definition, windows),
    ...[...definition.steps].flatMap(([, { step, origin }]) =>
      checkBlock(definition, step, origin, windows, now),
    ),
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

function checkBlock(
  { file }: Definition,
  { windows: block }: StepFile,
  { source, path }: Origin,
  windows: readonly Window[],
  now: number,
): Diagnostic[] {
  if (!block) return [];
  const at = [...path, 'windows'];
  if (block.category === undefined && block.ids === undefined)
    return [
      source.at(at, {
        code: 'empty-query',
        key: true,
        message: 'どの窓口を見せるかが書かれていません。category か ids を書いてください。',
      }),
    ];
  const known = [block.category]
    .flat()
    .every((id) => id === 'lines' || file.categories[id ?? ''] !== undefined);
  if (block.ids || !known) return [];
  const query = compileQuery(block);
  // Where nothing fits the directory offers more help of its own; that is not what the author asked for.
  const shown = findWindows(windows, { ...query, limit: 1 }, now, 'ja').cards.map(({ id }) => id);
  const fits = ({ id, categories }: Window) =>
    shown.includes(id) && categories.some((category) => query.categories.includes(category));
  if (windows.some(fits)) return [];
  return [
    source.at(at, {
      code: 'no-window-found',
      key: true,
      message: 'この条件に合う窓口が一つもありません。条件をゆるめるか、windows.yaml を確かめてください。',
    }),
  ];
}
