import type { z } from 'zod';
import { writtenChoices } from './choices.ts';
import type { Definition } from './definition.ts';
import type { StepFile, Text } from './schema.ts';

/** A flow as a Mermaid flowchart: a box a step, an arrow a way, in the order of the file. */
export function graphOf({ file, steps }: Definition): string {
  const names = [...steps.keys()];
  const idOf = (step: string) => `s${names.indexOf(step)}`;
  const first = (text: z.infer<typeof Text>) =>
    typeof text === 'string' ? text : (Object.values(text)[0] ?? '');
  const arrow = (from: string, to: string | undefined, label?: string, dotted = false): string[] => {
    if (to === undefined || !steps.has(to)) return [];
    const line = dotted ? '-.->' : '-->';
    return [`  ${idOf(from)} ${line}${label ? `|"${quoted(label)}"|` : ''} ${idOf(to)}`];
  };
  const ways = (name: string, step: StepFile): string[] => {
    const { ask } = step;
    const asked = Array.isArray(ask)
      ? writtenChoices(step).flatMap(({ label, go, category }) =>
          arrow(
            name,
            go ?? (category === undefined ? undefined : file.categories[category]?.go),
            first(label),
          ),
        )
      : [
          ...arrow(name, ask?.yes, 'はい'),
          ...arrow(name, ask?.no, 'いいえ'),
          ...arrow(name, ask?.go, '答え'),
          ...arrow(name, ask?.skip, '答えない'),
        ];
    return [
      ...asked,
      ...(step.branch ?? []).flatMap(({ when, go }) =>
        arrow(name, go, when ? conditionInWords(when) : 'そのほか'),
      ),
      ...arrow(name, step.go),
      ...arrow(name, step.else, 'わからないとき', true),
      ...arrow(name, step.media, 'スタンプや写真', true),
      ...(step.after ?? []).flatMap(({ wait, go }) => arrow(name, go, `${wait} 返事がない`, true)),
      ...(step.handoff ? [`  ${idOf(name)} --> human`] : []),
      ...(step.end ? [`  ${idOf(name)} --> over`] : []),
    ];
  };
  return [
    'flowchart TD',
    ...names.map((name) => `  ${idOf(name)}["${quoted(name)}"]`),
    '  human(["相談員"])',
    '  over(["終わり"])',
    `  begin(("始まり")) --> ${idOf(file.start)}`,
    ...Object.values(file.categories).flatMap(({ label, go }) =>
      steps.has(go) ? [`  begin -.->|"${quoted(first(label))}"| ${idOf(go)}`] : [],
    ),
    ...[...steps].flatMap(([name, { step }]) => ways(name, step)),
  ].join('\n');
}

const quoted = (text: string): string => text.replaceAll('"', '#quot;').replace(/\s+/gu, ' ');

function conditionInWords(when: NonNullable<NonNullable<StepFile['branch']>[number]['when']>): string {
  return Object.entries(when)
    .map(([key, value]) =>
      key === 'answer'
        ? Object.entries(value as Record<string, string | string[]>)
            .map(([name, wanted]) => `${name}=${[wanted].flat().join('か')}`)
            .join('・')
        : `${key}=${[value].flat().join('か')}`,
    )
    .join('・');
}
