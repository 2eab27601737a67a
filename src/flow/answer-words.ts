import type { AnswerWords } from '../conversation/flow.ts';
import { writtenChoices } from './choices.ts';
import type { Definition, Origin } from './definition.ts';

/** One place of the flow that gives an answer; without a value, the resident writes it. */
type Given = { name: string; value?: string; label?: string; origin: Origin };

/** What staff read for each answer and each of its values: `labels` of the flow, else the button that gives it. */
export function answerWords(definition: Definition): AnswerWords {
  const names = Map.groupBy(givenAnswers(definition), ({ name }) => name);
  return Object.fromEntries(
    [...names].map(([name, given]) => {
      const own = definition.file.labels[name];
      const found = [...Map.groupBy(given, ({ value }) => value ?? '')].flatMap(([value, places]) => {
        const label = own?.values[value] ?? onlyLabel(places);
        return value && label ? [[value, label] as const] : [];
      });
      return [name, { label: own?.label ?? name, values: Object.fromEntries(found) }];
    }),
  );
}

/** The label when every button that gives the value has the same one. */
export function onlyLabel(places: readonly { label?: string }[]): string | null {
  const [label, ...others] = new Set(places.map((place) => place.label));
  return label !== undefined && others.length === 0 ? label : null;
}

/** Every answer that the flow itself names, where it is given. */
export function givenAnswers({ file, source, steps }: Definition): Given[] {
  const first = (text: string | Record<string, string>) => inFirst(text, file.languages[0]);
  return [
    ...Object.entries(file.answers).map(([name, value]) => ({
      name,
      value,
      origin: { source, path: ['answers', name] },
    })),
    ...[...steps].flatMap(([, { step, origin }]) => {
      const at = (...path: PropertyKey[]): Origin => ({ ...origin, path: [...origin.path, ...path] });
      const chosen = writtenChoices(step).flatMap(({ label, labelPath, set = {} }) =>
        Object.entries(set).map(([name, value]) => ({
          name,
          value,
          label: first(label),
          origin: at(...labelPath.slice(0, -1), 'set', name),
        })),
      );
      const { ask } = step;
      if (!ask || Array.isArray(ask) || ask.save === undefined) return chosen;
      const here = { name: ask.save, origin: at('ask', 'save') };
      if (ask.type === 'yes-no')
        return [
          { ...here, value: 'yes', label: 'はい' },
          { ...here, value: 'no', label: 'いいえ' },
        ];
      if (ask.type !== 'many') return [here];
      return (ask.options ?? []).map(({ label, value }) => ({ ...here, value, label: first(label) }));
    }),
  ];
}

function inFirst(text: string | Record<string, string>, language: string | undefined): string {
  if (typeof text === 'string') return text;
  return text.ja ?? text[language ?? 'ja'] ?? Object.values(text)[0] ?? '';
}
