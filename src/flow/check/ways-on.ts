import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Definition, Origin } from '../definition.ts';
import type { StepFile } from '../schema.ts';

/** Steps that leave a resident standing: nothing shown, nothing to go on to, or a question that is never asked. */
export function checkWaysOn({ steps, file }: Definition): Diagnostic[] {
  return [...steps].flatMap(([name, { step, origin }]) => [
    ...checkEmpty(name, step, origin),
    ...checkDeadEnd(name, step, origin, file.survey),
    ...checkBranch(step, origin),
    ...checkNeverAsked(step, origin),
  ]);
}

const shows = ({ say, windows, ask }: StepFile): boolean => Boolean(say || windows || ask);
const leadsOn = ({ go, branch, handoff, end }: StepFile): boolean => Boolean(go || branch || handoff || end);

function checkEmpty(name: string, step: StepFile, { source, path }: Origin): Diagnostic[] {
  if (shows(step) || leadsOn(step)) return [];
  return [
    source.at(path, {
      code: 'empty-step',
      key: true,
      message: `「${name}」には何も書かれていません。say や ask を書いてください。`,
    }),
  ];
}

function checkDeadEnd(
  name: string,
  step: StepFile,
  { source, path }: Origin,
  survey: string | undefined,
): Diagnostic[] {
  if (!shows(step) || step.ask || leadsOn(step) || name === survey) return [];
  return [
    source.at(path, {
      code: 'dead-end',
      key: true,
      message: `「${name}」のあとに進む道がありません。ask（選択肢）、go、handoff、end のどれかを書いてください。`,
    }),
  ];
}

/** A step that only branches must always find a way. */
function checkBranch(step: StepFile, { source, path }: Origin): Diagnostic[] {
  const found: Diagnostic[] = [];
  const branches = step.branch ?? [];
  const free = branches.findIndex(({ when }) => !when || Object.keys(when).length === 0);
  if (branches.length > 0 && free < 0 && !step.go && !step.ask && !step.handoff && !step.end)
    found.push(
      source.at([...path, 'branch'], {
        code: 'branch-without-rest',
        key: true,
        message:
          'どの条件にも当てはまらないときの道がありません。最後に「- go: ステップ名」を足してください。',
      }),
    );
  if (free >= 0 && free < branches.length - 1)
    found.push(
      source.at([...path, 'branch', free + 1], {
        code: 'never-taken',
        message: 'この道には進めません。条件のない道は、いちばん最後に書いてください。',
      }),
    );
  return found;
}

/** `go` and `end` act at once: an `ask` beside them would be left before anybody can answer. */
function checkNeverAsked(step: StepFile, { source, path }: Origin): Diagnostic[] {
  if (!step.ask) return [];
  const at = (key: string) =>
    source.at([...path, key], {
      code: 'never-asked',
      key: true,
      message: `ask と ${key} は一つのステップに書けません。ask の答えを待たずに先へ進んでしまいます。どちらかを消してください。`,
    });
  const free = (step.branch ?? []).some(({ when }) => !when || Object.keys(when).length === 0);
  return [...(step.go ? [at('go')] : []), ...(step.end ? [at('end')] : []), ...(free ? [at('branch')] : [])];
}
