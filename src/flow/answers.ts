import { filters } from '../conversation/flow.ts';
import { writtenChoices } from './choices.ts';
import { answerIn } from './compile.ts';
import type { Definition, Origin } from './definition.ts';
import type { StepFile } from './schema.ts';

/** A value that an answer can have, and where it was written; `value` is null where the resident's own words are kept. */
export type AnswerValue = { name: string; value: string | null; origin: Origin };

/** Every value of every answer that a flow remembers, in the order of the file. */
export function answerValues({
  file,
  source,
  steps,
}: Pick<Definition, 'file' | 'source' | 'steps'>): AnswerValue[] {
  return [
    ...Object.entries(file.answers).map(([name, value]) => ({
      name,
      value,
      origin: { source, path: ['answers', name] },
    })),
    ...[...steps].flatMap(
      ([
        step,
        {
          step: { ask },
          step: written,
          origin,
        },
      ]) => {
        const at = (...path: PropertyKey[]): Origin => ({
          ...origin,
          path: [...origin.path, 'ask', ...path],
        });
        if (Array.isArray(ask))
          return writtenChoices(written).flatMap(({ set, labelPath: [, index = 0] }) =>
            Object.entries(set ?? {}).map(([name, value]) => ({
              name,
              value,
              origin: at(index, 'set', name),
            })),
          );
        if (!ask) return [];
        const name = ask.save ?? step;
        if (ask.type === 'many')
          return (ask.options ?? []).map(({ value }, index) => ({
            name,
            value,
            origin: at('options', index, 'value'),
          }));
        const values = ask.type === 'yes-no' ? ['yes', 'no'] : [null];
        return values.map((value) => ({ name, value, origin: at('type') }));
      },
    ),
  ];
}

type Block = NonNullable<StepFile['windows']>;

/** The answers that a list of windows looks at, in every combination in which they can be given; without any comes first. */
export function answersFor(block: Block, values: readonly AnswerValue[]): Record<string, string>[] {
  const names = [...new Set(filters.flatMap((filter) => answerIn(block[filter] ?? '') ?? []))];
  return names.reduce<Record<string, string>[]>(
    (all, name) =>
      all.concat(
        values
          .filter((given) => given.name === name && given.value !== null)
          .flatMap(({ value }) => all.map((before) => ({ ...before, [name]: value ?? '' }))),
      ),
    [{}],
  );
}
