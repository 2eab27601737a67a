import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { type Definition, type Origin, suggest } from './definition.ts';
import type { StepFile } from './schema.ts';

/** A name that a step points to, and where it stands. */
type Reference = { kind: 'step' | 'category'; name: string; origin: Origin };

/** Mistakes of meaning: names that are not there, steps that never end, steps nobody can reach. All at once. */
export function checkDefinition(definition: Definition): Diagnostic[] {
  return [...checkReferences(definition), ...checkLoops(definition), ...checkReachable(definition)];
}

function checkReferences(definition: Definition): Diagnostic[] {
  const { file, source, steps } = definition;
  const own = (path: PropertyKey[], kind: Reference['kind'], name: string | undefined): Reference[] =>
    name === undefined ? [] : [{ kind, name, origin: { source, path } }];
  const references = [
    ...own(['start'], 'step', file.start),
    ...own(['survey'], 'step', file.survey),
    ...Object.entries(file.categories).flatMap(([id, { go }]) => own(['categories', id, 'go'], 'step', go)),
    ...(['everyday', 'talking'] as const).flatMap((menu) =>
      (file.menu?.[menu] ?? []).flatMap(({ go }, index) => own(['menu', menu, index, 'go'], 'step', go)),
    ),
    ...[...steps].flatMap(([, { step, origin }]) => referencesOf(step, origin)),
  ];
  return references.flatMap(({ kind, name, origin: { source: at, path } }) => {
    const known = kind === 'step' ? [...steps.keys()] : [...Object.keys(file.categories), 'lines'];
    if (known.includes(name)) return [];
    const what = kind === 'step' ? 'ステップ' : '相談分野';
    return [
      at.at(path, {
        code: `unknown-${kind}`,
        message: `${what}「${name}」がありません。名前を確かめてください。`,
        ...suggest(name, known),
      }),
    ];
  });
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
    ? ask.flatMap((item, index) => {
        if (!('label' in item))
          return Object.entries(item).flatMap(([label, name]) => to(['ask', index, label], String(name)));
        const choice = item as { go?: string; category?: string };
        return [
          ...to(['ask', index, 'go'], choice.go),
          ...to(['ask', index, 'category'], choice.category, 'category'),
        ];
      })
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

/** `go` and `branch` lead on without waiting for an answer: a circle of them would never end. */
function checkLoops({ steps }: Definition): Diagnostic[] {
  const onward = (name: string): string[] => {
    const step = steps.get(name)?.step;
    return step ? [...(step.branch ?? []).map(({ go }) => go), ...(step.go ? [step.go] : [])] : [];
  };
  return [...steps].flatMap(([name, { origin }]) => {
    const seen = new Set<string>();
    const queue = onward(name);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next === name)
        return [
          origin.source.at(origin.path, {
            code: 'endless',
            key: true,
            message: `「${name}」は、返事を待たずに自分へ戻ってきます。途中に ask を入れてください。`,
          }),
        ];
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(...onward(next));
      }
    }
    return [];
  });
}

function checkReachable({ file, steps, source }: Definition): Diagnostic[] {
  const queue = [
    file.start,
    ...(file.survey ? [file.survey] : []),
    ...Object.values(file.categories).map(({ go }) => go),
  ];
  for (const menu of [file.menu?.everyday ?? [], file.menu?.talking ?? []])
    queue.push(...menu.flatMap(({ go }) => go ?? []));
  const reached = new Set<string>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const entry = steps.get(name);
    if (!entry || reached.has(name)) continue;
    reached.add(name);
    for (const reference of referencesOf(entry.step, entry.origin))
      if (reference.kind === 'step') queue.push(reference.name);
  }
  // Shared parts may bring steps that this flow has no use for.
  return [...steps]
    .filter(([name, { origin }]) => !reached.has(name) && origin.source === source)
    .map(([name, { origin }]) =>
      origin.source.at(origin.path, {
        code: 'unreachable-step',
        key: true,
        message: `「${name}」へ進む道がありません。どこかの ask か go に書くか、消してください。`,
      }),
    );
}
