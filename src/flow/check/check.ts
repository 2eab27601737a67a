import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Holidays } from '../../directory/holidays.ts';
import type { Window } from '../../directory/window.ts';
import type { Definition } from '../definition.ts';
import { checkChoices } from './choices.ts';
import { checkDesk } from './desk.ts';
import { checkDoubles } from './doubles.ts';
import { checkEmergency } from './emergency.ts';
import { checkLabels } from './labels.ts';
import { checkLengths } from './lengths.ts';
import { checkLoops } from './loops.ts';
import { checkMenu } from './menu.ts';
import { checkQuestions } from './questions.ts';
import { checkReachable } from './reachable.ts';
import { checkReferences } from './references.ts';
import { checkRendered } from './rendered.ts';
import { checkSafety } from './safety.ts';
import { checkVariables } from './variables.ts';
import { checkVariants } from './variants.ts';
import { checkWaysOn } from './ways-on.ts';
import { checkWindows } from './windows.ts';

/** The directory beside a flow: what could be read of it, and the ids of all that stands in its files. */
export type CheckedDirectory = {
  windows: readonly Window[];
  ids: readonly string[];
  /** False where a file of it could not be read: what is missing here may stand there all the same. */
  whole: boolean;
  holidays: Holidays;
  now: number;
};

/**
 * Mistakes of meaning in files whose shape is right. All at once. Where a file is read in part only, what needs the
 * whole (can every step be reached?) waits until its shape is right, so that one slip is not reported as ten.
 */
export function checkDefinition(definition: Definition, directory: CheckedDirectory): Diagnostic[] {
  const { windows, ids, holidays, now } = directory;
  const whole =
    definition.partial || !directory.whole
      ? []
      : [
          ...checkLoops(definition),
          ...checkReachable(definition),
          ...checkWaysOn(definition),
          ...checkQuestions(definition),
          ...checkMenu(definition, windows),
          ...checkSafety(definition, windows),
          ...checkRendered(definition, windows, now),
        ];
  return [
    ...checkReferences(definition),
    ...checkChoices(definition),
    ...checkDoubles(definition),
    ...checkVariants(definition),
    ...checkVariables(definition),
    ...checkLengths(definition),
    ...checkDesk(definition, holidays),
    ...checkLabels(definition),
    ...(directory.whole
      ? [...checkEmergency(definition, ids), ...checkWindows(definition, windows, ids, now)]
      : []),
    ...whole,
  ];
}
