import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { writtenChoices } from '../choices.ts';
import { type Definition, type Origin, suggest } from '../definition.ts';
import type { StepFile } from '../schema.ts';

/** A name that a part of the flow points to, and where it stands. */
export type Reference = { kind: 'step' | 'category'; name: string; origin: Origin };

/** Steps and categories that are pointed to and are not there. */
export function checkReferences(definition: Definition): Diagnostic[] {
  const known = {
    step: [...new Set([...definition.steps.keys(), ...writtenNames(definition)])],
    category: [...Object.keys(definition.file.categories), 'lines'],
  };
  return allReferences(definition).flatMap(({ kind, name, origin: { source, path } }) => {
    if (known[kind].includes(name)) return [];
    const what = kind === 'step' ? 'ステップ' : '相談分野';
    return [
      source.at(path, {
        code: `unknown-${kind}`,
        message: `${what}「${name}」がありません。名前を確かめるか、${what}を書き足してください。`,
        ...suggest(name, known[kind]),
      }),
    ];
  });
}

/** Steps that stand in the file though their shape is wrong: pointing to one of them is no mistake. */
function writtenNames({ source }: Definition): string[] {
  const { steps } = (source.value ?? {}) as { steps?: unknown };
  return typeof steps === 'object' && steps !== null ? Object.keys(steps) : [];
}

/** Everything that points to a step or a category, in the order of the file. */
export function allReferences({ file, source, steps }: Definition): Reference[] {
  return [
    ...entrances({ file, source }),
    ...[...steps].flatMap(([, { step, origin }]) => referencesOf(step, origin)),
  ];
}

/** What leads into the flow from outside its steps: start, survey, distress, about, categories, the rich menu. */
export function entrances({ file, source }: Pick<Definition, 'file' | 'source'>): Reference[] {
  const to = (path: PropertyKey[], name: string | undefined): Reference[] =>
    name === undefined ? [] : [{ kind: 'step', name, origin: { source, path } }];
  return [
    ...to(['start'], file.start),
    ...to(['survey'], file.survey),
    ...to(['distress'], file.distress),
    ...to(['about'], file.about),
    ...Object.entries(file.categories).flatMap(([id, { go }]) => to(['categories', id, 'go'], go)),
    ...(['everyday', 'talking'] as const).flatMap((menu) =>
      (file.menu?.[menu] ?? []).flatMap(({ go }, index) => to(['menu', menu, index, 'go'], go)),
    ),
  ];
}

/** Everything a step points to. */
export function referencesOf(step: StepFile, { source, path }: Origin): Reference[] {
  const to = (
    inner: PropertyKey[],
    name: string | undefined,
    kind: Reference['kind'] = 'step',
  ): Reference[] =>
    name === undefined ? [] : [{ kind, name, origin: { source, path: [...path, ...inner] } }];
  const { ask, handoff, windows } = step;
  const asked = Array.isArray(ask)
    ? writtenChoices(step).flatMap(({ go, category, goPath }) => [
        ...to(goPath, go),
        ...to(goPath, category, 'category'),
      ])
    : (['go', 'yes', 'no', 'skip'] as const).flatMap((key) => to(['ask', key], ask?.[key]));
  return [
    ...asked,
    ...to(['go'], step.go),
    ...to(['else'], step.else),
    ...to(['media'], step.media),
    ...(step.branch ?? []).flatMap(({ go }, index) => to(['branch', index, 'go'], go)),
    ...(step.after ?? []).flatMap(({ go }, index) => to(['after', index, 'go'], go)),
    ...(typeof handoff === 'object' ? to(['handoff', 'topic'], handoff.topic, 'category') : []),
    ...[windows?.category ?? []].flat().flatMap((id) => to(['windows', 'category'], id, 'category')),
  ];
}
