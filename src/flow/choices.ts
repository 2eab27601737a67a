import type { z } from 'zod';
import type { When } from '../conversation/flow.ts';
import type { StepFile, Text } from './schema.ts';

/** One choice of a step, whichever way it was written, and where its label and its target stand below the step. */
export type WrittenChoice = {
  label: z.infer<typeof Text>;
  labelPath: PropertyKey[];
  /** The label is a key (「- 家賃: 住まい」), not a value. */
  short: boolean;
  go?: string;
  category?: string;
  goPath: PropertyKey[];
  set?: Record<string, string>;
  when?: When;
};

/** The choices of a step that staff wrote one by one; questions of other types have none. */
export function writtenChoices(step: StepFile): WrittenChoice[] {
  if (!Array.isArray(step.ask)) return [];
  return step.ask.map((item, index): WrittenChoice => {
    const path = ['ask', index];
    if (!isFull(item)) {
      const [label = '', go = ''] = Object.entries(item)[0] ?? [];
      return { label, labelPath: [...path, label], short: true, go, goPath: [...path, label] };
    }
    const { label, go, category, set, when } = item;
    return {
      label,
      labelPath: [...path, 'label'],
      short: false,
      goPath: [...path, go === undefined ? 'category' : 'go'],
      ...(go === undefined ? {} : { go }),
      ...(category === undefined ? {} : { category }),
      ...(set ? { set } : {}),
      ...(when ? { when } : {}),
    };
  });
}

type Item = Extract<NonNullable<StepFile['ask']>, unknown[]>[number];
type FullItem = Exclude<Item, Record<string, string>>;

const isFull = (item: Item): item is FullItem => 'label' in item;
