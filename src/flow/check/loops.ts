import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Definition } from '../definition.ts';

/** `go` and `branch` lead on without waiting for an answer: a circle of them would never end. */
export function checkLoops({ steps }: Definition): Diagnostic[] {
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
