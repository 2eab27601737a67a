import { type Diagnostic, didYouMean } from '../../diagnostic/diagnostic.ts';
import type { Definition } from '../definition.ts';
import { entrances, referencesOf } from './references.ts';

/** Steps of this flow that no way leads to. Shared parts may bring steps that it has no use for. */
export function checkReachable(definition: Definition): Diagnostic[] {
  const { steps, source } = definition;
  const known = [...steps.keys()];
  const queue: string[] = [];
  /** A name with a slip in it is a finding of its own; that the step it means is not reached would only be its echo. */
  let lost = false;
  const follow = (name: string) => {
    const meant = steps.has(name) ? name : didYouMean(name, known);
    if (meant === undefined) lost = true;
    else queue.push(meant);
  };
  for (const { name } of entrances(definition)) follow(name);
  const reached = new Set<string>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const entry = steps.get(name);
    if (!entry || reached.has(name)) continue;
    reached.add(name);
    for (const reference of referencesOf(entry.step, entry.origin))
      if (reference.kind === 'step') follow(reference.name);
  }
  // Which step a name without a likeness meant nobody knows: any may be the one.
  if (lost) return [];
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
