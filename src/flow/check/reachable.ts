import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Definition } from '../definition.ts';
import { entrances, referencesOf } from './references.ts';

/** Steps of this flow that no way leads to. Shared parts may bring steps that it has no use for. */
export function checkReachable(definition: Definition): Diagnostic[] {
  const { steps, source } = definition;
  const queue = entrances(definition).map(({ name }) => name);
  const reached = new Set<string>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const entry = steps.get(name);
    if (!entry || reached.has(name)) continue;
    reached.add(name);
    for (const reference of referencesOf(entry.step, entry.origin))
      if (reference.kind === 'step') queue.push(reference.name);
  }
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
