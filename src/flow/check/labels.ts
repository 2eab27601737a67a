import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { givenAnswers, onlyLabel } from '../answer-words.ts';
import type { Definition } from '../definition.ts';

/** Japanese enough to be read as it stands. */
const japanese = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Answers that a counselor would read as `age: child`; labels of answers that the flow never gives. */
export function checkLabels(definition: Definition): Diagnostic[] {
  const { labels } = definition.file;
  const names = Map.groupBy(givenAnswers(definition), ({ name }) => name);
  const unlabelled = [...names].flatMap(([name, given]): Diagnostic[] => {
    const [place] = given;
    if (!place || japanese.test(name)) return [];
    const { source, path } = place.origin;
    if (!labels[name])
      return [
        source.at(path, {
          code: 'unlabelled-answer',
          severity: 'warning',
          key: true,
          message: `答え「${name}」が、相談員にこのまま見えます。labels に「${name}: { label: … }」と書いてください。`,
        }),
      ];
    return [...Map.groupBy(given, ({ value }) => value)].flatMap(([value, places]) => {
      const known = value === undefined || labels[name]?.values[value] || japanese.test(value);
      const [first] = places;
      if (known || !first || onlyLabel(places)) return [];
      return [
        first.origin.source.at(first.origin.path, {
          code: 'unlabelled-answer',
          severity: 'warning',
          message: `答え「${name}: ${value}」はボタンの文字が一つに決まらないので、相談員にこのまま見えます。labels の ${name} の values に「${value}: …」と書いてください。`,
        }),
      ];
    });
  });
  const unused = Object.keys(labels)
    .filter((name) => !names.has(name))
    .map((name) =>
      definition.source.at(['labels', name], {
        code: 'label-of-nothing',
        severity: 'warning',
        key: true,
        message: `「${name}」という答えはどこにもありません。つづりを見るか、この行を消してください。`,
      }),
    );
  return definition.partial ? unlabelled : [...unlabelled, ...unused];
}
