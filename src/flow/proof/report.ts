import type { Flow, When } from '../../conversation/flow.ts';
import { step } from '../../conversation/step.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { writtenChoices } from '../choices.ts';
import type { Definition } from '../definition.ts';
import { prove, type Violation } from './prove.ts';

/** One fault often shows at every step; a few places are enough to find where it comes from. */
const PLACES_A_FAULT = 3;

/** Proves a flow over the real `step`; every violation becomes an error at its step, with the way that shows it. */
export function proveFlow(flow: Flow, definition: Definition): Diagnostic[] {
  const { violations } = prove({ flow, step, conditions: conditionsOf(definition) });
  return [...Map.groupBy(violations, ({ code, message }) => `${code}${message}`).values()].flatMap((same) =>
    same.slice(0, PLACES_A_FAULT).map((violation) => diagnosticOf(violation, same.length, definition)),
  );
}

/** Every condition that a flow makes: on its choices, on its branches. */
export function conditionsOf({ steps }: Definition): When[] {
  return [...steps.values()].flatMap(({ step: file }) => [
    ...writtenChoices(file).flatMap(({ when }) => when ?? []),
    ...(file.branch ?? []).flatMap(({ when }) => when ?? []),
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
