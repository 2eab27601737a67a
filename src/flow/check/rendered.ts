import { fill } from '../../conversation/draft.ts';
import { queryOf } from '../../conversation/show.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { findWindows } from '../../directory/match.ts';
import type { Window } from '../../directory/window.ts';
import { limitsOf } from '../../message/limits.ts';
import type { Message } from '../../message/message.ts';
import { createRender, objectsOf } from '../../message/render.ts';
import { answersFor, answerValues } from '../answers.ts';
import { compileWindows } from '../compile.ts';
import type { Definition, Origin } from '../definition.ts';
import type { StepFile } from '../schema.ts';
import { longestVariables } from './lengths.ts';

/** LINE takes five message objects a request. */
const BUBBLES = 5;
const senders = { bot: { name: '案内' }, counselor: { name: '相談員' } };

/** Steps and safety messages whose answer, rendered as LINE gets it, breaks a limit or needs more than five bubbles. */
export function checkRendered(definition: Definition, windows: readonly Window[], now: number): Diagnostic[] {
  const render = createRender(senders);
  return [...definition.steps].flatMap(([name, { step, origin }]) =>
    checkStep(definition, name, step, origin, windows, now, render),
  );
}

function checkStep(
  definition: Definition,
  name: string,
  step: StepFile,
  { source, path }: Origin,
  windows: readonly Window[],
  now: number,
  render: ReturnType<typeof createRender>,
): Diagnostic[] {
  const variables = longestVariables(definition);
  const given = step.windows ? answersFor(step.windows, answerValues(definition)) : [{}];
  for (const [language, answers] of definition.file.languages.flatMap((each) =>
    given.map((one) => [each, one] as const),
  )) {
    const shown = shownBy(step, answers, windows, now, language);
    const messages = [...saidBy(step, language, variables), ...shown];
    if (messages.length === 0) continue;
    if (messages.length > BUBBLES)
      return [
        source.at(path, {
          code: 'too-many-bubbles',
          key: true,
          message: `「${name}」の吹き出しが${messages.length}個になります。LINE で一度に送れるのは${BUBBLES}個までです（窓口の一覧は一つと数えます）。へらしてください。`,
        }),
      ];
    const rendered = render([{ speaker: 'bot', messages, choices: [] }]);
    const broken = rendered.ok ? limitsOf(objectsOf(rendered.messages)) : [{ property: '', message: '' }];
    if (broken.length > 0)
      return [
        source.at(step.windows ? [...path, 'windows'] : path, {
          code: 'too-large',
          key: true,
          message: `「${name}」を LINE の形にすると大きすぎます（${language}）。一度に見せる窓口（limit）か文をへらしてください。`,
        }),
      ];
  }
  return [];
}

function saidBy({ say }: StepFile, language: string, variables: Record<string, string>): Message[] {
  return (say === undefined ? [] : [say].flat()).map((text) => ({
    kind: 'text',
    text: fill(
      typeof text === 'string' ? text : (text[language] ?? Object.values(text)[0] ?? ''),
      (name) => variables[name] ?? '',
    ),
  }));
}

function shownBy(
  { windows: block }: StepFile,
  answers: Record<string, string>,
  windows: readonly Window[],
  now: number,
  language: string,
): Message[] {
  if (!block) return [];
  const { cards, confirmed } = findWindows(windows, queryOf(compileWindows(block), answers), now, language);
  if (cards.length === 0) return [{ kind: 'text', text: '-' }];
  const shown: Message = { kind: 'windows', alt: '窓口', language, cards };
  return confirmed ? [shown] : [shown, { kind: 'text', text: '-' }];
}
