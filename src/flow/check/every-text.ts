import type { TextName } from '../../conversation/texts.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { writtenChoices } from '../choices.ts';
import type { Definition, Origin } from '../definition.ts';
import type { StepFile } from '../schema.ts';

/** What a text is for: a bubble, the label of a button, an option that may be marked, the menu's bar, or a name within other texts. */
export type TextUse = 'bubble' | 'label' | 'option' | 'bar' | 'name';

/** One text of a flow with all its variants, and where each of them stands. */
export type WrittenText = {
  use: TextUse;
  /** The named text it belongs to. */
  named?: TextName;
  /** Variants by language; a bare string is the flow's first language. */
  variants: Record<string, string>;
  /** It was written without languages. */
  bare: boolean;
  /** It belongs to this flow, not to the shared parts. */
  own: boolean;
  /** A finding about the whole text, or about one variant. */
  at(found: Pick<Diagnostic, 'code' | 'message'> & Partial<Diagnostic>, language?: string): Diagnostic;
};

type Value = string | Record<string, string>;

/** Every text that a resident can meet, in the order of the files. */
export function everyText(definition: Definition): WrittenText[] {
  const { file, source, safety } = definition;
  const first = file.languages[0] ?? 'ja';
  const make = (
    value: Value | undefined,
    { source: at, path }: Origin,
    use: TextUse,
    more: { key?: boolean; named?: TextName } = {},
  ): WrittenText[] => {
    if (value === undefined) return [];
    const bare = typeof value === 'string';
    return [
      {
        use,
        ...(more.named ? { named: more.named } : {}),
        variants: bare ? { [first]: value } : value,
        bare,
        own: at === source,
        at: (found, language) =>
          at.at(bare || language === undefined ? path : [...path, language], {
            ...found,
            key: more.key ?? false,
          }),
      },
    ];
  };
  const says = (value: Value | Value[] | undefined, origin: Origin, named?: TextName): WrittenText[] =>
    Array.isArray(value)
      ? value.flatMap((item, index) =>
          make(item, { ...origin, path: [...origin.path, index] }, 'bubble', named ? { named } : {}),
        )
      : make(value, origin, named?.startsWith('button_') ? 'label' : 'bubble', named ? { named } : {});
  const here = (...path: PropertyKey[]): Origin => ({ source, path });

  return [
    ...make(file.desk.name, here('desk', 'name'), 'name'),
    ...make(file.desk.hours_text, here('desk', 'hours_text'), 'name'),
    ...Object.entries(file.categories).flatMap(([id, { label }]) =>
      make(label, here('categories', id, 'label'), 'label'),
    ),
    ...make(file.menu?.bar, here('menu', 'bar'), 'bar'),
    ...(['everyday', 'talking'] as const).flatMap((menu) =>
      (file.menu?.[menu] ?? []).flatMap(({ label }, index) =>
        make(label, here('menu', menu, index, 'label'), 'label'),
      ),
    ),
    ...[...definition.texts].flatMap(([name, { say, origin }]) => says(say, origin, name)),
    ...Object.entries(file.safety).flatMap(([kind, added]) => says(added?.say, here('safety', kind, 'say'))),
    ...Object.entries(safety.file.messages).flatMap(([kind, { high, imminent }]) => [
      ...says(high, { source: safety.source, path: ['messages', kind, 'high'] }),
      ...says(imminent, { source: safety.source, path: ['messages', kind, 'imminent'] }),
    ]),
    ...says(safety.file.again, { source: safety.source, path: ['again'] }),
    ...[...definition.steps].flatMap(([, { step, origin }]) => [
      ...says(step.say, { ...origin, path: [...origin.path, 'say'] }),
      ...stepLabels(step, origin, make),
    ]),
  ];
}

function stepLabels(
  step: StepFile,
  { source, path }: Origin,
  make: (value: Value, origin: Origin, use: TextUse, more?: { key?: boolean }) => WrittenText[],
): WrittenText[] {
  const options = Array.isArray(step.ask) ? [] : (step.ask?.options ?? []);
  return [
    ...writtenChoices(step).flatMap(({ label, labelPath, short }) =>
      make(label, { source, path: [...path, ...labelPath] }, 'label', { key: short }),
    ),
    ...options.flatMap(({ label }, index) =>
      make(label, { source, path: [...path, 'ask', 'options', index, 'label'] }, 'option'),
    ),
  ];
}
