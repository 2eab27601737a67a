import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { writtenChoices } from '../choices.ts';
import type { Definition, Origin } from '../definition.ts';
import type { StepFile } from '../schema.ts';

type TypedAsk = Exclude<NonNullable<StepFile['ask']>, unknown[]>;

/** Questions whose parts do not fit together. */
export function checkQuestions({ steps }: Definition): Diagnostic[] {
  return [...steps].flatMap(([, { step, origin }]) =>
    Array.isArray(step.ask) ? checkChoices(step, origin) : step.ask ? checkTyped(step.ask, origin) : [],
  );
}

function checkChoices(step: StepFile, { source, path }: Origin): Diagnostic[] {
  return writtenChoices(step).flatMap(({ go, category, set, labelPath, goPath, short }) => {
    if (go !== undefined && category !== undefined)
      return [
        source.at([...path, ...goPath], {
          code: 'two-ways',
          key: true,
          message: 'go と category の両方は書けません。進む先を一つにしてください。',
        }),
      ];
    if (go !== undefined || category !== undefined || set !== undefined) return [];
    return [
      source.at([...path, ...labelPath], {
        code: 'choice-without-way',
        key: short,
        message: 'この選択肢を押しても先へ進みません。go か category を書いてください。',
      }),
    ];
  });
}

/** The keys each type of question has beside `type`; the first list must be there. */
const keys: Record<TypedAsk['type'], { needs: string[]; takes: string[] }> = {
  text: { needs: ['go'], takes: ['save', 'skip'] },
  number: { needs: ['go', 'save'], takes: ['min', 'max', 'skip'] },
  date: { needs: ['go', 'save'], takes: ['skip'] },
  'yes-no': { needs: [], takes: ['save', 'yes', 'no', 'go', 'skip'] },
  many: { needs: ['options', 'save', 'go'], takes: ['skip'] },
};

function checkTyped(ask: TypedAsk, { source, path }: Origin): Diagnostic[] {
  const at = [...path, 'ask'];
  const { needs, takes } = keys[ask.type];
  const found = needs
    .filter((key) => !(key in ask))
    .map((key) =>
      source.at([...at, 'type'], {
        code: 'missing-key',
        message: `type: ${ask.type} の質問には「${key}」も書いてください。`,
      }),
    );
  for (const key of Object.keys(ask))
    if (key !== 'type' && !needs.includes(key) && !takes.includes(key))
      found.push(
        source.at([...at, key], {
          code: 'unused-key',
          key: true,
          message: `「${key}」は type: ${ask.type} の質問では使われません。この行を消してください。`,
        }),
      );
  for (const answer of ['yes', 'no'] as const)
    if (ask.type === 'yes-no' && !ask[answer] && !ask.go)
      found.push(
        source.at([...at, 'type'], {
          code: 'missing-key',
          message: `「${answer === 'yes' ? 'はい' : 'いいえ'}」のとき進むステップを「${answer}」か「go」に書いてください。`,
        }),
      );
  if (ask.min !== undefined && ask.max !== undefined && ask.min > ask.max)
    found.push(
      source.at([...at, 'min'], { code: 'bad-range', message: 'min が max より大きくなっています。' }),
    );
  for (const [index, { value }] of (ask.options ?? []).entries())
    if (value === 'done' || value === 'skip')
      found.push(
        source.at([...at, 'options', index, 'value'], {
          code: 'reserved-value',
          message: `「${value}」はこちらで使う名前です。別の value にしてください。`,
        }),
      );
  return found;
}
