import type { Flow } from '../../conversation/flow.ts';
import { step } from '../../conversation/step.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { answersFor, answerValues } from '../answers.ts';
import { referencesOf } from '../check/references.ts';
import { writtenChoices } from '../choices.ts';
import type { Definition } from '../definition.ts';
import { type Condition, prove, type Violation } from './prove.ts';

/** One fault often shows at every step; a few places are enough to find where it comes from. */
const PLACES_A_FAULT = 3;

/** Proves a flow over the real `step`; every violation becomes an error at its step, with the way that shows it. */
export function proveFlow(flow: Flow, definition: Definition): Diagnostic[] {
  const { violations } = prove({ flow, step, conditions: conditionsOf(definition) });
  return [...Map.groupBy(violations, ({ code, message }) => `${code}${message}`).values()].flatMap((same) =>
    same.slice(0, PLACES_A_FAULT).map((violation) => diagnosticOf(violation, same.length, definition)),
  );
}

/** Every condition that a flow makes: on its choices, on its branches, and on the answers that its lists of windows look at. */
export function conditionsOf(definition: Definition): Condition[] {
  const values = answerValues(definition);
  const before = (name: string): Set<string> =>
    new Set([
      name,
      ...[...definition.steps].flatMap(([from, { step: file, origin }]) =>
        referencesOf(file, origin).some((to) => to.name === name) ? [from] : [],
      ),
    ]);
  return [...definition.steps].flatMap(([name, { step: file }]) => [
    ...writtenChoices(file).flatMap(({ when }) => when ?? []),
    ...(file.branch ?? []).flatMap(({ when }) => when ?? []),
    ...(file.windows ? answersFor(file.windows, values).slice(1) : []).map((answer) => ({
      answer,
      at: before(name),
    })),
  ]);
}

function diagnosticOf(violation: Violation, places: number, { steps, source }: Definition): Diagnostic {
  const { code, message, step: name, path } = violation;
  const origin = steps.get(name)?.origin ?? { source, path: ['start'] };
  const others = places > PLACES_A_FAULT ? `同じことが ${places}か所で起きます。` : '';
  return origin.source.at(origin.path, {
    code,
    key: true,
    message: `${message}${others}ここまでの道: ${path.join(' → ')}`,
  });
}
