import { CHOICES_A_STEP } from '../../conversation/show.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { limits } from '../../message/limits.ts';
import { writtenChoices } from '../choices.ts';
import type { Definition, Origin } from '../definition.ts';
import type { StepFile } from '../schema.ts';

/** Steps whose buttons do not fit under one message, or cannot be told apart. */
export function checkChoices({ steps, file }: Definition): Diagnostic[] {
  return [...steps].flatMap(([, { step, origin }]) => [
    ...checkCount(step, origin),
    ...checkDoubles(step, origin, file.languages[0] ?? 'ja'),
  ]);
}

/** LINE shows 13 buttons; 「人と話したい」 and 「はじめから」 are ours, and a list of windows may add 「ほかの窓口も見る」. */
function checkCount(step: StepFile, { source, path }: Origin): Diagnostic[] {
  const most = CHOICES_A_STEP - (step.windows ? 1 : 0);
  const { ask } = step;
  const count = Array.isArray(ask)
    ? writtenChoices(step).filter(({ when }) => !when).length
    : ask?.type === 'many'
      ? (ask.options?.length ?? 0) + 1 + (ask.skip ? 1 : 0)
      : 0;
  if (count <= most) return [];
  return [
    source.at([...path, 'ask'], {
      code: 'too-many-choices',
      key: true,
      message: `選択肢は${most}個までです（いま${count}個）。LINE のボタンは${limits.quickReplies}個までで、「人と話したい」などが入ります。ステップを分けてください。`,
    }),
  ];
}

function checkDoubles(step: StepFile, { source, path }: Origin, language: string): Diagnostic[] {
  const seen = new Set<string>();
  const doubles: Diagnostic[] = [];
  const look = (label: string | Record<string, string>, at: PropertyKey[], key: boolean) => {
    const text = typeof label === 'string' ? label : (label[language] ?? Object.values(label)[0] ?? '');
    if (seen.has(text))
      doubles.push(
        source.at([...path, ...at], {
          code: 'duplicate-choice',
          key,
          message: `「${text}」という選択肢が二つあります。一つを消すか、別の文字にしてください。`,
        }),
      );
    seen.add(text);
  };
  for (const { label, labelPath, short } of writtenChoices(step)) look(label, labelPath, short);
  const options = Array.isArray(step.ask) ? [] : (step.ask?.options ?? []);
  for (const [index, { label }] of options.entries()) look(label, ['ask', 'options', index, 'label'], false);
  const values = options.map(({ value }) => value);
  for (const [index, value] of values.entries())
    if (values.indexOf(value) < index)
      doubles.push(
        source.at([...path, 'ask', 'options', index, 'value'], {
          code: 'duplicate-choice',
          message: `value「${value}」が二つあります。別の名前にしてください。`,
        }),
      );
  return doubles;
}
